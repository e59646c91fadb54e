"""Which program wrote a table, told by its columns, and what each column holds."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final

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


@dataclass(frozen=True, slots=True)
class Layout:
    """A shape found in a file: for each thing known of a posting, the number of its column."""

    shape: Shape
    width: int
    places: Mapping[str, int] = field(default_factory=dict)

    def get(self, cells: tuple[str, ...], what: str) -> str:
        """The cell that holds this, or nothing where the file or the row has no such column."""
        place = self.places.get(what)
        return "" if place is None or place >= len(cells) else cells[place]


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
            return Layout(shape, len(columns), _places(shape, columns))
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
