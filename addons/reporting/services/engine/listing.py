"""What the reports that list lines share: how many lines, from where on, and their cells."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from addons.accounting.api import PostedLine, ReportAccount
from addons.reporting.services.definitions.selections import SelectionError, parse_selection
from addons.reporting.services.definitions.values import title_in
from addons.reporting.services.engine.ground import Ground
from addons.reporting.services.sheet import Cell, Head, Sheet, SheetRow
from core.api import InvalidInput, msg, phrase

ZERO: Final = Decimal(0)
MOVED: Final = (
    Head("debit", msg("Debit")),
    Head("credit", msg("Credit")),
    Head("balance", msg("Balance"), runs=("debit", "credit")),
)


@dataclass(frozen=True, slots=True)
class Extent:
    """How much of a long report is wanted: with `lines` of accounts or partners, at most so many,
    after the line that the last page ended with. A file takes all of it or is refused."""

    lines: int = 0
    after: tuple[date, int] | None = None
    is_file: bool = False


def chosen_accounts(ground: Ground) -> list[ReportAccount]:
    """The accounts that the report is about."""
    try:
        chosen = parse_selection(ground.definition.select or "all").choose(ground.accounts)
    except SelectionError as error:
        raise InvalidInput.of("select", error.sentence) from error
    if ground.asked.account is None:
        return chosen
    return [account for account in chosen if account.id == ground.asked.account]


def require_length(count: int, extent: Extent) -> None:
    """Refuse a file that would be too long to be of use."""
    if extent.is_file and count > extent.lines:
        raise InvalidInput.of(
            "format",
            phrase("This report has more than {count} lines.", count=extent.lines),
            fix=phrase("Choose fewer days, or one account; a workbook holds more than a PDF."),
        )


def text_cell(text: str, url: str = "") -> Cell:
    """A text; empty ones show nothing."""
    return Cell(text or None, url)


def side_cells(ground: Ground, amount: Decimal) -> tuple[Cell, Cell]:
    """An amount as a debit or a credit."""
    shown = ground.money(amount)
    return (
        Cell(shown if amount > 0 else None),
        Cell(-shown if amount < 0 else None),
    )


def entry_url(line: PostedLine) -> str:
    """Where a line's entry is seen, with its documents."""
    return f"/accounting/entries/{line.entry_id}"


def total_of(rows: Sequence[SheetRow], width: int) -> SheetRow:
    """The sums of rows, under every column of amounts."""
    cells = tuple(_sum([row.cells[place] for row in rows]) for place in range(width))
    sums = tuple(row.key for row in rows)
    return SheetRow("total", phrase("Total"), "total", cells=cells, strong=True, sums=sums)


def _sum(cells: Sequence[Cell]) -> Cell:
    values = [cell.value for cell in cells if isinstance(cell.value, Decimal)]
    return Cell(sum(values, ZERO) if values else None)


def sheet_of(
    ground: Ground,
    heads: Sequence[Head],
    rows: Sequence[SheetRow],
    *,
    first: str,
    notes: Sequence[str] = (),
    more: str = "",
) -> Sheet:
    """The sheet of a report that made its own rows."""
    return Sheet(
        key=ground.definition.key,
        title=title_in(ground.definition.titles, ground.language),
        heads=tuple(heads),
        rows=tuple(rows),
        currency=ground.shown,
        digits=ground.digits,
        first=first,
        start=ground.start,
        end=ground.end,
        notes=(*ground.notes, *notes),
        more=more,
    )
