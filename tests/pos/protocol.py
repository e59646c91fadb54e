"""A model of the till's protocol: a client with an outbox, a network that loses, repeats and
reorders, a server that stores before it answers, and a worker. It knows nothing of the code.

The server's rule is what docs/pos-sync.md says: the next number is taken, what is known is a
duplicate if it is the same and a conflict if not, what lies ahead is refused.
"""

from __future__ import annotations

from dataclasses import dataclass, field

Message = tuple[int, ...]
"""The operations of a call, by their numbers: what the client had in its outbox then."""


@dataclass
class Model:
    """Everything that is somewhere: in the client, on its way, at the server, in the books."""

    made: int = 0
    outbox: list[int] = field(default_factory=list)
    calls: list[Message] = field(default_factory=list)
    answers: list[dict[int, str]] = field(default_factory=list)
    stored: list[int] = field(default_factory=list)
    booked: list[int] = field(default_factory=list)
    printed: list[int] = field(default_factory=list)

    def sell(self) -> int:
        """A sale is written into the outbox, and its receipt printed."""
        self.made += 1
        self.outbox.append(self.made)
        self.printed.append(self.made)
        return self.made

    def send(self) -> Message:
        """What is in the outbox goes onto the network."""
        call = tuple(self.outbox)
        self.calls.append(call)
        return call

    def arrive(self, place: int, *, keep: bool, lost_answer: bool) -> dict[int, str]:
        """A call reaches the server; `keep` lets the network deliver it once more, later."""
        call = self.calls[place] if keep else self.calls.pop(place)
        answer = {}
        for number in call:
            if number in self.stored:
                answer[number] = "duplicate"
            elif number == len(self.stored) + 1:
                self.stored.append(number)
                answer[number] = "accepted"
            else:
                answer[number] = "rejected"
        if not lost_answer:
            self.answers.append(answer)
        return answer

    def vanish(self, place: int) -> None:
        """A call is lost on its way."""
        del self.calls[place]

    def book(self) -> None:
        """The worker books what is stored."""
        self.booked = list(self.stored)

    def confirm(self) -> None:
        """The client asks what is done, and forgets that."""
        self.outbox = [number for number in self.outbox if number not in self.booked]

    def safe(self) -> None:
        """What must hold at every moment."""
        assert self.stored == list(range(1, len(self.stored) + 1)), "a gap"
        assert len(set(self.booked)) == len(self.booked), "booked twice"
        assert set(self.printed) <= set(self.stored) | set(self.outbox), "a receipt is lost"
