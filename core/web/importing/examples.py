"""A file to begin with: the titles in the reader's language, one record as an example, and a sheet
that explains each column.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from core.declare import msg
from core.i18n import phrase
from core.web.importing.access import require_import
from core.web.importing.sheets import CSV, XLSX, Sheet, csv_file, workbook
from core.web.importing.targets import EXTERNAL_ID, Target, key_of, targets_of
from core.web.replies import File, Reply
from core.web.request import Request
from core.web.resources.kinds import Boolean, Choice, Kind, Reference, Text
from core.web.resources.kinds_figures import Day, Integer, Measure, Moment, Number, TimeOfDay
from core.web.resources.references import find
from core.web.resources.references import target as resource_of
from core.web.resources.shape import Shape
from core.web.resources.showing import Translate, culture_for, shower, translator

_TYPES: Final[tuple[tuple[type[Any], str], ...]] = (
    (Choice, msg("One of the choices")),
    (Boolean, msg("Yes or no")),
    (Reference, msg("The name or code of a record")),
    (Integer, msg("Whole number")),
    (Number, msg("Number")),
    (Measure, msg("Number")),
    (Day, msg("Date")),
    (Moment, msg("Date and time")),
    (TimeOfDay, msg("Time of day")),
    (Text, msg("Text")),
)
_DATE: Final = date(2026, 12, 31)


def example_csv(shape: Shape, session: Session, request: Request) -> Reply:
    """The example as CSV."""
    require_import(session, shape)
    sheet = _example(session, request, shape)
    return File(csv_file(sheet), f"{shape.name}-example.csv", CSV)


def example_xlsx(shape: Shape, session: Session, request: Request) -> Reply:
    """The example as a workbook, its columns explained on a second sheet."""
    require_import(session, shape)
    sheets = (_example(session, request, shape), _explanation(session, request, shape))
    return File(workbook(sheets, request.locale), f"{shape.name}-example.xlsx", XLSX)


def _example(session: Session, request: Request, shape: Shape) -> Sheet:
    translate = translator(session, request)
    targets = targets_of(shape)
    titles = [_title(shape, target, translate) for target in targets]
    row = [_sample(session, request, target, translate) for target in targets]
    return Sheet(_sheet_name(translate(shape.resource.title)), titles, [row])


def _explanation(session: Session, request: Request, shape: Shape) -> Sheet:
    translate = translator(session, request)
    heads = (msg("Column"), msg("What it holds"), msg("Needed"), msg("Choices"), msg("Remark"))
    rows = [
        (
            _title(shape, target, translate),
            translate(_type(target.kind)),
            translate(msg("Yes") if target.required else msg("No")),
            _choices(target.kind, translate),
            " ".join(translate(remark) for remark in _remarks(session, shape, target)),
        )
        for target in targets_of(shape)
    ]
    return Sheet(_sheet_name(translate(msg("Columns"))), [translate(head) for head in heads], rows)


def _title(shape: Shape, target: Target, translate: Translate) -> str:
    """A line's field bears the lines' title, where the document has one that is called alike."""
    title = translate(target.title)
    if not target.grid:
        return title
    alike = [t for t in targets_of(shape) if translate(t.title) == title]
    lines = next(grid.lines.title for grid in shape.grids if grid.name == target.grid)
    return title if len(alike) == 1 else f"{translate(lines)}: {title}"


def _type(kind: Kind) -> str:
    return next((title for known, title in _TYPES if isinstance(kind, known)), msg("Text"))


def _choices(kind: Kind, translate: Translate) -> str:
    if isinstance(kind, Choice):
        return ", ".join(translate(kind.labels.get(key, key)) for key in kind.members)
    if isinstance(kind, Boolean):
        return f"{translate(msg('Yes'))}, {translate(msg('No'))}"
    return ""


def _remarks(session: Session, shape: Shape, target: Target) -> Iterator[str]:
    if target.item is not None and target.item.help:
        yield target.item.help
    if target.name in key_of(shape):
        yield msg("Tells the records apart: a known one is changed instead of made twice.")
    if target.name == EXTERNAL_ID:
        yield msg("What another system calls the record; a known one is changed.")
    if target.grid:
        yield msg("One row for each line; the other rows of the document may be left empty.")
    if isinstance(target.kind, Reference):
        named = resource_of(session, target.kind.resource)
        if named is not None:
            yield phrase("From the list: {list}.", list=phrase(named.resource.title))


def _sample(session: Session, request: Request, item: Target, translate: Translate) -> str:
    kind, culture = item.kind, culture_for(request)
    match kind:
        case Choice():
            first = next(iter(kind.members.values()), None)
            return shower(kind, culture, translate)(first)
        case Boolean():
            return shower(kind, culture, translate)(True)
        case Reference():
            shape = resource_of(session, kind.resource)
            hits = find(session, shape, "", limit=1) if shape is not None else []
            return hits[0].title if hits else ""
        case Integer():
            return "1"
        case Number():
            return kind.edit(Decimal("12.5") if kind.fractions else Decimal(12), culture)
        case Measure():
            return kind.edit(0.5, culture)
        case Day():
            return _DATE.isoformat()
        case Moment():
            return kind.edit(datetime(2026, 12, 31, 9, 30, tzinfo=UTC), culture).replace("T", " ")
        case TimeOfDay():
            return kind.edit(time(9, 30), culture)
    if item.name == EXTERNAL_ID:
        return "A-1001"
    if kind.control == "email":
        return "name@example.com"
    limit = kind.max_length if isinstance(kind, Text) else None
    return "" if not item.required else translate(msg("Example"))[:limit]


def _sheet_name(title: str) -> str:
    """What a workbook allows as a name."""
    return "".join(letter for letter in title if letter not in "[]:*?/\\'")[:31].strip() or "1"
