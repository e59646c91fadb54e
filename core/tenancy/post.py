"""What companies send each other, as the kernel sees it: letters, by agreement of both sides.

No session of one company ever reaches the database of another. A letter lies with the control
plane, sealed, from when a job of the sender hands it in until a job of the recipient has kept it.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol


@dataclass(frozen=True, slots=True)
class Agreement:
    """What one company lets another send it, and be sent, for one purpose. It is in force when
    both have agreed."""

    company_id: str
    slug: str
    title: str
    purpose: str
    ours: bool
    theirs: bool

    @property
    def in_force(self) -> bool:
        return self.ours and self.theirs


@dataclass(frozen=True, slots=True)
class Letter:
    """A letter that has arrived. `sender_id` is attested: a company can send in its own name
    alone. `digest` is the SHA-256 of the content, in hexadecimal."""

    id: int
    sender_id: str
    sender_title: str
    purpose: str
    key: str
    content: str
    digest: str
    sent_at: datetime


class PostOffice(Protocol):
    """Agreements and letters between companies. Every call names the company that makes it, by
    the id that its session is bound to."""

    def agreements(self, company_id: str) -> tuple[Agreement, ...]:
        """What the company has agreed to, and what others have offered it."""
        ...

    def agree(self, company_id: str, slug: str, purpose: str) -> Agreement:
        """Agree for one's own side; raises NotFound if no company has this name."""
        ...

    def withdraw(self, company_id: str, other_id: str, purpose: str) -> None:
        """Take the agreement back, with what is under way. From now on nothing is passed on."""
        ...

    def send(self, company_id: str, other_id: str, purpose: str, key: str, content: str) -> None:
        """Hand a letter in. The same key again replaces what has not been fetched. Raises
        Conflict unless the agreement is in force."""
        ...

    def waiting(self, company_id: str, purpose: str) -> tuple[Letter, ...]:
        """Letters for the company, the oldest first; none of whom it has no agreement with."""
        ...

    def fetched(self, company_id: str, letters: tuple[int, ...]) -> None:
        """Drop letters that the company has kept."""
        ...
