"""A list on paper: as it is shown, on as many pages as it takes, up to a limit."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any, BinaryIO, Final, cast

import orjson
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.declare import msg
from core.errors import InvalidInput
from core.i18n import direction, phrase
from core.i18n.formats import moment, number
from core.printing.merging import Merger
from core.printing.presses import Sheets, one_file, set_pages
from core.printing.setting import TEMPLATES
from core.web.request import Request
from core.web.resources.counting import Total
from core.web.resources.list_filters import chips
from core.web.resources.list_rows import shown
from core.web.resources.list_table import total_lines
from core.web.resources.views.asking import Asked
from core.web.resources.views.export_rows import GroupLine, Rows, lines_of, snapshot, totals_of
from core.web.resources.views.picker import title_of

Row = dict[str, Any]
MAX_ROWS: Final = 10_000
"""What a PDF holds: some two hundred pages, which a press sets within its time and memory."""
_SECONDS: Final = 60.0
_LONGEST: Final = 300
"""Letters of one cell; a page is for reading, not for keeping a text."""
_UPRIGHT: Final = 6
_PART: Final = 1_000
"""Lines that are set at a time."""
_NARROWEST: Final = 5
_WIDEST: Final = 40
_SMALL_FROM: Final = 10
_TEMPLATE: Final = Path(__file__).with_name("list.typ")


def pdf(session: Session, request: Request, asked: Asked) -> BinaryIO:
    """The file, open at its beginning and on disk; raises InvalidInput beyond MAX_ROWS."""
    rows: list[Row] = []
    count = 0
    with snapshot(session):
        with lines_of(session, asked) as lines:
            for line in lines:
                if isinstance(line, Rows):
                    count += len(line.rows)
                    if count > MAX_ROWS:
                        raise _too_long(request)
                rows += _printed(asked, line)
        totals = totals_of(session, asked)
        rows += _sums(asked, asked.translate(msg("Total")), totals, level=0)
        paper = _paper(session, request, asked, rows, count)
    return _set(paper, rows, request.tenant.brand.maker)


def _set(paper: dict[str, Any], rows: list[Row], maker: str) -> BinaryIO:
    """The pages of all rows, a part at a time: a long table is set much slower than its parts,
    and takes all of a press's memory."""
    file = cast("BinaryIO", tempfile.TemporaryFile())  # noqa: SIM115, closed once sent
    try:
        merger = Merger(file, title=paper["title"], identity=paper["foot"], maker=maker)
        for start in range(0, max(len(rows), 1), _PART):
            part = {
                **paper,
                "pages_before": merger.pages,
                "rows": rows[start : start + _PART],
            }
            files = {
                "main.typ": _TEMPLATE.read_bytes(),
                "lib.typ": (TEMPLATES / "lib.typ").read_bytes(),
                "list.json": orjson.dumps(part),
            }
            sheets = Sheets(files, tags=False, seconds=_SECONDS)
            merger.add(one_file(set_pages(sheets)))
        merger.finish()
    except BaseException:
        file.close()
        raise
    file.seek(0)
    return file


def _too_long(request: Request) -> InvalidInput:
    limit = number(request.locale, MAX_ROWS)
    return InvalidInput.of(
        "format",
        phrase("A PDF holds {limit} records at the most, and this list has more.", limit=limit),
        fix=phrase("Narrow the list, or export it as an Excel workbook."),
    )


def _paper(
    session: Session, request: Request, asked: Asked, rows: list[Row], count: int
) -> dict[str, Any]:
    """All that the template places."""
    view, title = asked.opened.view, asked.translate(asked.shape.resource.title)
    columns = asked.state.columns
    told = [
        f"{chip.title} {chip.words} {chip.text}" if chip.words else f"{chip.title}: {chip.text}"
        for chip in chips(session, asked)
    ]
    if asked.criteria.search:
        told.insert(0, f"“{asked.criteria.search}”")
    words = (
        asked.translate(msg("1 record")) if count == 1 else asked.translate(msg("{count} records"))
    )
    now = moment(request.locale, utc_now(), request.tenant.timezone)
    return {
        "title": f"{title} · {title_of(asked, view)}" if view is not None else title,
        "subtitle": " · ".join([words.format(count=number(request.locale, count)), *told]),
        "foot": f"{request.tenant.title} · {now}",
        "language": request.locale[:2],
        "direction": direction(request.locale),
        "landscape": len(columns) > _UPRIGHT,
        "size": 6.5 if len(columns) >= _SMALL_FROM else 8,
        "columns": [
            {
                "title": asked.translate(column.title),
                "figure": column.kind.figure,
                "width": _width(asked.translate(column.title), place, rows),
            }
            for place, column in enumerate(columns)
        ],
    }


def _width(title: str, place: int, rows: list[Row]) -> int:
    """What share of the page a column gets: by its longest text, within bounds."""
    lengths = (len(row["cells"][place]) for row in rows if row["kind"] == "row")
    return min(max(len(title), max(lengths, default=0), _NARROWEST), _WIDEST) + 2


def _printed(asked: Asked, line: GroupLine | Rows) -> Iterator[Row]:
    if isinstance(line, GroupLine):
        title = f"{line.titles[-1]} ({number(asked.culture.locale, line.count)})"
        yield from _sums(asked, title, line.totals, level=line.level, always=True)
        return
    shows = [
        shown(column, asked.culture, asked.translate, line.titles) for column in asked.state.columns
    ]
    for row in line.rows:
        pairs = zip(shows, row[1:], strict=False)
        cells = ["" if value is None else show(value)[:_LONGEST] for show, value in pairs]
        yield {"kind": "row", "level": 0, "cells": cells}


def _sums(
    asked: Asked,
    title: str,
    totals: tuple[Total, ...] | list[Total],
    *,
    level: int,
    always: bool = False,
) -> Iterator[Row]:
    """A line of sums for each currency; `always` one line, even without any."""
    columns = asked.state.columns
    lines = total_lines(totals, columns, asked.culture)
    if not lines and always:
        lines = [("", [""] * len(columns))]
    for currency, texts in lines:
        first = texts[0] or (f"{title} {currency}" if currency else title)
        yield {"kind": "sum", "level": level, "cells": [first, *texts[1:]]}
