"""Work that is killed at the n-th thing that it does to a file, for every n."""

from __future__ import annotations

import os
import shutil
import signal
import sys
from collections.abc import Callable, Iterator
from itertools import count
from pathlib import Path

_TOUCHES = {"open", "os.rename", "os.remove", "os.mkdir", "os.rmdir", "os.truncate"}


def killed_everywhere(start: Path, work: Callable[[Path], object]) -> Iterator[Path]:
    """A folder for each death: a copy of `start` in which the work was killed one touch later than
    in the one before; at last one in which it came to its end."""
    for moment in count(1):
        folder = start.with_name(f"{start.name}-{moment}")
        shutil.copytree(start, folder)
        status = in_a_child(lambda moment=moment, folder=folder: _dying(moment, folder, work))
        ended = os.waitstatus_to_exitcode(status)
        assert ended in (0, -signal.SIGKILL), f"it failed at its touch {moment}"
        yield folder
        if ended == 0:
            return


def in_a_child(work: Callable[[], None]) -> int:
    """Run it in a child; how that ended, as `os.wait` says it."""
    pid = os.fork()
    if pid == 0:
        try:
            work()
        except BaseException:
            os._exit(1)
        os._exit(0)
    return os.waitpid(pid, 0)[1]


def _dying(moment: int, folder: Path, work: Callable[[Path], object]) -> None:
    """Do it, and die just before the n-th touch of a file in the folder."""
    inside, touched = str(folder), [0]

    def look(event: str, arguments: tuple[object, ...]) -> None:
        if event in _TOUCHES and str(arguments[0]).startswith(inside):
            touched[0] += 1
            if touched[0] == moment:
                os.kill(os.getpid(), signal.SIGKILL)

    sys.addaudithook(look)
    work(folder)
