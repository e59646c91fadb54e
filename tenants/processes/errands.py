"""What the parent of all has done by the installer: steps that pages asked for, and clearing up
after an installer that was killed. Each is a command of its own, since the parent stays small."""

from __future__ import annotations

import subprocess
import sys
import time
from dataclasses import dataclass
from typing import Final

import structlog

from addon_registry.deployment import history, lock, progress, wishes
from addon_registry.deployment.layout import Layout
from addon_registry.deployment.wishes import Wish

LOOK_SECONDS: Final = 0.5
PAUSE_SECONDS: Final = 10.0
"""Between two attempts to clear up."""

log = structlog.get_logger(__name__)


@dataclass(slots=True)
class Errands:
    """Call `look` often; one errand at a time is run."""

    layout: Layout
    _running: subprocess.Popen[str] | None = None
    _wish: Wish | None = None
    _next: float = 0.0
    _cleared: float = -PAUSE_SECONDS

    @property
    def is_idle(self) -> bool:
        """Whether nothing is being done, and what was done has been told."""
        return self._running is None

    def look(self) -> None:
        """Start what is due, if nothing is being done."""
        now = time.monotonic()
        if now < self._next or not (self.is_idle or self._has_ended()):
            return
        self._next = now + LOOK_SECONDS
        self._end()
        if self.layout.journal.exists() and lock.is_free(self.layout):
            if now >= self._cleared + PAUSE_SECONDS:
                self._cleared = now
                log.warning("an installation was interrupted and is cleared up")
                self._run("installed", "--json")
            return
        for wish in wishes.waiting(self.layout)[:1]:
            log.info("addon step asked for", step=wish.step, does=wish.kind, addon=wish.name)
            wishes.take(self.layout, wish)
            progress.tell(self.layout, progress.Progress(wish.step, wish.in_words))
            self._wish = wish
            self._run(*wish.command())

    def _has_ended(self) -> bool:
        return self._running is not None and self._running.poll() is not None

    def _end(self) -> None:
        """Say what became of a step that ended before it began."""
        done, wish = self._running, self._wish
        if done is None:
            return
        self._running = self._wish = None
        said = done.communicate()[1].strip().splitlines()
        if wish is None:
            return
        told = progress.read(self.layout)
        if done.returncode == 0 or told is None or told.ended or told.step != wish.step:
            return
        why = said[-1].removeprefix("error: ") if said else f"it ended with {done.returncode}"
        ended = progress.Progress(wish.step, wish.in_words, ended=True, failure=why)
        progress.tell(self.layout, ended)
        try:
            history.append(
                self.layout, history.entry(wish.step, wish.by, wish.in_words, "failed", why)
            )
        except OSError as error:
            log.error("cannot write down what came of a step", reason=str(error))

    def _run(self, *arguments: str) -> None:
        # In a session of its own: Ctrl-C ends the platform, and the step ends by itself.
        self._running = subprocess.Popen(
            [sys.executable, "-m", "tenants.cli", "addon", *arguments],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.PIPE,
            text=True,
            start_new_session=True,
        )
