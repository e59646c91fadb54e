"""The fields of an MT940 or MT942 message, each with the line of the file where it begins.

The message is cut here rather than by the library, so that what is wrong can be named by its
line, and so that many statements in one file stay apart.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

_TAG: Final = re.compile(
    r":(13D?|20|21|25P?|28C?|34F|60[FM]?|61|62[FM]?|64|65|86|90[DC]|NS):(.*)", re.DOTALL
)
_ENDS: Final = re.compile(r"-?\}.*|-|\{\d:.*")
_CONTROLS: Final = dict.fromkeys((*range(9), 11, 12, *range(14, 32), 65279))


@dataclass(frozen=True, slots=True)
class Field:
    """A field: its tag, its lines joined by line breaks, and the line of the file it is on."""

    tag: str
    value: str
    line: int


def fields_of(text: str) -> Iterator[Field]:
    """The fields in their order; what stands outside of any is passed over."""
    tag, line, kept, torn = "", 0, list[str](), ""
    for number, piece in enumerate(text.translate(_CONTROLS).splitlines(), start=1):
        written, torn = torn + piece, ""
        if written == ":":
            torn = written  # a line break within the tag itself
            continue
        match = _TAG.fullmatch(written.lstrip())
        ends = match is None and _ENDS.fullmatch(written.strip()) is not None
        if (match or ends) and tag:
            yield Field(tag, "\n".join(kept).rstrip(), line)
            tag = ""
        if match:
            tag, line, kept = match[1], number, [match[2]]
        elif tag and not ends:
            kept.append(written)
    if tag:
        yield Field(tag, "\n".join(kept).rstrip(), line)


def statements_of(text: str) -> Iterator[list[Field]]:
    """The fields statement by statement: each begins with its reference, field 20."""
    current: list[Field] = []
    for field in fields_of(text):
        if field.tag == "20" and current:
            yield current
            current = []
        current.append(field)
    if current:
        yield current
