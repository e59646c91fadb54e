"""The platform's processes, forked from one that has imported it (see `tests.forked`): a command
becomes the parent of all, and the parent begins its generations, without a new interpreter for
each. Everything else about them is as ever: their tree, what they inherit, how they end.

`Machine.up_anew` and the walk through the authors' guide start the same from the disk.
"""

from __future__ import annotations

import os
import signal
import sys
import traceback
from collections.abc import Mapping, Sequence
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NoReturn

from tenants.processes import generation, parent, started


def run(arguments: Sequence[str], log: str) -> None:
    """What `aorabooks ARGUMENTS` does, writing to this file; for `forked.start`."""
    from tenants.cli import main

    opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(opened, 1)
    os.dup2(opened, 2)
    os.close(opened)
    os.setsid()
    parent.os = _with(os, execve=_become_the_parent)
    started.subprocess = _with(started.subprocess, Popen=Fork)
    sys.argv = ["aorabooks", *arguments]
    main()


def _with(module: Any, **other: Any) -> Any:
    """A module as one of those that import it shall see it."""
    return SimpleNamespace(**{**vars(module), **other})


def _become_the_parent(_: str, command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    os.environ.update(environment)
    sys.exit(parent.main(command[3:]))


class Fork:
    """What a parent uses of `subprocess.Popen`, of a generation that was forked."""

    def __init__(
        self, command: Sequence[str], *, pass_fds: Sequence[int], env: Mapping[str, str]
    ) -> None:
        self.returncode: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _begin(command[3:], pass_fds, env)

    def poll(self) -> int | None:
        """How it ended, if it has."""
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, os.WNOHANG)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode

    def send_signal(self, sign: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, sign)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)


def _begin(arguments: Sequence[str], inherited: Sequence[int], env: Mapping[str, str]) -> NoReturn:
    """Be a generation, which has nothing of the parent but what it inherits."""
    status = 1
    try:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_DFL)
        kept = (*sorted({0, 1, 2, *inherited}), os.sysconf("SC_OPEN_MAX"))
        for one, following in pairwise(kept):
            os.closerange(one + 1, following)
        os.environ.update(env)
        status = generation.main(arguments)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)
