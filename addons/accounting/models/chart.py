"""The chart of accounts, and the journals that entries are written in."""

from __future__ import annotations

from typing import Final, Literal

from sqlalchemy import CheckConstraint, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column

from core.api import Model, Record, msg

AccountType = Literal["asset", "liability", "equity", "income", "expense"]
ACCOUNT_TYPES: Final[tuple[tuple[str, str], ...]] = (
    ("asset", msg("Asset")),
    ("liability", msg("Liability")),
    ("equity", msg("Equity")),
    ("income", msg("Income")),
    ("expense", msg("Expense")),
)
ACCOUNT_SUBTYPES: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("None in particular")),
    ("bank", msg("Bank")),
    ("cash", msg("Cash")),
    ("receivable", msg("Receivable")),
    ("payable", msg("Payable")),
    ("inventory", msg("Inventory")),
    ("fixed_asset", msg("Fixed asset")),
    ("tax", msg("Tax")),
    ("cost_of_sales", msg("Cost of sales")),
    ("retained_earnings", msg("Retained earnings")),
)
JournalType = Literal["sale", "purchase", "bank", "cash", "general"]
JOURNAL_TYPES: Final[tuple[tuple[str, str], ...]] = (
    ("sale", msg("Sales")),
    ("purchase", msg("Purchases")),
    ("bank", msg("Bank")),
    ("cash", msg("Cash")),
    ("general", msg("General")),
)


def _one_of(column: str, choices: tuple[tuple[str, str], ...]) -> str:
    return f"{column} IN ({', '.join(repr(value) for value, _ in choices)})"


class Account(Record, Model):
    """An account. A colon in the code makes a level: `Assets:Bank` contains `Assets:Bank:HSBC`.

    With a `currency` it takes lines in that currency alone. A `reconcilable` one has open items,
    which are settled against each other. `report_line` is its line in the statutory statements,
    `name_local` its name in the company's second language.
    """

    __tablename__ = "account"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    type: Mapped[str]
    subtype: Mapped[str] = mapped_column(default="", server_default="")
    currency: Mapped[str] = mapped_column(default="", server_default="")
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    reconcilable: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    report_line: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint(_one_of("type", ACCOUNT_TYPES), name="type"),
        CheckConstraint(_one_of("subtype", ACCOUNT_SUBTYPES), name="subtype"),
        {"schema": "accounting", "info": {"stamped": True}},
    )


class Journal(Record, Model):
    """A journal. Its entries are numbered per fiscal year: `number_prefix`, with `{journal}` and
    `{year}` filled in, then a counter of at least `number_digits` digits."""

    __tablename__ = "journal"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    type: Mapped[str]
    number_prefix: Mapped[str] = mapped_column(
        default="{journal}/{year}/", server_default="{journal}/{year}/"
    )
    number_digits: Mapped[int] = mapped_column(Integer, default=5, server_default=text("5"))
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    __table_args__ = (
        CheckConstraint("code <> ''", name="code"),
        CheckConstraint(_one_of("type", JOURNAL_TYPES), name="type"),
        CheckConstraint("number_prefix LIKE '%{year}%'", name="number_prefix"),
        CheckConstraint("number_digits BETWEEN 1 AND 12", name="number_digits"),
        Index(
            "uq_journal_number_prefix",
            "number_prefix",
            unique=True,
            postgresql_where=text("number_prefix NOT LIKE '%{journal}%'"),
        ),
        {"schema": "accounting", "info": {"stamped": True}},
    )
