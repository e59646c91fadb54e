"""What a split that is being typed could become: values of dimensions, found by code or name.

The text is that of `splits`. Only its last value is completed; what stands before it tells which
dimension is meant, what is left of the hundred percent, and which values are named already.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import case, or_, select
from sqlalchemy.orm import Session, contains_eager

from addons.accounting.models.dimensions import Dimension, DimensionValue
from addons.accounting.services.dimensions.splits import plain_percent
from core.api import Suggestion, phrase

SHOWN: Final = 20
_LAST_GROUP: Final = re.compile(r"[;؛\n][^;؛\n]*$")
_ITEMS: Final = re.compile(r"[,،]")
_PERCENT: Final = re.compile(r"^(?P<value>.*\S)\s+(?P<percent>[\d.٫]+)\s*[%٪]?$")
_HUNDRED: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class _Typed:
    """A split as far as it was typed: what stays, the dimension that is named, the values before
    the last one in lower case, what of the hundred percent they leave, and the last one."""

    kept: str
    dimension: str
    named: tuple[str, ...]
    left: Decimal
    last: str


def suggest_split(session: Session, text: str) -> list[Suggestion]:
    """The splits that a text could be on the way to, in the order of dimensions and codes. A text
    whose last value bears its percentage is continued with another value."""
    dimensions = session.scalars(
        select(Dimension).where(Dimension.active).order_by(Dimension.code)
    ).all()
    typed = _typed(text, "")
    found = _PERCENT.match(typed.last)
    if found is not None and not _values(session, dimensions, typed):
        typed = _typed(text, ",")
        if typed.left <= 0:
            return []
    return [
        _suggestion(typed, value, several=len(dimensions) > 1)
        for value in _values(session, dimensions, typed)
    ]


def _typed(text: str, more: str) -> _Typed:
    text = text.rstrip() + f"{more} " if more else text
    start = _LAST_GROUP.search(text)
    before, group = (text[: start.start() + 1], start[0][1:]) if start else ("", text)
    name, colon, rest = group.partition(":")
    dimension, items = (name.strip(), rest) if colon else ("", group)
    *earlier, last = _ITEMS.split(items)
    shares = [_share(item.strip()) for item in earlier if item.strip()]
    head = f"{before.strip()} " if before.strip() else ""
    if dimension:
        head += f"{dimension}: "
    kept = head + "".join(f"{item.strip()}, " for item in earlier if item.strip())
    left = _HUNDRED - sum((percent for _, percent in shares), Decimal(0))
    return _Typed(kept, dimension, tuple(name for name, _ in shares), left, last.strip())


def _share(item: str) -> tuple[str, Decimal]:
    found = _PERCENT.match(item)
    if found is None:
        return item.casefold(), Decimal(0)
    try:
        percent = Decimal(found["percent"].replace("٫", "."))
    except InvalidOperation:
        percent = Decimal(0)
    return found["value"].casefold(), percent


def _values(
    session: Session, dimensions: Sequence[Dimension], typed: _Typed
) -> list[DimensionValue]:
    meant = [one.id for one in _meant(session, dimensions, typed)]
    pattern = f"%{_literal(typed.last)}%"
    begins = f"{_literal(typed.last)}%"
    named = or_(
        DimensionValue.code.ilike(pattern, escape="\\"),
        DimensionValue.name.ilike(pattern, escape="\\"),
        DimensionValue.name_local.ilike(pattern, escape="\\"),
    )
    found = (
        select(DimensionValue)
        .join(DimensionValue.dimension)
        .options(contains_eager(DimensionValue.dimension))
        .where(DimensionValue.active, DimensionValue.dimension_id.in_(meant), named)
        .order_by(
            case((DimensionValue.code.ilike(begins, escape="\\"), 0), else_=1),
            Dimension.code,
            DimensionValue.code,
        )
        .limit(SHOWN + len(typed.named))
    )
    fresh = (
        one
        for one in session.scalars(found)
        if not {one.code.casefold(), one.name.casefold()} & set(typed.named)
    )
    return list(fresh)[:SHOWN]


def _meant(session: Session, dimensions: Sequence[Dimension], typed: _Typed) -> Iterator[Dimension]:
    """The dimension that is named, or of which the earlier values are; else all that are not
    split yet."""
    wanted = typed.dimension.casefold()
    if wanted:
        yield from (
            one for one in dimensions if wanted in (one.code.casefold(), one.name.casefold())
        )
        return
    split = typed.kept.casefold()
    held = _holding(session, typed.named)
    for one in dimensions:
        names = (f"{one.code.casefold()}:", f"{one.name.casefold()}:")
        if not any(name in split for name in names) and (not typed.named or one.id in held):
            yield one


def _holding(session: Session, names: Iterable[str]) -> set[int]:
    """The dimensions that have a value of each of these names."""
    held: set[int] | None = None
    for name in names:
        literal = _literal(name)
        ids = select(DimensionValue.dimension_id).where(
            or_(
                DimensionValue.code.ilike(literal, escape="\\"),
                DimensionValue.name.ilike(literal, escape="\\"),
            )
        )
        found = set(session.scalars(ids))
        held = found if held is None else held & found
    return held or set()


def _suggestion(typed: _Typed, value: DimensionValue, *, several: bool) -> Suggestion:
    """With its dimension before it where there are several, so that the text means one thing."""
    names_dimension = several and not typed.dimension and not typed.named
    head = f"{typed.kept}{value.dimension.code}: " if names_dimension else typed.kept
    shown = f"{value.code} · {value.name}" if value.name != value.code else value.code
    if several:
        shown = f"{value.dimension.name}: {shown}"
    if typed.named and 0 < typed.left < _HUNDRED:
        shown = phrase("{value} ({percent} % left)", value=shown, percent=plain_percent(typed.left))
    return Suggestion(head + value.code, shown)


def _literal(text: str) -> str:
    return text.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
