"""Contracts whose invoices come by themselves: what is charged, how often, from when until when,
and which periods were invoiced.

The database holds to it that the periods of a contract follow each other without gap or overlap
(migration 0008): none is invoiced twice, and none is left out.
"""

from __future__ import annotations

import datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from core.api import Model, Record, msg

INTERVALS: Final = (
    ("day", msg("Days")),
    ("week", msg("Weeks")),
    ("month", msg("Months")),
    ("quarter", msg("Quarters")),
    ("year", msg("Years")),
)
TIMINGS: Final = (
    ("advance", msg("At the beginning of each period")),
    ("arrears", msg("At the end of each period")),
)
MAKINGS: Final = (
    ("draft", msg("Leave a draft to be checked")),
    ("post", msg("Post it")),
    ("mail", msg("Post it and send it by e-mail")),
)
CONTRACT_STATES: Final = (
    ("draft", msg("Draft")),
    ("running", msg("Running")),
    ("paused", msg("Paused")),
    ("ended", msg("Ended")),
)
CHARGES: Final = (("recurring", msg("Each period")), ("once", msg("Once")))
OUTCOMES: Final = (("invoiced", msg("Invoiced")), ("nothing", msg("Nothing to charge")))
ZERO: Final = Decimal(0)


class Contract(Record, Model):
    """What a customer is charged again and again.

    Periods are counted from `anchor`, a day on which one begins: monthly from the 31st they begin
    on the last day of shorter months. `covered_until` is the last day of the last period that was
    dealt with, `next_day` the day on which the next one is due; `monthly` is what the contract
    brings a month in its own currency, as of the last look at it. `problem` says what was in the
    way of the last attempt.
    """

    __tablename__ = "contract"

    name: Mapped[str]
    contact_id: Mapped[int] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    contact_name: Mapped[str] = mapped_column(default="", server_default="")
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    starts_on: Mapped[datetime.date]
    ends_on: Mapped[datetime.date | None]
    anchor: Mapped[datetime.date]
    unit: Mapped[str] = mapped_column(default="month", server_default="month")
    every: Mapped[int] = mapped_column(Integer, default=1, server_default="1")
    timing: Mapped[str] = mapped_column(default="advance", server_default="advance")
    prorata: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    making: Mapped[str] = mapped_column(default="draft", server_default="draft")
    currency: Mapped[str]
    rate: Mapped[Decimal | None]
    discount_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    notice_days: Mapped[int] = mapped_column(Integer, default=30, server_default="30")
    reference: Mapped[str] = mapped_column(default="", server_default="")
    salesperson_id: Mapped[int | None] = mapped_column(
        ForeignKey("core.user_account.id"), index=True
    )
    team_id: Mapped[int | None] = mapped_column(ForeignKey("core.team.id"), index=True)
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    note: Mapped[str] = mapped_column(default="", server_default="")
    cancelled_on: Mapped[datetime.date | None]
    cancel_reason: Mapped[str] = mapped_column(default="", server_default="")
    covered_until: Mapped[datetime.date | None]
    next_day: Mapped[datetime.date | None]
    monthly: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    problem: Mapped[str] = mapped_column(default="", server_default="")

    lines: Mapped[list[ContractLine]] = relationship(
        cascade="all, delete-orphan",
        order_by="ContractLine.position, ContractLine.id",
        passive_deletes=True,
    )
    pauses: Mapped[list[ContractPause]] = relationship(
        cascade="all, delete-orphan",
        order_by="ContractPause.first_day, ContractPause.id",
        passive_deletes=True,
    )
    indexations: Mapped[list[ContractIndexation]] = relationship(
        cascade="all, delete-orphan",
        order_by="ContractIndexation.from_day, ContractIndexation.id",
        passive_deletes=True,
    )
    periods: Mapped[list[ContractPeriod]] = relationship(
        back_populates="contract",
        order_by="ContractPeriod.first_day",
        passive_deletes=True,
    )

    __table_args__ = (
        CheckConstraint("name <> ''", name="name"),
        CheckConstraint("state IN ('draft', 'running', 'paused', 'ended')", name="state"),
        CheckConstraint("unit IN ('day', 'week', 'month', 'quarter', 'year')", name="unit"),
        CheckConstraint("every BETWEEN 1 AND 120", name="every"),
        CheckConstraint("timing IN ('advance', 'arrears')", name="timing"),
        CheckConstraint("making IN ('draft', 'post', 'mail')", name="making"),
        CheckConstraint("currency ~ '^[A-Z]{3}$'", name="currency"),
        CheckConstraint("rate > 0", name="rate"),
        CheckConstraint("discount_percent BETWEEN 0 AND 100", name="discount_percent"),
        CheckConstraint("notice_days BETWEEN 0 AND 3650", name="notice_days"),
        CheckConstraint("ends_on >= starts_on", name="ends_on"),
        CheckConstraint("(cancelled_on IS NULL) = (cancel_reason = '')", name="cancelled"),
        CheckConstraint("state <> 'draft' OR covered_until IS NULL", name="draft"),
        CheckConstraint("(next_day IS NULL) = (state IN ('draft', 'ended'))", name="next_day"),
        Index(
            "ix_contract_next_day",
            "next_day",
            "id",
            postgresql_where=text("next_day IS NOT NULL"),
        ),
        {"schema": "sales"},
    )


class ContractLine(Model):
    """What is charged, from `from_day` until `until_day`; empty days are the contract's own. An
    empty price is that of the customer's price list on the day of the invoice. `price_since` is the
    day that a price was agreed on, where that is not the first day: later changes raise it."""

    __tablename__ = "contract_line"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("sales.contract.id", ondelete="CASCADE"), index=True
    )
    position: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    charge: Mapped[str] = mapped_column(default="recurring", server_default="recurring")
    product_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.product.id"), index=True)
    description: Mapped[str] = mapped_column(default="", server_default="")
    quantity: Mapped[Decimal] = mapped_column(default=Decimal(1), server_default="1")
    unit_id: Mapped[int | None] = mapped_column(ForeignKey("catalog.unit.id"))
    price: Mapped[Decimal | None]
    discount_percent: Mapped[Decimal] = mapped_column(default=ZERO, server_default="0")
    taxes: Mapped[str] = mapped_column(default="", server_default="")
    from_day: Mapped[datetime.date | None]
    until_day: Mapped[datetime.date | None]
    price_since: Mapped[datetime.date | None]

    __table_args__ = (
        CheckConstraint("charge IN ('recurring', 'once')", name="charge"),
        CheckConstraint("quantity > 0 AND quantity < 1e12", name="quantity"),
        CheckConstraint("price >= 0 AND price < 1e15", name="price"),
        CheckConstraint("discount_percent BETWEEN 0 AND 100", name="discount_percent"),
        CheckConstraint("until_day >= from_day", name="until_day"),
        CheckConstraint("product_id IS NOT NULL OR description <> ''", name="described"),
        CheckConstraint("product_id IS NOT NULL OR price IS NOT NULL", name="priced"),
        {"schema": "sales"},
    )


class ContractPause(Model):
    """Days for which nothing is charged; without a last one until the contract is resumed."""

    __tablename__ = "contract_pause"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("sales.contract.id", ondelete="CASCADE"), index=True
    )
    first_day: Mapped[datetime.date]
    last_day: Mapped[datetime.date | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="last_day"),
        {"schema": "sales"},
    )


class ContractIndexation(Model):
    """Prices that change with the periods from a day on: by a percentage, or in the proportion of
    two figures of an index. `told_on` is the day on which the customer was told."""

    __tablename__ = "contract_indexation"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(
        ForeignKey("sales.contract.id", ondelete="CASCADE"), index=True
    )
    from_day: Mapped[datetime.date]
    told_on: Mapped[datetime.date]
    percent: Mapped[Decimal | None]
    index_before: Mapped[Decimal | None]
    index_after: Mapped[Decimal | None]
    reason: Mapped[str] = mapped_column(default="", server_default="")

    __table_args__ = (
        CheckConstraint("told_on <= from_day", name="told_on"),
        CheckConstraint("percent > -100 AND percent <= 1000", name="percent"),
        CheckConstraint("index_before > 0 AND index_after > 0", name="figures"),
        CheckConstraint(
            "num_nonnulls(index_before, index_after) = CASE WHEN percent IS NULL THEN 2 ELSE 0 END",
            name="way",
        ),
        {"schema": "sales"},
    )


class ContractPeriod(Model):
    """A period that was dealt with. Its invoice is missing where nothing was to be charged, or
    somebody deleted the draft."""

    __tablename__ = "contract_period"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    contract_id: Mapped[int] = mapped_column(ForeignKey("sales.contract.id"))
    first_day: Mapped[datetime.date]
    last_day: Mapped[datetime.date]
    day: Mapped[datetime.date]
    outcome: Mapped[str]
    invoice_id: Mapped[int | None] = mapped_column(
        ForeignKey("sales.invoice.id", ondelete="SET NULL"), index=True
    )

    contract: Mapped[Contract] = relationship(back_populates="periods")

    __table_args__ = (
        CheckConstraint("last_day >= first_day", name="last_day"),
        CheckConstraint("outcome IN ('invoiced', 'nothing')", name="outcome"),
        CheckConstraint("outcome = 'invoiced' OR invoice_id IS NULL", name="invoice"),
        Index("uq_contract_period_first_day", "contract_id", "first_day", unique=True),
        {
            "schema": "sales",
            "info": {"runtime": "SELECT, INSERT, UPDATE", "audit": "changes"},
        },
    )


MODELS: Final[tuple[type, ...]] = (
    Contract,
    ContractLine,
    ContractPause,
    ContractIndexation,
    ContractPeriod,
)
