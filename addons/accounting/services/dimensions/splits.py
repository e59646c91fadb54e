"""Splits as people write them: "CC: RUH 60, JED 40; PRJ: P7", and as the ledger keeps them.

Values are named by code or name, percentages sum to 100 for each dimension; one value may go
without, and gets what is left. The dimension may be left out where the values tell it.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal, InvalidOperation
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models.dimensions import Dimension, DimensionValue
from core.api import InvalidInput, phrase

Analytic = dict[str, dict[str, str]]
"""{"dimension id": {"value id": "percent"}}, as lines keep it."""

_GROUPS: Final = re.compile(r"[;؛\n]")
_ITEMS: Final = re.compile(r"[,،]")
_PERCENT: Final = re.compile(r"^(?P<value>.*\S)\s+(?P<percent>[\d.٫]+)\s*[%٪]?$")
_HUNDRED: Final = Decimal(100)


class SplitIsWrong(InvalidInput):
    """A split that cannot be read, or does not sum to 100 percent."""

    code = "split-wrong"


@dataclass(frozen=True, slots=True)
class _Known:
    """A dimension with its values by what people may write."""

    dimension: Dimension
    values: Mapping[str, DimensionValue]


def read_split(session: Session, text: str) -> Analytic | None:
    """The split that a text means; None for an empty one. Raises SplitIsWrong."""
    groups = [group.strip() for group in _GROUPS.split(text) if group.strip()]
    if not groups:
        return None
    known = _known(session)
    split: Analytic = {}
    for group in groups:
        dimension, parts = _read_group(known, group)
        if dimension.id is not None and str(dimension.id) in split:
            raise _wrong(phrase("{dimension} is split twice.", dimension=dimension.name))
        split[str(dimension.id)] = parts
    return split


def read_split_of(session: Session, dimension: Dimension, text: str) -> dict[str, str]:
    """The split over this one dimension; raises SplitIsWrong."""
    known = next(item for item in _known(session) if item.dimension.id == dimension.id)
    return _read_parts(known, text)


def plain_percent(percent: Decimal) -> str:
    """A percentage as the ledger keeps it: without needless zeros or exponents."""
    return f"{percent.normalize():f}"


def _known(session: Session) -> list[_Known]:
    values: dict[int, dict[str, DimensionValue]] = {}
    rows = session.scalars(select(DimensionValue).where(DimensionValue.active)).all()
    # Codes are written last, so that one wins over another value's name.
    for row in rows:
        values.setdefault(row.dimension_id, {})[row.name.casefold()] = row
    for row in rows:
        values[row.dimension_id][row.code.casefold()] = row
    dimensions = session.scalars(select(Dimension).where(Dimension.active).order_by(Dimension.code))
    return [_Known(item, values.get(item.id, {})) for item in dimensions]


def _read_group(known: Sequence[_Known], group: str) -> tuple[Dimension, dict[str, str]]:
    name, colon, rest = group.partition(":")
    if colon:
        wanted = name.strip().casefold()
        for item in known:
            if wanted in (item.dimension.code.casefold(), item.dimension.name.casefold()):
                return item.dimension, _read_parts(item, rest)
        raise _wrong(
            phrase("There is no active dimension {name}.", name=name.strip()),
            fix=_offered(item.dimension.code for item in known),
        )
    fitting = [item for item in known if all(_find(item, part) for part in _items(group))]
    if len(fitting) == 1:
        return fitting[0].dimension, _read_parts(fitting[0], group)
    if len(known) == 1:
        return known[0].dimension, _read_parts(known[0], group)
    raise _wrong(
        phrase("Which dimension is “{text}” of?", text=group),
        fix=phrase("Write its code before the values: CC: RUH 60, JED 40."),
    )


def _items(text: str) -> list[str]:
    return [item.strip() for item in _ITEMS.split(text) if item.strip()]


def _find(known: _Known, text: str) -> tuple[DimensionValue, str] | None:
    """The value that is named, and the percentage as it was written."""
    whole = known.values.get(text.casefold())
    if whole is not None:
        return whole, ""
    found = _PERCENT.match(text)
    if found is None:
        return None
    value = known.values.get(found["value"].casefold())
    return None if value is None else (value, found["percent"])


def _read_parts(known: _Known, text: str) -> dict[str, str]:
    parts: dict[str, Decimal | None] = {}
    for item in _items(text):
        found = _find(known, item)
        if found is None:
            raise _wrong(
                phrase(
                    "{dimension} has no active value “{value}”.",
                    dimension=known.dimension.name,
                    value=item,
                ),
                fix=_offered(sorted({value.code for value in known.values.values()})),
            )
        value, written = found
        if str(value.id) in parts:
            raise _wrong(phrase("{value} is named twice.", value=value.code))
        parts[str(value.id)] = _percent(written) if written else None
    return _completed(known.dimension, parts)


def _percent(written: str) -> Decimal:
    try:
        percent = Decimal(written.replace("٫", "."))
    except InvalidOperation:
        percent = Decimal(0)
    if not 0 < percent <= _HUNDRED:
        raise _wrong(phrase("{number} is no percentage above 0 and up to 100.", number=written))
    return percent


def _completed(dimension: Dimension, parts: Mapping[str, Decimal | None]) -> dict[str, str]:
    given = sum((percent for percent in parts.values() if percent is not None), Decimal(0))
    open_ones = [key for key, percent in parts.items() if percent is None]
    rest = _HUNDRED - given
    if len(open_ones) > 1 or (open_ones and rest <= 0) or (not open_ones and rest):
        raise _wrong(
            phrase(
                "The split over {dimension} sums to {percent} %, not 100 %.",
                dimension=dimension.name,
                percent=plain_percent(given),
            ),
            fix=phrase("Leave out the percentage of one value at the most: it gets the rest."),
        )
    return {
        key: plain_percent(rest if percent is None else percent) for key, percent in parts.items()
    }


def _offered(codes: Iterable[str]) -> str:
    first = list(codes)[:12]
    return phrase("There are: {codes}.", codes=", ".join(first)) if first else ""


def _wrong(message: str, *, fix: str = "") -> InvalidInput:
    return SplitIsWrong.of("dimensions", message, fix=fix)
