"""A report's definition as a value: its rows, and which figures they gather.

A definition is data. Shipped ones are written in Python, a company's own ones are kept as JSON,
and both are read, checked and shown by the same code.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Final, Literal, get_args

Kind = Literal["statement", "ledger", "partners", "journal", "aged", "tax", "forecast"]
RowKind = Literal["heading", "accounts", "formula"]
Basis = Literal["movement", "closing", "opening", "year", "before_year", "before_first_year"]
Source = Literal["ledger", "cash"]
Sign = Literal["debit", "credit"]
Detail = Literal["folded", "open", "only", "none"]
Measure = Literal[
    "amount",
    "opening",
    "debit",
    "credit",
    "closing",
    "opening_debit",
    "opening_credit",
    "closing_debit",
    "closing_credit",
    "result",
    "increase",
    "decrease",
]

ROW_KINDS: Final[tuple[RowKind, ...]] = get_args(RowKind)
BASES: Final[tuple[Basis, ...]] = get_args(Basis)
SIGNS: Final[tuple[Sign, ...]] = get_args(Sign)
DETAILS: Final[tuple[Detail, ...]] = get_args(Detail)
LANGUAGES: Final = ("en", "ar", "bn")
MAX_ROWS: Final = 300
MAX_LEVEL: Final = 4

Titles = Mapping[str, str]
"""A title by language: "en", "ar", "bn"."""


@dataclass(frozen=True, slots=True)
class Row:
    """A row. `key` is its name in formulas.

    A row of accounts shows the sum of those that `select` chooses, as a debit or a credit; the
    `basis` says of which days, the definition's own unless given. A formula row shows what its
    formula makes of other rows. `memo` marks a row whose accounts another row counts already:
    a figure beside the statement, or one that a formula moves to another place.
    """

    key: str
    kind: RowKind
    titles: Titles
    level: int = 0
    select: str = ""
    formula: str = ""
    sign: Sign = "debit"
    basis: Basis | None = None
    strong: bool = False
    memo: bool = False
    hide_zero: bool = False
    detail: Detail = "folded"


@dataclass(frozen=True, slots=True)
class Definition:
    """A report. Only statements have rows of their own; the other kinds make theirs from the
    books, and take the title, `select` (the accounts they are about) and `hide_zero` from here.

    `covers` names the types of accounts of which each must stand in exactly one row: an account
    that is missing, or counted twice, is named on the report. `measures` are the columns that a
    period takes, one in most statements. `proof` names the rows that the report's own checks
    compare with the books: the result, both sides of the balance sheet, cash.

    `opens_results` lets income and expenses begin at nothing with the fiscal year of the first
    day, as they do in books that are closed each year; what they held before belongs into a row
    whose basis is "before_first_year".
    """

    key: str
    kind: Kind
    titles: Titles
    rows: tuple[Row, ...] = ()
    basis: Basis = "movement"
    source: Source = "ledger"
    measures: tuple[Measure, ...] = ("amount",)
    covers: tuple[str, ...] = ()
    except_cash: bool = False
    select: str = ""
    hide_zero: bool = True
    opens_results: bool = False
    proof: Mapping[str, str] = field(default_factory=dict)


def title_in(titles: Titles, language: str) -> str:
    """The title in a language, or else in English, or in whatever there is."""
    return titles.get(language) or titles.get("en") or next(iter(titles.values()), "")
