"""Taking the next number of a series.

A series is a row, and whoever takes a number holds it until the commit: a transaction that fails
takes none, so that there are no gaps. Take it late, when the rest is written.
"""

from __future__ import annotations

import re
from datetime import date
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.db.direct import fetch_value
from core.errors import InvalidInput
from core.i18n.phrases import phrase

_NEXT: Final = text("""
INSERT INTO core.number_series AS known (series, period, last) VALUES (:series, :period, 1)
ON CONFLICT (series, period) DO UPDATE SET last = known.last + 1
RETURNING last
""")
_PARTS: Final = re.compile(r"\{(year|month|number)(?::0(\d{1,2}))?\}")


def take_number(session: Session, series: str, pattern: str, day: date) -> str:
    """The next number of a series, such as "INV/2026/00042" for the pattern
    "INV/{year}/{number:05}".

    A pattern with {year} starts again every year, one with {month} as well every month; `day` is
    the day of the document. Raises InvalidInput for a pattern without {number}.
    """
    require_pattern(pattern)
    number = fetch_value(session, _NEXT, {"series": series, "period": _period(pattern, day)})
    values = {"year": f"{day.year:04}", "month": f"{day.month:02}", "number": str(number)}
    return _PARTS.sub(lambda part: values[part[1]].zfill(int(part[2] or 0)), pattern)


def require_pattern(pattern: str, field: str = "pattern") -> None:
    """Raise InvalidInput, naming the field, for a pattern that would give two documents the same
    number, or holds a part that is not known."""
    names = [part[1] for part in _PARTS.finditer(pattern)]
    plain = _PARTS.sub("", pattern)
    if names.count("number") != 1 or "{" in plain or "}" in plain:
        raise InvalidInput.of(
            field,
            phrase("{pattern} is no pattern of numbers.", pattern=pattern),
            fix=phrase("Write it as INV/{{year}}/{{number:05}}; {{month}} is possible too."),
        )
    if "month" in names and "year" not in names:
        raise InvalidInput.of(
            field, phrase("A pattern with a month needs the year too, or numbers would repeat.")
        )


def _period(pattern: str, day: date) -> str:
    if "{month" in pattern:
        return f"{day:%Y-%m}"
    return f"{day.year:04}" if "{year" in pattern else ""
