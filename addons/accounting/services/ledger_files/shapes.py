"""Which program wrote a table, told by its columns, and what each column holds."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from operator import itemgetter
from typing import Final, NamedTuple

from addons.accounting.services.ledger_files.table import Columns, UnreadableFile
from core.api import ImportProblem, phrase


@dataclass(frozen=True, slots=True)
class Shape:
    """A kind of table. `needs` are the columns that tell it; `columns` says where what stands,
    the first of several names that the file has.

    `complete` files state what each posting weighs in the balance of its entry; the others
    may have lost the rate of an exchange on the way.
    """

    title: str
    needs: tuple[str, ...]
    columns: Mapping[str, tuple[str, ...]]
    complete: bool = False


class Written(NamedTuple):
    """What a row says of a posting, as it is written; nothing where the file has no such column."""

    entry: str
    date: str
    account: str
    debit: str
    credit: str
    reference: str
    partner: str
    narration: str
    description: str
    amount: str
    commodity: str
    quantity: str
    unit: str
    cost: str
    cost_commodity: str
    price: str
    price_commodity: str
    label: str


_NOWHERE: Final = -1
"""The place of what has no column: that of a cell which is put behind each row."""


@dataclass(frozen=True, slots=True)
class Layout:
    """A shape found in a file: for each thing known of a posting, the number of its column."""

    shape: Shape
    width: int
    places: Mapping[str, int]
    pick: Callable[[tuple[str, ...]], tuple[str, ...]]

    def entry_of(self, cells: tuple[str, ...]) -> str:
        """The entry that a row names, be it as long as it may."""
        place = self.places["entry"]
        return cells[place] if place < len(cells) else ""

    def written(self, cells: tuple[str, ...]) -> Written:
        """What a row of at least the file's width says. Columns are looked up once for a file, not
        once for each of a million rows."""
        return Written._make(self.pick((*cells, "")))


_COMMON: Final[Mapping[str, tuple[str, ...]]] = {
    "date": ("date",),
    "account": ("account",),
    "debit": ("debit",),
    "credit": ("credit",),
    "reference": ("code", "reference", "ref"),
}
SHAPES: Final = (
    Shape(
        "beancount postings",
        ("entry", "date", "account", "quantity", "currency"),
        {
            **_COMMON,
            "entry": ("entry",),
            "partner": ("payee",),
            "narration": ("narration",),
            "amount": ("balancing_amount",),
            "commodity": ("balancing_currency",),
            "quantity": ("quantity",),
            "unit": ("currency",),
            "cost": ("cost_per_unit",),
            "cost_commodity": ("cost_currency",),
            "price": ("price",),
            "price_commodity": ("price_currency",),
            "label": ("lot_label",),
        },
        complete=True,
    ),
    Shape(
        "hledger print -O csv",
        ("txnidx", "date", "account"),
        {
            **_COMMON,
            "entry": ("txnidx",),
            "description": ("description",),
            "amount": ("amount",),
            "commodity": ("commodity",),
            "label": ("posting-comment",),
        },
    ),
    Shape(
        "entry, date, account, amount",
        ("entry", "date", "account"),
        {
            **_COMMON,
            "entry": ("entry",),
            "partner": ("payee", "partner"),
            "narration": ("narration",),
            "description": ("description",),
            "amount": ("amount",),
            "commodity": ("commodity", "currency"),
            "label": ("comment", "label", "memo"),
        },
    ),
)


def find_layout(columns: Columns) -> Layout:
    """How to read a table with these columns; raises UnreadableFile naming what is missing."""
    for shape in SHAPES:
        if set(shape.needs) <= set(columns) and _has_amount(shape, columns):
            places = _places(shape, columns)
            wanted = (places.get(what, _NOWHERE) for what in Written._fields)
            return Layout(shape, len(columns), places, itemgetter(*wanted))
    wanted = "; ".join(f"{shape.title}: {', '.join(shape.needs)}" for shape in SHAPES)
    message = phrase(
        "The columns of the first line are of no kind that can be imported. Known are: {kinds};"
        " and amount, or debit and credit. A journal of hledger is exported with"
        " `hledger print -x -O csv`.",
        kinds=wanted,
    )
    raise UnreadableFile(ImportProblem(1, message))


def _has_amount(shape: Shape, columns: Columns) -> bool:
    present = set(columns)
    places = (*shape.columns["amount"], *shape.columns.get("quantity", ()))
    return bool(present & set(places)) or {"debit", "credit"} <= present


def _places(shape: Shape, columns: Columns) -> dict[str, int]:
    places = {}
    for what, names in shape.columns.items():
        present = [name for name in names if name in columns]
        if present:
            places[what] = columns.index(present[0])
    return places
