"""Rows of an Excel workbook: checked, parsed in a process of its own, kept as lines of JSON."""

from __future__ import annotations

import subprocess
import sys
import tempfile
from collections.abc import Iterator
from typing import Any, BinaryIO, Final, cast

import orjson
import structlog

from core.i18n import phrase
from core.importing.errors import unreadable
from core.importing.rows import Native, Row
from core.importing.xlsx_guard import require_harmless

PATIENCE: Final = 120
"""Seconds for one workbook, waiting for the processor included."""

log = structlog.get_logger(__name__)


def parse_workbook(file: BinaryIO, sheet: str = "") -> BinaryIO:
    """The rows of one sheet in a temporary file, at its start; raises InvalidInput."""
    require_harmless(file)
    rows = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115, the caller closes it
    try:
        with tempfile.TemporaryFile() as copy:  # the process needs a real file to read from
            while chunk := file.read(2**20):
                copy.write(chunk)
            copy.seek(0)
            done = subprocess.run(
                [sys.executable, "-m", "core.importing.xlsx_process", *([sheet] if sheet else [])],
                stdin=copy,
                stdout=rows,
                stderr=subprocess.PIPE,
                timeout=PATIENCE,
                check=False,
            )
    except subprocess.TimeoutExpired:
        rows.close()
        raise _not_read() from None
    if done.returncode:
        rows.close()
        log.info("workbook not read", reason=done.stderr[-500:].decode(errors="replace"))
        raise _not_read()
    file.seek(0)
    rows.seek(0)
    return rows


def sheets_in(rows: BinaryIO) -> tuple[list[str], str]:
    """The names of the sheets, and of the one whose rows these are."""
    rows.seek(0)
    head: dict[str, Any] = orjson.loads(rows.readline())
    return head["sheets"], head["sheet"]


def parsed_rows(rows: BinaryIO) -> Iterator[Row]:
    """The rows that `parse_workbook` kept."""
    rows.seek(0)
    rows.readline()
    for line, text in enumerate(rows, start=1):
        cells = orjson.loads(text)
        yield Row(line, [cell if isinstance(cell, str) else Native(cell[0]) for cell in cells])


def _not_read() -> Exception:
    return unreadable(
        phrase("The workbook cannot be read: it is damaged, or too complicated."),
        fix=phrase("Save the sheet that you need as CSV, and send that."),
    )
