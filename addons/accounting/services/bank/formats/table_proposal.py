"""A first idea of which column is what, from titles and from what stands below them."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise
from typing import Final

from addons.accounting.services.bank.formats.table_cells import amount_in, day_in, day_orders
from addons.accounting.services.bank.formats.table_mapping import TableMapping, titles_mark
from addons.accounting.services.bank.formats.table_words import CREDITS, DEBITS, normal, role_of
from core.api import Figures, Row, Table, detect_figures

_SAMPLE: Final = 200
_MOSTLY: Final = 0.6
_AMOUNTS: Final = ("amount", "debit", "credit", "balance", "original_amount")


@dataclass(frozen=True, slots=True)
class _Column:
    """What the cells of a column look like."""

    filled: int
    days: int
    amounts: int
    length: float
    negative: int

    @property
    def is_date(self) -> bool:
        return self.filled > 0 and self.days >= self.filled * _MOSTLY

    @property
    def is_amount(self) -> bool:
        return self.filled > 0 and not self.is_date and self.amounts >= self.filled * _MOSTLY


def propose(table: Table) -> TableMapping:
    """A mapping for the table, for a person to look at and to complete."""
    header = _header(table.rows)
    below = [row for row in table.rows if row.line > header][:_SAMPLE]
    width = max((len(row.cells) for row in table.rows[: _SAMPLE * 2]), default=0)
    figures = _figures(below)
    looks = [_look([row.cell(place) for row in below], figures.decimal) for place in range(width)]
    titles = next((row for row in table.rows if row.line == header), None)
    columns = _by_titles(titles, looks, below, figures.decimal) if titles else [""] * width
    columns = _by_contents(columns, looks)
    return _mapping(table, header, columns, below, figures.decimal)


def _mapping(
    table: Table, header: int, columns: Sequence[str], below: Sequence[Row], decimal: str
) -> TableMapping:
    cells = [row.cell(columns.index("date")) for row in below] if "date" in columns else []
    orders = day_orders(cell for cell in cells if _may_be_day(cell))
    debit = columns.index("debit") if "debit" in columns else None
    out = [amount_in(row.cell(debit), decimal) for row in below] if debit is not None else []
    return TableMapping(
        columns=tuple(columns),
        header=header,
        encoding=table.encoding,
        separator=table.separator,
        decimal=decimal,
        day_order=orders[0] if len(orders) == 1 else "",
        signed_debit=any(a and a < 0 for a in out) and not any(a and a > 0 for a in out),
        titles=titles_mark(table.rows, header) if header else "",
    )


def _header(rows: Sequence[Row]) -> int:
    """The line whose cells name most of what a statement needs; 0 where none does."""
    best, found = 1, 0
    for row in rows[:30]:
        roles = {role[0] for cell in row.cells if cell.strip() and (role := role_of(cell))}
        if not roles & {"date", "value_date"} or _has_day(row):
            continue
        if len(roles) > best:
            best, found = len(roles), row.line
    return found or _above_days(rows)


def _above_days(rows: Sequence[Row]) -> int:
    """Titles in no language that is known: a row of words right above the first row with a day,
    as wide as that."""
    for above, row in pairwise(rows[:30]):
        if _has_day(row):
            words = sum(1 for c in above.cells if c.strip() and not any(map(str.isdigit, c)))
            return above.line if words * 2 > len(row.cells) and not _has_day(above) else 0
    return 0


def _has_day(row: Row) -> bool:
    return any(_may_be_day(cell) for cell in row.cells)


def _figures(rows: Sequence[Row]) -> Figures:
    cells = (cell for row in rows for cell in row.cells if not _may_be_day(cell))
    return detect_figures(cells, Figures(".", ",", "dmy"))


def _look(cells: Sequence[str], decimal: str) -> _Column:
    given = [cell for cell in cells if cell.strip()]
    amounts = [amount for cell in given if (amount := amount_in(cell, decimal)) is not None]
    days = sum(1 for cell in given if _may_be_day(cell))
    return _Column(
        filled=len(given),
        days=days,
        amounts=len(amounts),
        length=sum(len(cell) for cell in given) / len(given) if given else 0.0,
        negative=sum(1 for amount in amounts if amount < Decimal()),
    )


def _by_titles(
    titles: Row, looks: Sequence[_Column], below: Sequence[Row], decimal: str
) -> list[str]:
    """The role each title names, the best fit first; what the cells contradict is passed over."""
    columns = [""] * len(looks)
    named = [normal(cell) for cell in titles.cells]
    original_pair = "amount currency" in named and "currency" in named
    fits = []
    for place, cell in enumerate(titles.cells):
        role = role_of(cell) if cell.strip() else None
        if role and original_pair and normal(cell) == "currency":
            role = ("original_currency", 2)
        if role and _contradicted(role[0], looks[place], [r.cell(place) for r in below]):
            role = None
        if role:
            fits.append((-role[1], place, role[0]))
    for _, place, role in sorted(fits):
        if role == "text" or role not in columns:
            columns[place] = role
    return _one_way_of_amounts(columns, looks, below, decimal)


def _contradicted(role: str, look: _Column, cells: Sequence[str]) -> bool:
    if role == "sign":
        words = {cell.strip().casefold() for cell in cells if cell.strip()}
        return not words or not words <= DEBITS | CREDITS
    if not look.filled:
        return False
    if role in ("date", "value_date"):
        return not look.is_date
    if role in _AMOUNTS:
        return not look.is_amount
    return role in ("currency", "original_currency") and look.length > 4


def _one_way_of_amounts(
    columns: list[str], looks: Sequence[_Column], below: Sequence[Row], decimal: str
) -> list[str]:
    """With a column of amounts and two of money out and in, the fuller way is kept."""
    if "amount" not in columns:
        return columns
    filled = looks[columns.index("amount")].filled
    both = [place for place, role in enumerate(columns) if role in ("debit", "credit")]
    if not both:
        return columns
    parted = sum(1 for row in below if any(amount_in(row.cell(place), decimal) for place in both))
    kept = list(columns)
    if len(both) == 2 and parted > filled:
        kept[kept.index("amount")] = ""
    else:
        for place in both:
            kept[place] = ""
    return kept


def _by_contents(columns: Sequence[str], looks: Sequence[_Column]) -> list[str]:
    """Dates, amounts and text where no title named them."""
    found = list(columns)

    def free(place: int) -> bool:
        return not found[place]

    if "date" not in found and "value_date" in found:
        found[found.index("value_date")] = "date"
    if "date" not in found:
        days = [place for place, look in enumerate(looks) if look.is_date and free(place)]
        if days:
            found[days[0]] = "date"
    if not {"amount", "debit", "credit"} & set(found):
        amounts = [p for p, look in enumerate(looks) if look.is_amount and free(p)]
        if amounts:
            found[max(amounts, key=lambda p: (looks[p].negative, looks[p].filled, p))] = "amount"
    if "text" not in found:
        texts = [p for p, k in enumerate(looks) if free(p) and not k.is_date and not k.is_amount]
        if texts:
            longest = max(texts, key=lambda p: looks[p].length)
            if looks[longest].length > 0:
                found[longest] = "text"
    return found


def _may_be_day(cell: str) -> bool:
    return any(day_in(cell, order) for order in ("dmy", "mdy", "ymd"))
