"""Taxes and their rates by date."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Integer, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

COUNTRIES: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("Any country")),
    ("SA", msg("Saudi Arabia")),
    ("AE", msg("United Arab Emirates")),
    ("BD", msg("Bangladesh")),
)
SCOPES: Final[tuple[tuple[str, str], ...]] = (
    ("sale", msg("Sales")),
    ("purchase", msg("Purchases")),
)
KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("standard", msg("Charged at its rate")),
    ("zero", msg("Zero-rated")),
    ("exempt", msg("Exempt")),
    ("out_of_scope", msg("Out of scope")),
    ("reverse_charge", msg("Reverse charge")),
    ("withholding", msg("Withholding")),
)
CATEGORIES: Final[tuple[tuple[str, str], ...]] = (
    ("S", msg("S: standard rate")),
    ("Z", msg("Z: zero-rated")),
    ("E", msg("E: exempt")),
    ("O", msg("O: not subject to VAT")),
)
"""Of UN/CEFACT code list 5305, as electronic invoices name them."""


def one_of(column: str, choices: tuple[tuple[str, str], ...]) -> str:
    """The condition that a column holds one of the choices."""
    return f"{column} IN ({', '.join(repr(value) for value, _ in choices)})"


class Tax(Record, Model):
    """A tax, sale and purchase apart. `treatment` says which box of the return it belongs in.

    Its lines are posted to `account`; the other side of a reverse charge to `counter_account`; and
    what a cash-basis tax has not come due for yet to `suspense_account`.
    """

    __tablename__ = "tax"

    code: Mapped[str] = mapped_column(unique=True)
    name: Mapped[str]
    name_local: Mapped[str] = mapped_column(default="", server_default="")
    country: Mapped[str] = mapped_column(default="", server_default="")
    scope: Mapped[str]
    kind: Mapped[str] = mapped_column(default="standard", server_default="standard")
    category: Mapped[str] = mapped_column(default="S", server_default="S")
    reason_code: Mapped[str] = mapped_column(default="", server_default="")
    reason: Mapped[str] = mapped_column(default="", server_default="")
    treatment: Mapped[str]
    included: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    compound: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    sequence: Mapped[int] = mapped_column(Integer, default=10, server_default=text("10"))
    deductible: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default=text("100"))
    cash_basis: Mapped[bool] = mapped_column(default=False, server_default=text("false"))
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"), index=True)
    counter_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.account.id"), index=True
    )
    suspense_account_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.account.id"), index=True
    )
    active: Mapped[bool] = mapped_column(default=True, server_default=text("true"))

    rates: Mapped[list[TaxRate]] = relationship(
        back_populates="tax",
        order_by="TaxRate.valid_from",
        cascade="all, delete-orphan",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("code ~ '^[A-Za-z0-9._-]+$'", name="code"),
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint(one_of("country", COUNTRIES), name="country"),
        CheckConstraint(one_of("scope", SCOPES), name="scope"),
        CheckConstraint(one_of("kind", KINDS), name="kind"),
        CheckConstraint(one_of("category", CATEGORIES), name="category"),
        CheckConstraint("treatment <> ''", name="treatment"),
        CheckConstraint("deductible BETWEEN 0 AND 100", name="deductible"),
        CheckConstraint(
            "kind NOT IN ('reverse_charge', 'withholding') OR NOT included", name="included"
        ),
        CheckConstraint("NOT cash_basis OR kind = 'standard'", name="cash_basis"),
        CheckConstraint("kind <> 'reverse_charge' OR scope = 'purchase'", name="reverse_charge"),
        {"schema": "vat", "info": {"stamped": True}},
    )


class TaxRate(Model):
    """The rate, in percent, from a day on, until the next one begins."""

    __tablename__ = "tax_rate"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    tax_id: Mapped[int] = mapped_column(ForeignKey("vat.tax.id", ondelete="CASCADE"))
    valid_from: Mapped[date]
    rate: Mapped[Decimal]

    tax: Mapped[Tax] = relationship(back_populates="rates")

    __table_args__ = (
        UniqueConstraint("tax_id", "valid_from"),
        CheckConstraint("rate >= 0 AND rate <= 1000", name="rate"),
        {"schema": "vat", "info": {"stamped": True}},
    )
