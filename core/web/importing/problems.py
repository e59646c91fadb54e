"""What is wrong in which row: told by row, column and value, kept in a file of its own, given
back as a file to correct and send again.
"""

from __future__ import annotations

import tempfile
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from types import TracebackType
from typing import Any, BinaryIO, Final, Self, cast

import orjson

from core.web.bulk.sentences import kept, told

QUOTED: Final = 80
"""Characters of a value that a problem quotes."""
MAX_PROBLEMS: Final = 50_000
"""Rows told of. A file with more mistakes has one, and that is in its columns."""


@dataclass(frozen=True, slots=True)
class RowProblem:
    """`column` is the name of the target that the cell was to fill, "" for the row as a whole;
    `fix` a way out beyond what the message says."""

    line: int
    column: str
    value: str
    message: str
    fix: str = ""

    def to_json(self) -> dict[str, Any]:
        """As it is kept, to be told in any language later."""
        return {
            "line": self.line,
            "column": self.column,
            "value": _quoted(self.value),
            "message": kept(self.message),
            "fix": kept(self.fix),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> RowProblem:
        """What `to_json` gave."""
        message, fix = told(data["message"]), told(data["fix"])
        return cls(data["line"], data["column"], data["value"], message, fix)


class ProblemLog:
    """Problems on their way to a file, document by document: each entry holds the lines of the
    document's rows and what is wrong in them."""

    def __init__(self) -> None:
        self._file = cast("BinaryIO", tempfile.SpooledTemporaryFile(max_size=2**20))  # noqa: SIM115
        self.documents = 0
        self.rows = 0

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        traceback: TracebackType | None,
    ) -> None:
        self._file.close()

    def add(self, lines: Iterable[int], problems: Iterable[RowProblem]) -> None:
        """Note a document that is not kept."""
        lines = list(lines)
        self.documents += 1
        self.rows += len(lines)
        if self.documents <= MAX_PROBLEMS:
            entry = {"lines": lines, "problems": [item.to_json() for item in problems]}
            self._file.write(orjson.dumps(entry) + b"\n")

    def chunks(self) -> Iterator[bytes]:
        """What was noted, to be stored."""
        self._file.seek(0)
        while chunk := self._file.read(2**18):
            yield chunk


def read_log(chunks: Iterable[bytes]) -> Iterator[tuple[list[int], list[RowProblem]]]:
    """The entries of a stored log, in the order of the file."""
    rest = b""
    for chunk in chunks:
        *lines, rest = (rest + chunk).split(b"\n")
        for line in lines:
            entry = orjson.loads(line)
            yield entry["lines"], [RowProblem.from_json(item) for item in entry["problems"]]


def _quoted(value: str) -> str:
    text = str(value)
    return text if len(text) <= QUOTED else f"{text[: QUOTED - 1]}…"
