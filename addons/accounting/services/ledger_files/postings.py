"""The entries that a table holds, as written, and everything in it that cannot be read."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import NamedTuple

from addons.accounting.services.exact import exact_product, exact_sum
from addons.accounting.services.ledger_files.figures import (
    Figure,
    Mark,
    decimal_mark,
    read_date,
    read_figure,
)
from addons.accounting.services.ledger_files.shapes import Layout, find_layout
from addons.accounting.services.ledger_files.table import Row, Table
from core.api import ImportProblem, phrase


class Posting(NamedTuple):
    """A posting of the file. `amount` is None where the file leaves it to be worked out.

    `weighed` tells that the amount was worked out from a quantity and a cost. `one_sided`
    ones stand outside the balance of their entry: "(account)" in hledger.
    """

    line: int
    account: str
    amount: Decimal | None
    commodity: str
    label: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    weighed: bool = False
    one_sided: bool = False


@dataclass(frozen=True, slots=True)
class FileEntry:
    """An entry of the file, beginning on `line`."""

    line: int
    date: date
    reference: str
    partner: str
    narration: str
    postings: tuple[Posting, ...]


@dataclass(slots=True)
class _Group:
    line: int
    day: date
    reference: str
    partner: str
    narration: str
    postings: list[Posting] = field(default_factory=list)


_NOTHING = Figure(Decimal(0))


class _BadRow(Exception):
    """A row that cannot be read; the message says why."""


def read_entries(table: Table) -> tuple[list[FileEntry], list[ImportProblem]]:
    """The table's entries in their order, without those that have a row that cannot be read,
    and a problem for each such row."""
    layout = find_layout(table.columns)
    mark = decimal_mark(_amounts(layout, table))
    groups: dict[str, _Group] = {}
    problems = []
    damaged = set()
    key = ""
    for row in table.rows:
        key = layout.get(row.cells, "entry") or key
        try:
            _require_width(layout, row)
            group = _group(layout, row, groups, key)
            group.postings.append(_posting(layout, row, mark))
        except _BadRow as error:
            damaged.add(key)
            problems.append(ImportProblem(row.line, error.args[0]))
    # An entry that lacks a row would seem not to balance, which is not what is wrong with it.
    whole = [_entry(group) for key, group in groups.items() if key not in damaged]
    return whole, problems


def _entry(group: _Group) -> FileEntry:
    return FileEntry(
        group.line,
        group.day,
        group.reference,
        group.partner,
        group.narration,
        tuple(_named_zeros(group.postings)),
    )


def _named_zeros(postings: Sequence[Posting]) -> Iterator[Posting]:
    """hledger writes a zero without its commodity: it is one of the entry's own."""
    named = next((posting.commodity for posting in postings if posting.commodity), "")
    for posting in postings:
        nameless = not posting.commodity and posting.amount is not None and not posting.amount
        yield posting._replace(commodity=named) if nameless else posting


def _amounts(layout: Layout, table: Table) -> Iterator[str]:
    kinds = [kind for kind in ("amount", "debit", "credit", "quantity") if kind in layout.places]
    for row in table.rows:
        if len(row.cells) == layout.width:
            for kind in kinds:
                yield layout.get(row.cells, kind)


def _require_width(layout: Layout, row: Row) -> None:
    surplus = [cell for cell in row.cells[layout.width :] if cell]
    if len(row.cells) < layout.width or surplus:
        raise _BadRow(
            phrase(
                "This row has {found} fields; the first line names {wanted}.",
                found=len(row.cells),
                wanted=layout.width,
            )
        )


def _group(layout: Layout, row: Row, groups: dict[str, _Group], key: str) -> _Group:
    if not key:
        raise _BadRow(phrase("The row does not say which entry it belongs to."))
    written = layout.get(row.cells, "date")
    day = read_date(written)
    known = groups.get(key)
    if known is not None:
        if written and day != known.day:
            raise _BadRow(
                phrase(
                    "Entry {entry} has the date {day} on line {line} and {written} here.",
                    entry=key,
                    day=known.day,
                    line=known.line,
                    written=written,
                )
            )
        return known
    if day is None:
        raise _BadRow(phrase("{written} is not a date such as 2026-01-31.", written=repr(written)))
    partner, narration = layout.get(row.cells, "partner"), layout.get(row.cells, "narration")
    description = layout.get(row.cells, "description")
    if description and not partner and not narration:
        payee, bar, note = description.partition(" | ")
        partner, narration = (payee.strip(), note.strip()) if bar else ("", description)
    groups[key] = _Group(
        row.line, day, layout.get(row.cells, "reference"), partner, narration or description
    )
    return groups[key]


def _posting(layout: Layout, row: Row, mark: Mark) -> Posting:
    account = layout.get(row.cells, "account")
    one_sided = account.startswith("(") and account.endswith(")")
    if one_sided or (account.startswith("[") and account.endswith("]")):
        account = account[1:-1].strip()
    if not account:
        raise _BadRow(phrase("The account is missing."))
    label = layout.get(row.cells, "label")
    figure = _amount(layout, row, mark)
    if figure is not None:
        quantity, unit = _goods(layout, row, mark, figure)
        return Posting(
            row.line,
            account,
            figure.amount,
            figure.commodity,
            label,
            quantity,
            unit,
            weighed=quantity is not None,
            one_sided=one_sided,
        )
    weight = _weight(layout, row, mark)
    if weight is None:
        return Posting(row.line, account, None, "", label, one_sided=one_sided)
    quantity, unit = _goods(layout, row, mark, weight)
    return Posting(
        row.line,
        account,
        weight.amount,
        weight.commodity,
        label,
        quantity,
        unit,
        weighed=quantity is not None,
        one_sided=one_sided,
    )


def _amount(layout: Layout, row: Row, mark: Mark) -> Figure | None:
    figure = _figure(layout, row, "amount", mark)
    if figure is None:
        debit, credit = (_figure(layout, row, side, mark) for side in ("debit", "credit"))
        if debit is None and credit is None:
            return None
        debit, credit = debit or _NOTHING, credit or _NOTHING
        difference = exact_sum((debit.amount, credit.amount.copy_negate()))
        figure = Figure(difference, debit.commodity or credit.commodity)
    commodity = layout.get(row.cells, "commodity").strip('"')
    if commodity and figure.commodity not in ("", commodity):
        raise _BadRow(
            phrase(
                "The amount is in {one}, its column says {other}.",
                one=figure.commodity,
                other=commodity,
            )
        )
    return Figure(figure.amount, commodity or figure.commodity)


def _weight(layout: Layout, row: Row, mark: Mark) -> Figure | None:
    """What a quantity weighs in the balance: at its cost, else at its price, else itself."""
    quantity = _figure(layout, row, "quantity", mark)
    if quantity is None:
        return None
    for kind in ("cost", "price"):
        rate = _figure(layout, row, kind, mark)
        if rate is not None:
            commodity = layout.get(row.cells, f"{kind}_commodity")
            return Figure(exact_product(quantity.amount, rate.amount), commodity)
    return Figure(quantity.amount, layout.get(row.cells, "unit") or quantity.commodity)


def _goods(layout: Layout, row: Row, mark: Mark, figure: Figure) -> tuple[Decimal | None, str]:
    """Quantity and unit, where they are not just the amount again."""
    unit = layout.get(row.cells, "unit").strip('"')
    quantity = _figure(layout, row, "quantity", mark)
    if quantity is None or unit == figure.commodity:
        return None, ""
    return quantity.amount, unit


def _figure(layout: Layout, row: Row, what: str, mark: Mark) -> Figure | None:
    # "5 AAA @ 1.20 USD" is 5 AAA: the rate of an exchange weighs nothing by itself.
    written = layout.get(row.cells, what).partition("@")[0].strip()
    if not written:
        return None
    figure = read_figure(written, mark)
    if figure is None:
        raise _BadRow(phrase("{written} is not an amount.", written=repr(written)))
    return figure
