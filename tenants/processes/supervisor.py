"""The processes of one generation: started by forking, started again when they die, let go.

Who forks has neither threads nor connections. What it has loaded by then (code, addons,
translations) is shared by all that it starts.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field

import structlog

STOP_SECONDS = 40.0
"""How long children may take to finish what is under way before they are killed."""
HEALTHY_SECONDS = 10.0
"""A child that lived so long may be started again at once."""
LONGEST_PAUSE = 30.0

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """What a child runs; it returns when it was told to stop.

    `leaves_on` is the signal that asks it to finish what it has and to begin nothing new.
    """

    name: str
    run: Callable[[], None]
    leaves_on: signal.Signals = signal.SIGTERM


@dataclass(slots=True)
class _Child:
    program: Program
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0


@dataclass(slots=True)
class Family:
    """The children of this process; `ended(name, status)` hears of each that died."""

    ended: Callable[[str, int], None]
    _children: list[_Child] = field(default_factory=list)
    _leaving: bool = False

    def add(self, program: Program) -> None:
        """Keep this running, from the next look on."""
        self._children.append(_Child(program))

    def look(self) -> None:
        """Start what is due and notice what has ended; to be called several times a second."""
        self._reap()
        if not self._leaving:
            self._start_due()

    def leave(self) -> None:
        """Ask everybody to finish what they have; nobody is started any more."""
        self._leaving = True
        for child in self._children:
            if child.pid:
                os.kill(child.pid, child.program.leaves_on)

    @property
    def has_gone(self) -> bool:
        """Whether everybody has left."""
        return self._leaving and not any(child.pid for child in self._children)

    def stop(self) -> None:
        """End everybody now; returns when they have ended."""
        running = {child.pid for child in self._children if child.pid}
        for pid in running:
            os.kill(pid, signal.SIGTERM)
        deadline = time.monotonic() + STOP_SECONDS
        while running:
            running -= {pid for pid in running if os.waitpid(pid, os.WNOHANG)[0]}
            if running and time.monotonic() > deadline:
                for pid in running:
                    os.kill(pid, signal.SIGKILL)
            time.sleep(0.02 if running else 0.0)

    def _start_due(self) -> None:
        for child in self._children:
            if not child.pid and time.monotonic() >= child.start_at:
                child.started = time.monotonic()
                child.pid = _fork(child.program)

    def _reap(self) -> None:
        for child in self._children:
            if not child.pid:
                continue
            ended, status = os.waitpid(child.pid, os.WNOHANG)
            if not ended:
                continue
            child.pid = 0
            if not self._leaving:
                self._died(child, os.waitstatus_to_exitcode(status))

    def _died(self, child: _Child, status: int) -> None:
        lived = time.monotonic() - child.started
        child.failures = 0 if lived > HEALTHY_SECONDS else child.failures + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2**child.failures) if child.failures else 0.0
        child.start_at = time.monotonic() + pause
        log.error("process ended", name=child.program.name, status=status, again_in=pause)
        self.ended(child.program.name, status)


def _fork(program: Program) -> int:
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for sign in (signal.SIGINT, signal.SIGTERM, signal.SIGUSR1):
            signal.signal(sign, signal.SIG_DFL)
        threading.Thread(target=_end_with, args=(parent,), daemon=True).start()
        program.run()
        code = 0
    except BaseException:
        log.exception("process failed", name=program.name)
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(code)


def _end_with(parent: int) -> None:
    """Stop when the parent was killed: nobody would look after this process any more."""
    while os.getppid() == parent:
        time.sleep(1.0)
    os.kill(os.getpid(), signal.SIGTERM)
