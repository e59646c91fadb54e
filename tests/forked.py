"""Processes of a test's own that begin with the platform imported: they are forked from one that
has imported it, once a run, since that takes longer than what most of them do.

What Python reads at its start (PYTHONPATH) does not reach them, nor what the test has imported,
patched or opened.
"""

from __future__ import annotations

import atexit
import functools
import multiprocessing
import os
import shutil
import sys
import tempfile
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from multiprocessing.context import ForkServerProcess
from pathlib import Path
from typing import Any

from tests.waiting import PATIENCE

_FORKING = multiprocessing.get_context("forkserver")
_FORKING.set_forkserver_preload(["tests.preloaded"])


@dataclass(frozen=True, slots=True)
class Said:
    """How a process ended (negative: by which signal), and what it had said until then."""

    status: int
    out: str
    err: str


@dataclass(frozen=True, slots=True)
class Forked:
    """A process under way."""

    process: ForkServerProcess
    said: Path

    @property
    def pid(self) -> int:
        return self.process.pid or 0

    def wait(self) -> Said:
        """How it ends. To be called once: what it said is gone from the disk afterwards."""
        self.process.join(PATIENCE)
        assert self.process.exitcode is not None, f"it still runs:\n{self.errors()}"
        said = Said(self.process.exitcode, _text(self.said / "out"), self.errors())
        shutil.rmtree(self.said)
        return said

    def errors(self) -> str:
        """What it has said on its standard error until now."""
        return _text(self.said / "err")


def start(
    run: Callable[..., Any], *values: Any, environment: Mapping[str, str], folder: Path
) -> Forked:
    """Run a function of a module's top level in a process that has this environment alone."""
    said = Path(tempfile.mkdtemp(dir=_saying()))
    process = _FORKING.Process(
        target=_become, args=(run, values, dict(environment), folder, said), daemon=False
    )
    process.start()
    return Forked(process, said)


@functools.cache
def _saying() -> Path:
    """Where all that are started from here write; gone with this process, so that nothing stays of
    those for which no test waited to the end."""
    folder = Path(tempfile.mkdtemp(prefix="aorabooks-said-"))
    started_by = os.getpid()

    def clear() -> None:
        if os.getpid() == started_by:
            shutil.rmtree(folder, ignore_errors=True)

    atexit.register(clear)
    return folder


def _become(
    run: Callable[..., Any],
    values: tuple[Any, ...],
    environment: Mapping[str, str],
    folder: Path,
    said: Path,
) -> None:
    os.environ.clear()
    os.environ.update(environment)
    os.chdir(folder)
    write = os.O_WRONLY | os.O_CREAT | os.O_APPEND
    for number, path, flags in (
        (0, os.devnull, os.O_RDONLY),
        (1, said / "out", write),
        (2, said / "err", write),
    ):
        opened = os.open(path, flags, 0o600)
        os.dup2(opened, number)
        os.close(opened)
    sys.stdin = os.fdopen(0, closefd=False)
    sys.stdout = os.fdopen(1, "w", closefd=False)
    sys.stderr = os.fdopen(2, "w", buffering=1, closefd=False)
    run(*values)


def _text(path: Path) -> str:
    return path.read_text() if path.exists() else ""
