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
    is_plain,
    read_date,
    read_figure,
)
from addons.accounting.services.ledger_files.shapes import Layout, Written, find_layout
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
_MARKED = ("", "(", "[")
"""How an account begins that is missing, or stands in brackets."""


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
        key = layout.entry_of(row.cells) or key
        try:
            if len(row.cells) != layout.width:
                _require_width(layout, row)
            written = layout.written(row.cells)
            group = _group(row.line, written, groups, key)
            group.postings.append(_posting(row.line, written, mark))
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


def _named_zeros(postings: Sequence[Posting]) -> Sequence[Posting]:
    """hledger writes a zero without its commodity: it is one of the entry's own."""
    names = [posting.commodity for posting in postings]
    if "" not in names:
        return postings
    named = next(filter(None, names), "")
    return [
        posting._replace(commodity=named)
        if not posting.commodity and posting.amount is not None and not posting.amount
        else posting
        for posting in postings
    ]


def _amounts(layout: Layout, table: Table) -> Iterator[str]:
    kinds = ("amount", "debit", "credit", "quantity")
    places = [layout.places[kind] for kind in kinds if kind in layout.places]
    for row in table.rows:
        if len(row.cells) == layout.width:
            for place in places:
                yield row.cells[place]


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


def _group(line: int, written: Written, groups: dict[str, _Group], key: str) -> _Group:
    if not key:
        raise _BadRow(phrase("The row does not say which entry it belongs to."))
    day = read_date(written.date)
    known = groups.get(key)
    if known is not None:
        if written.date and day != known.day:
            raise _BadRow(
                phrase(
                    "Entry {entry} has the date {day} on line {line} and {written} here.",
                    entry=key,
                    day=known.day,
                    line=known.line,
                    written=written.date,
                )
            )
        return known
    if day is None:
        raise _BadRow(
            phrase("{written} is not a date such as 2026-01-31.", written=repr(written.date))
        )
    partner, narration = written.partner, written.narration
    description = written.description
    if description and not partner and not narration:
        payee, bar, note = description.partition(" | ")
        partner, narration = (payee.strip(), note.strip()) if bar else ("", description)
    groups[key] = _Group(line, day, written.reference, partner, narration or description)
    return groups[key]


def _posting(line: int, written: Written, mark: Mark) -> Posting:
    account = written.account
    if is_plain(written.amount, mark) and account[:1] not in _MARKED and not written.quantity:
        # As nearly all are, a million times over.
        amount, commodity = Decimal(written.amount), written.commodity.strip('"')
        return Posting(line, account, amount, commodity, written.label)
    one_sided = False
    if account.startswith(("(", "[")):
        one_sided = account.startswith("(") and account.endswith(")")
        if one_sided or (account.startswith("[") and account.endswith("]")):
            account = account[1:-1].strip()
    if not account:
        raise _BadRow(phrase("The account is missing."))
    figure = _amount(written, mark) or _weight(written, mark)
    if figure is None:
        return Posting(line, account, None, "", written.label, one_sided=one_sided)
    quantity, unit = _goods(written, mark, figure) if written.quantity else (None, "")
    return Posting(
        line,
        account,
        figure.amount,
        figure.commodity,
        written.label,
        quantity,
        unit,
        quantity is not None,
        one_sided,
    )


def _amount(written: Written, mark: Mark) -> Figure | None:
    figure = _figure(written.amount, mark)
    if figure is None:
        debit, credit = _figure(written.debit, mark), _figure(written.credit, mark)
        if debit is None and credit is None:
            return None
        debit, credit = debit or _NOTHING, credit or _NOTHING
        difference = exact_sum((debit.amount, credit.amount.copy_negate()))
        figure = Figure(difference, debit.commodity or credit.commodity)
    commodity = written.commodity.strip('"')
    if commodity and figure.commodity not in ("", commodity):
        raise _BadRow(
            phrase(
                "The amount is in {one}, its column says {other}.",
                one=figure.commodity,
                other=commodity,
            )
        )
    return Figure(figure.amount, commodity) if commodity else figure


def _weight(written: Written, mark: Mark) -> Figure | None:
    """What a quantity weighs in the balance: at its cost, else at its price, else itself."""
    quantity = _figure(written.quantity, mark)
    if quantity is None:
        return None
    for rated, commodity in (
        (written.cost, written.cost_commodity),
        (written.price, written.price_commodity),
    ):
        rate = _figure(rated, mark)
        if rate is not None:
            return Figure(exact_product(quantity.amount, rate.amount), commodity)
    return Figure(quantity.amount, written.unit or quantity.commodity)


def _goods(written: Written, mark: Mark, figure: Figure) -> tuple[Decimal | None, str]:
    """Quantity and unit, where they are not just the amount again."""
    quantity = _figure(written.quantity, mark)
    unit = written.unit.strip('"')
    if quantity is None or unit == figure.commodity:
        return None, ""
    return quantity.amount, unit


def _figure(text: str, mark: Mark) -> Figure | None:
    # "5 AAA @ 1.20 USD" is 5 AAA: the rate of an exchange weighs nothing by itself.
    if "@" in text:
        text = text.partition("@")[0].strip()
    if not text:
        return None
    figure = read_figure(text, mark)
    if figure is None:
        raise _BadRow(phrase("{written} is not an amount.", written=repr(text)))
    return figure
