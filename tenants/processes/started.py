"""A generation as its parent sees it: how it is started, what it has told, and how it ends."""

from __future__ import annotations

import contextlib
import os
import signal
import subprocess
import sys
import time
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from typing import Final, Literal

from addon_registry.deployment.active import Addons
from tenants.processes.channel import Channel, channel
from tenants.processes.line import Line, line
from tenants.processes.readiness import Question

START_SECONDS: Final = 120.0
"""How long a generation may take until its web processes are ready."""
DEATHS: Final = 3
"""Of its processes, that make a generation one that does not work."""

Order = Literal["take over", "leave"]


@dataclass(frozen=True, slots=True)
class Duties:
    """What every generation of a platform process does: so many web processes, jobs or not."""

    web: int
    works: bool

    def in_words(self) -> str:
        """For whoever reads how things stand."""
        parts = [f"{self.web} web" if self.web else "", "jobs" if self.works else ""]
        return ", ".join(filter(None, parts))


@dataclass(slots=True)
class Started:
    """One generation that was started."""

    number: int
    addons: Addons
    process: subprocess.Popen[bytes]
    line: Line
    channels: Sequence[Channel]
    started: float = field(default_factory=time.monotonic)
    loaded: bool = False
    refused: Mapping[str, str] = field(default_factory=dict)
    failed: str = ""
    deaths: int = 0
    last_death: str = ""
    questions: list[Question] = field(default_factory=list)

    def order(self, order: Order) -> None:
        """Tell it what to do."""
        self.line.say(order=order)

    def listen(self) -> None:
        """Take note of what it has told."""
        for told in self.line.hear():
            if "loaded" in told:
                self.loaded, self.refused = True, told["refused"]
            elif "failed" in told:
                self.failed = told["failed"]
            elif "ended" in told:
                self.deaths += 1
                self.last_death = f"{told['ended']} ended with status {told['status']}"

    def is_ready(self) -> bool:
        """Whether it has loaded and all its web processes say that they can serve."""
        answers = [question.is_answered() for question in self.questions]  # each is asked
        return self.loaded and all(answers)

    def trouble(self, needed: Collection[str]) -> str:
        """Why it will not come to anything, or nothing; it must have loaded the `needed` addons."""
        left_out = [
            f"{name}: {self.refused[name]}" for name in sorted(needed & self.refused.keys())
        ]
        if self.failed:
            return self.failed
        if left_out:
            return "; ".join(left_out)
        if self.process.poll() is not None:
            return f"its processes ended at the start, with status {self.process.returncode}"
        if self.deaths >= DEATHS:
            return f"its processes died {self.deaths} times; {self.last_death}"
        if time.monotonic() - self.started > START_SECONDS:
            return f"it was not ready after {START_SECONDS:.0f} seconds"
        return ""

    def has_ended(self) -> bool:
        """Whether its processes are gone; then nothing of it is held any more but the channels."""
        if self.process.poll() is None:
            return False
        for question in self.questions:
            question.drop()
        self.line.end.close()
        return True

    def stop(self) -> None:
        """Tell it to end now."""
        with contextlib.suppress(ProcessLookupError):
            self.process.send_signal(signal.SIGTERM)


def start(
    number: int,
    addons: Addons,
    duties: Duties,
    *,
    prepare: bool,
    channels: Sequence[Channel] = (),
) -> Started:
    """Start a generation of these addons in an interpreter of its own, over these channels or over
    new ones. `prepare` is for the very first, which makes what the platform needs."""
    ours, theirs = line()
    channels = channels or [channel() for _ in range(duties.web)]
    inherited = [theirs.fileno(), *(each.there.fileno() for each in channels)]
    command = [sys.executable, "-m", "tenants.processes.generation", "--line", str(inherited[0])]
    command += ["--number", str(number)]
    for descriptor in inherited[1:]:
        command += ["--channel", str(descriptor)]
    command += ["--works"] if duties.works else []
    command += ["--prepare"] if prepare else []
    with theirs:
        process = subprocess.Popen(command, pass_fds=inherited, env=dict(os.environ))
    questions = [Question(each) for each in channels]
    return Started(number, addons, process, ours, channels, questions=questions)
