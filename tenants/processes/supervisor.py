"""Starts processes by forking, starts those again that die, and stops them all in the end.

The parent forks before it has threads or connections. What it has loaded by then (code,
addons, translations) is shared by all its children.
"""

from __future__ import annotations

import os
import signal
import sys
import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from types import FrameType

import structlog

STOP_SECONDS = 40.0
"""How long children may take to finish what is under way before they are killed."""
HEALTHY_SECONDS = 10.0
"""A child that lived so long may be started again at once."""
LONGEST_PAUSE = 30.0
_LOOK_SECONDS = 0.2

log = structlog.get_logger(__name__)


@dataclass(frozen=True, slots=True)
class Program:
    """What a child runs; it returns when it was told to stop."""

    name: str
    run: Callable[[], None]
    before: Callable[[], None] = lambda: None
    """Done in the parent each time just before it is started."""


@dataclass(slots=True)
class _Child:
    program: Program
    pid: int = 0
    started: float = 0.0
    failures: int = 0
    start_at: float = 0.0


def supervise(
    programs: Sequence[Program], *, meanwhile: Callable[[float], None] = time.sleep
) -> None:
    """Keep these running until SIGINT or SIGTERM; returns when all have ended.

    `meanwhile(seconds)` is what the parent does between its looks at them.
    """
    children = [_Child(program) for program in programs]
    told = threading.Event()

    def tell(_: int, __: FrameType | None) -> None:
        told.set()

    before = {sign: signal.signal(sign, tell) for sign in (signal.SIGINT, signal.SIGTERM)}
    try:
        while not told.is_set():
            _start_due(children)
            _reap(children)
            meanwhile(_LOOK_SECONDS)
    finally:
        _stop(children)
        for sign, handler in before.items():
            signal.signal(sign, handler)


def _start_due(children: list[_Child]) -> None:
    for child in children:
        if not child.pid and time.monotonic() >= child.start_at:
            child.started = time.monotonic()
            child.program.before()
            child.pid = _fork(child.program)


def _reap(children: list[_Child]) -> None:
    for child in children:
        if not child.pid:
            continue
        ended, status = os.waitpid(child.pid, os.WNOHANG)
        if not ended:
            continue
        child.pid = 0
        lived = time.monotonic() - child.started
        child.failures = 0 if lived > HEALTHY_SECONDS else child.failures + 1
        pause = min(LONGEST_PAUSE, 0.5 * 2**child.failures) if child.failures else 0.0
        child.start_at = time.monotonic() + pause
        code = os.waitstatus_to_exitcode(status)
        log.error("process ended", name=child.program.name, status=code, again_in=pause)


def _stop(children: list[_Child]) -> None:
    running = {child.pid for child in children if child.pid}
    for pid in running:
        os.kill(pid, signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while running:
        running -= {pid for pid in running if os.waitpid(pid, os.WNOHANG)[0]}
        if running and time.monotonic() > deadline:
            for pid in running:
                os.kill(pid, signal.SIGKILL)
        time.sleep(0.02 if running else 0.0)


def _fork(program: Program) -> int:
    parent = os.getpid()
    sys.stdout.flush()
    sys.stderr.flush()
    pid = os.fork()
    if pid:
        return pid
    code = 1
    try:
        for sign in (signal.SIGINT, signal.SIGTERM):
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
