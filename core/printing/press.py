"""A process of its own that sets pages with typst: what it runs can neither hang nor fill a worker.

Started by `core.printing.presses` as a file, so that it imports typst and nothing of ours. Jobs
come through standard input and pages leave through standard output, in frames.
"""

from __future__ import annotations

import json
import os
import select
import struct
import sys
from pathlib import Path
from typing import Any, BinaryIO

import psutil
import typst

IDLE_SECONDS = 300
"""After so long without a job the process ends; the next job starts another."""
CPU_MARGIN = 5


def main(fonts: str, memory_mb: int) -> None:
    """Serve jobs until the other side hangs up. The folder of the fonts is all that a template
    can read from, besides the files it was given."""
    _limit_memory(memory_mb)
    known = typst.Fonts(
        include_system_fonts=False, include_embedded_fonts=False, font_paths=[Path(fonts)]
    )
    source, target = sys.stdin.buffer.raw, sys.stdout.buffer  # type: ignore[attr-defined]
    while select.select([source], [], [], IDLE_SECONDS)[0]:
        frame = read_frame(source)
        if frame is None:
            return
        head, blobs = frame
        answer, pages = _set(known, fonts, head, blobs)
        write_frame(target, {**answer, "full": _is_full(memory_mb)}, pages)


def _set(
    known: typst.Fonts, root: str, head: dict[str, Any], blobs: list[bytes]
) -> tuple[dict[str, Any], list[bytes]]:
    _limit_cpu(head["seconds"])
    try:
        # A dict of names to contents is taken too, which the package's types do not say.
        files: Any = dict(zip(head["files"], blobs, strict=True))
        compiler = typst.Compiler(files, root=root, font_paths=known, sys_inputs=head["inputs"])
        made = compiler.compile(
            files,
            format=head["format"],
            ppi=head["ppi"],
            pdf_tags=head["tags"],
            pdf_standards=head["standards"],
            timestamp=0,
        )
    except typst.TypstError as error:
        return {"error": str(error.diagnostic or error.message)}, []
    except (RuntimeError, ValueError) as error:
        return {"error": str(error)}, []
    return {}, made if isinstance(made, list) else [made or b""]


def read_frame(source: BinaryIO) -> tuple[dict[str, Any], list[bytes]] | None:
    """The next frame: a head and the blobs whose sizes it names; None at the end."""
    size = _exactly(source, 4)
    if size is None:
        return None
    packed = _exactly(source, struct.unpack(">I", size)[0])
    if packed is None:
        return None
    head = json.loads(packed)
    blobs = [_exactly(source, length) for length in head["sizes"]]
    return None if None in blobs else (head, blobs)  # type: ignore[return-value]


def write_frame(target: BinaryIO, head: dict[str, Any], blobs: list[bytes]) -> None:
    """Send a head and its blobs."""
    packed = json.dumps({**head, "sizes": [len(blob) for blob in blobs]}).encode()
    target.write(struct.pack(">I", len(packed)) + packed)
    for blob in blobs:
        target.write(blob)
    target.flush()


def _exactly(source: BinaryIO, size: int) -> bytes | None:
    parts = []
    while size:
        part = source.read(size)
        if not part:
            return None
        parts.append(part)
        size -= len(part)
    return b"".join(parts)


def _is_full(memory_mb: int) -> bool:
    """Whether half of the memory is taken: typst remembers parts of all that it has set, so that
    another process should do the next job. What is taken now, since the peak that Linux tells
    begins with that of the process which started this one."""
    return psutil.Process().memory_info().rss / 2**20 > memory_mb / 2


def _limit_memory(megabytes: int) -> None:
    if os.name == "posix":
        import resource

        limit = megabytes * 1024 * 1024
        resource.setrlimit(resource.RLIMIT_AS, (limit, limit))


def _limit_cpu(seconds: float) -> None:
    """Ends even if the process that would stop it has itself been killed."""
    if os.name == "posix":
        import resource

        used = sum(resource.getrusage(resource.RUSAGE_SELF)[:2])
        hard = resource.getrlimit(resource.RLIMIT_CPU)[1]
        resource.setrlimit(resource.RLIMIT_CPU, (int(used + seconds) + CPU_MARGIN, hard))


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
