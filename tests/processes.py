"""The platform's processes, forked from one that has imported it (see `tests.forked`): a command
becomes the parent of all, the parent begins its generations and its errands, and an installer tries
addons out, without a new interpreter for each. Everything else about them is as ever: their tree,
what they inherit, how they end.

`Machine.up_anew` and the walk through the authors' guide start the same from the disk.
"""

from __future__ import annotations

import os
import signal
import sys
import tempfile
import traceback
from collections.abc import Callable, Mapping, Sequence
from datetime import UTC, datetime, timedelta
from itertools import pairwise
from types import SimpleNamespace
from typing import Any, NoReturn

import time_machine

from tenants.authoring import trying
from tenants.deployment import trial
from tenants.processes import errands, generation, parent, started


def run(arguments: Sequence[str], log: str, days_later: int = 0) -> None:
    """What `aorabooks ARGUMENTS` does, writing to this file, with a clock that is so many days
    ahead; for `forked.start`."""
    opened = os.open(log, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
    os.dup2(opened, 1)
    os.dup2(opened, 2)
    os.close(opened)
    os.setsid()
    if days_later:
        then = datetime.now(UTC) + timedelta(days=days_later)
        time_machine.travel(then, tick=True).start()
    command(arguments)


def command(arguments: Sequence[str]) -> None:
    """What `aorabooks ARGUMENTS` does, here."""
    from tenants.cli import main

    parent.os = _with(os, execve=_become_the_parent)
    started.subprocess = _with(started.subprocess, Popen=Generation)
    errands.subprocess = _with(errands.subprocess, Popen=Errand)
    trial.subprocess = _with(trial.subprocess, Popen=Trial)
    sys.argv = ["aorabooks", *arguments]
    main()


def _with(module: Any, **other: Any) -> Any:
    """A module as one of those that import it shall see it."""
    return SimpleNamespace(**{**vars(module), **other})


def _become_the_parent(_: str, command: Sequence[str], environment: Mapping[str, str]) -> NoReturn:
    os.environ.update(environment)
    sys.exit(parent.main(command[3:]))


class Fork:
    """What is used of `subprocess.Popen`, of a process that was forked."""

    def __init__(self, run: Callable[[], int | None], inherited: Sequence[int]) -> None:
        self.returncode: int | None = None
        sys.stdout.flush()
        sys.stderr.flush()
        self.pid = os.fork()
        if self.pid == 0:
            _begin(run, inherited)

    def poll(self) -> int | None:
        """How it ended, if it has."""
        return self._look(os.WNOHANG)

    def wait(self) -> int | None:
        """How it ends."""
        return self._look(0)

    def send_signal(self, sign: signal.Signals) -> None:
        if self.poll() is None:
            os.kill(self.pid, sign)

    def kill(self) -> None:
        self.send_signal(signal.SIGKILL)

    def _look(self, patience: int) -> int | None:
        if self.returncode is None:
            ended, status = os.waitpid(self.pid, patience)
            if ended:
                self.returncode = os.waitstatus_to_exitcode(status)
        return self.returncode


class Generation(Fork):
    """Those who serve, which a parent begins."""

    def __init__(
        self, command: Sequence[str], *, pass_fds: Sequence[int], env: Mapping[str, str]
    ) -> None:
        def run() -> int:
            os.environ.update(env)
            return generation.main(command[3:])

        super().__init__(run, pass_fds)


class Command(Fork):
    """A command, which is heard when it has ended."""

    def __init__(self, run: Callable[[], int | None], inherited: Sequence[int] = ()) -> None:
        self._said = [tempfile.TemporaryFile("w+") for _ in range(2)]  # noqa: SIM115 - closed when heard

        def speak() -> int | None:
            for number, file in enumerate(self._said, 1):
                os.dup2(file.fileno(), number)
            return run()

        super().__init__(speak, [*inherited, *(file.fileno() for file in self._said)])

    def communicate(self) -> tuple[str, str]:
        """What it says until it ends, and its errors."""
        self.wait()
        out, errors = (_whole(file) for file in self._said)
        return out, errors


class Errand(Command):
    """What a parent has done by the installer."""

    def __init__(self, command_line: Sequence[str], **_: object) -> None:
        def run() -> None:
            os.setsid()
            command(command_line[3:])

        super().__init__(run)


class Trial(Command):
    """What an installer tries addons out in."""

    def __init__(self, *_: object, **__: object) -> None:
        told, self._tells = os.pipe()

        def run() -> int:
            os.dup2(told, 0)
            os.close(told)
            sys.stdin = os.fdopen(0, closefd=False)
            return trying.main()

        super().__init__(run, [told])
        os.close(told)
        self._heard: tuple[str, str] | None = None

    def terminate(self) -> None:
        self.send_signal(signal.SIGTERM)

    def communicate(self, told: str = "", timeout: float | None = None) -> tuple[str, str]:
        """What it says of what it is told, and its errors."""
        if self._heard is None:
            with os.fdopen(self._tells, "w") as line:
                line.write(told)
            self._heard = super().communicate()
        return self._heard


def _begin(run: Callable[[], int | None], inherited: Sequence[int]) -> NoReturn:
    """Be a process of its own, which has nothing of the other but what it inherits."""
    status = 1
    try:
        for sign in (signal.SIGINT, signal.SIGTERM):
            signal.signal(sign, signal.SIG_DFL)
        kept = (*sorted({0, 1, 2, *inherited}), os.sysconf("SC_OPEN_MAX"))
        for one, following in pairwise(kept):
            os.closerange(one + 1, following)
        status = run() or 0
    except SystemExit as ended:
        status = ended.code if isinstance(ended.code, int) else int(ended.code is not None)
    except BaseException:
        traceback.print_exc()
    finally:
        sys.stdout.flush()
        sys.stderr.flush()
        os._exit(status)


def _whole(file: Any) -> str:
    with file:
        file.seek(0)
        return file.read()
