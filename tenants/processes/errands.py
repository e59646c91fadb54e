"""What the parent of all has done by the installer: steps that pages asked for, and clearing up
after an installer that was killed. Each is a command of its own, since the parent stays small."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

import structlog

from addon_registry.deployment import lock, wishes
from addon_registry.deployment.layout import Layout

LOOK_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 10.0
"""Between two attempts to clear up."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Errands:
    """Call `look` often; one errand at a time is run."""

    layout: Layout
    _running: subprocess.Popen[bytes] | None = None
    _next: float = 0.0
    _cleared: float = -PAUSE_SECONDS

    def look(self) -> None:
        """Start what is due, if nothing is being done."""
        now = time.monotonic()
        if now < self._next or (self._running is not None and self._running.poll() is None):
            return
        self._next = now + LOOK_SECONDS
        if self.layout.journal.exists() and lock.is_free(self.layout):
            if now >= self._cleared + PAUSE_SECONDS:
                self._cleared = now
                log.warning("an installation was interrupted and is cleared up")
                self._run("installed", "--json")
            return
        for wish in wishes.waiting(self.layout)[:1]:
            log.info("addon step asked for", step=wish.step, does=wish.kind, addon=wish.name)
            wishes.take(self.layout, wish)
            self._run(*wish.command())

    def _run(self, *arguments: str) -> None:
        # In a session of its own: Ctrl-C ends the platform, and the step ends by itself.
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tenants.cli", "addon", *arguments],
            stdout=subprocess.DEVNULL,
            start_new_session=True,
        )
