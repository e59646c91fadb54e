"""What is written down of a move while it goes on, seen by others at once."""

from __future__ import annotations

import time
from typing import Any, Final

from sqlalchemy import update

from core.db.base import utc_now
from core.kernel import Kernel
from tenants.control import control
from tenants.move_models import Move
from tenants.moving import steps
from tenants.provisioning.templates import Progress

_PAUSE: Final = 0.5


class Cancelled(Exception):
    """Somebody wants the organization to stay where it is."""


class Journal:
    """How far one move is."""

    def __init__(self, kernel: Kernel, move_id: str, progress: Progress) -> None:
        self._kernel, self._id, self._progress = kernel, move_id, progress
        self._looked_at = 0.0
        self.findings: dict[str, str] | None = None
        """What the invariants said of the copy, once they were asked: they are asked once a copy,
        also where the moment of the switch does not come at the first try."""

    def move(self) -> Move:
        """As it is now."""
        with self._kernel.session(control(self._kernel), readonly=True) as session:
            return steps.load(session, self._id)

    def write(self, **values: Any) -> Move:
        """Set these, and give it as it is then."""
        with self._kernel.session(control(self._kernel)) as session:
            session.execute(update(Move).where(Move.id == self._id).values(**values))
        return self.move()

    def say(self, fraction: float, note: str) -> None:
        """How far it is, and with what."""
        self._progress(note)
        self.write(fraction=fraction, note=note)

    def look(self) -> None:
        """Raise Cancelled where that was asked for; looks at most twice a second."""
        now = time.monotonic()
        if now - self._looked_at < _PAUSE:
            return
        self._looked_at = now
        if self.move().cancel_asked:
            raise Cancelled

    def end(self, phase: str, problem: str = "") -> Move:
        """It has come to its end, in one way or another."""
        return self.write(phase=phase, problem=problem, note="", ended_at=utc_now())
