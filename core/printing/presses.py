"""The presses of this process: a few child processes that set pages, kept while there is work.

A press that takes too long is killed and another takes its place; so a template that never ends
costs its own document and nothing else. What is set belongs to one call: presses keep nothing.
"""

from __future__ import annotations

import atexit
import os
import subprocess
import sys
import threading
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import BinaryIO, Final, Literal, cast

from core.errors import Unavailable
from core.i18n.phrases import phrase
from core.printing.press import read_frame, write_frame

FONTS: Final = Path(__file__).parent / "fonts"
"""TrueType files, put there by script/setup; no other font is ever used."""
SECONDS: Final = 20.0
MEMORY_MB: Final = 1024
JOBS_OF_A_PRESS: Final = 400
WAIT_SECONDS: Final = 30.0

Format = Literal["pdf", "png", "svg"]


class TemplateError(Exception):
    """A template that cannot be set; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Sheets:
    """What is to be set: the template's files ("main.typ" begins), texts for `sys.inputs`, and
    the format. `tags` makes a PDF that screen readers understand, `standard` one that keeps to it,
    such as "a-3b"."""

    files: Mapping[str, bytes]
    inputs: Mapping[str, str] = field(default_factory=dict)
    format: Format = "pdf"
    ppi: float = 144.0
    tags: bool = True
    standard: str = ""
    seconds: float = SECONDS


class Presses:
    """Runs at most `size` jobs at a time. Thread-safe."""

    def __init__(self, size: int, *, memory_mb: int = MEMORY_MB) -> None:
        self.size = size
        self._memory_mb = memory_mb
        self._places = threading.BoundedSemaphore(size)
        self._idle: list[_Press] = []
        self._lock = threading.Lock()

    def run(self, sheets: Sheets) -> list[bytes]:
        """The file, or for pictures one for each page.

        Raises TemplateError, or Unavailable where it took too long, too much memory, or no
        press became free.
        """
        if not self._places.acquire(timeout=WAIT_SECONDS):
            raise Unavailable("All printers of the server are busy.", retry_after=5)
        try:
            press = self._take()
            try:
                return press.run(sheets)
            finally:
                self._put_back(press)
        finally:
            self._places.release()

    def close(self) -> None:
        """End the presses that are idle."""
        with self._lock:
            idle, self._idle = self._idle, []
        for press in idle:
            press.stop()

    def _put_back(self, press: _Press) -> None:
        if press.fit:
            with self._lock:
                self._idle.append(press)
        else:
            press.stop()

    def _take(self) -> _Press:
        while True:
            with self._lock:
                press = self._idle.pop() if self._idle else None
            if press is None:
                return _Press(self._memory_mb)
            if press.alive:
                return press
            press.stop()


class _Press:
    """One child process."""

    def __init__(self, memory_mb: int) -> None:
        if not any(FONTS.glob("*.ttf")):
            raise RuntimeError(f"there are no fonts in {FONTS}: run script/setup")
        self._jobs = 0
        self._full = False
        self._process = subprocess.Popen(
            [
                sys.executable,
                "-I",
                str(Path(__file__).with_name("press.py")),
                str(FONTS),
                str(memory_mb),
            ],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            env=_environment(),
            cwd=FONTS,
            start_new_session=True,
        )

    @property
    def alive(self) -> bool:
        return self._process.poll() is None

    @property
    def fit(self) -> bool:
        return self.alive and self._jobs < JOBS_OF_A_PRESS and not self._full

    def run(self, sheets: Sheets) -> list[bytes]:
        self._jobs += 1
        late = threading.Event()
        watch = threading.Timer(sheets.seconds, self._kill, [late])
        watch.daemon = True
        watch.start()
        try:
            answer = self._exchange(sheets)
        finally:
            watch.cancel()
        if answer is None:
            self._process.kill()
            self._process.wait()
            if late.is_set():
                raise Unavailable(
                    phrase(
                        "This document took longer than {seconds} s.", seconds=int(sheets.seconds)
                    ),
                    fix="Print fewer lines at a time, or mend its template.",
                )
            raise Unavailable("This document needs more memory than a document may use.")
        head, made = answer
        self._full = bool(head.get("full"))
        if "error" in head:
            raise TemplateError(head["error"])
        return made

    def stop(self) -> None:
        self._process.kill()
        for pipe in (self._process.stdin, self._process.stdout):
            if pipe is not None:
                with suppress(BrokenPipeError):
                    pipe.close()
        self._process.wait()

    def _exchange(self, sheets: Sheets) -> tuple[dict, list[bytes]] | None:
        stdin, stdout = self._process.stdin, self._process.stdout
        assert stdin is not None
        assert stdout is not None
        head = {
            "files": list(sheets.files),
            "inputs": dict(sheets.inputs),
            "format": sheets.format,
            "ppi": sheets.ppi,
            "tags": sheets.tags and sheets.format == "pdf",
            "standards": [sheets.standard] if sheets.standard else [],
            "seconds": sheets.seconds,
        }
        try:
            write_frame(cast("BinaryIO", stdin), head, list(sheets.files.values()))
            return read_frame(cast("BinaryIO", stdout))
        except BrokenPipeError:
            return None

    def _kill(self, late: threading.Event) -> None:
        late.set()
        self._process.kill()


def _environment() -> dict[str, str]:
    """What a press may know of this machine: nothing, and no way to the network."""
    kept = {name: os.environ[name] for name in ("PATH", "SYSTEMROOT") if name in os.environ}
    nowhere = "http://127.0.0.1:9"
    proxies = dict.fromkeys(("http_proxy", "https_proxy", "HTTPS_PROXY", "ALL_PROXY"), nowhere)
    return {**kept, **proxies, "RAYON_NUM_THREADS": "1", "LC_ALL": "C.UTF-8"}


PRESSES: Final = Presses(max(2, os.cpu_count() or 2))
"""Those of this process; started when they are first needed."""

atexit.register(PRESSES.close)


def set_pages(sheets: Sheets) -> list[bytes]:
    """Set these sheets on one of the process's presses; see `Presses.run`."""
    return PRESSES.run(sheets)


def one_file(pages: Sequence[bytes]) -> bytes:
    """The only file of an answer."""
    (file,) = pages
    return file
