"""The totals at the end of a list that was exported as shown: they are no records."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from typing import Final

from core.declare import msg
from core.i18n import LOCALES, Languages
from core.importing.rows import Native, Row

_TOTAL: Final = msg("Total")


def without_totals(rows: Iterable[Row], languages: Languages) -> Iterator[Row]:
    """The rows, without those at the end that say "Total", perhaps with a currency, and hold
    nothing else but figures."""
    words = tuple(languages.translate(locale, _TOTAL).casefold() for locale in LOCALES)
    held: list[Row] = []
    for row in rows:
        if _is_total(row, words):
            held.append(row)
            continue
        # More follows, so what was held back are records that happen to be called so.
        yield from held
        held.clear()
        yield row


def _is_total(row: Row, words: tuple[str, ...]) -> bool:
    first, *rest = row.cells or [""]
    word, _, currency = first.strip().casefold().partition(" ")
    if word not in words or len(currency) not in (0, 3):
        return False
    filled = [cell for cell in rest if cell.strip()]
    return bool(filled) and all(
        isinstance(cell, Native) or cell.strip("-+()").replace(",", "").replace(".", "").isdecimal()
        for cell in filled
    )
