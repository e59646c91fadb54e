"""Fixed assets: categories, the assets, and every movement of their cost and depreciation."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, Integer, text
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from addons.accounting.models.locks import BY_WHOM
from core.api import Model, Record, msg

METHODS: Final[tuple[tuple[str, str], ...]] = (
    ("straight_line", msg("Straight line")),
    ("declining", msg("Declining balance")),
    ("years_digits", msg("Sum of the years' digits")),
    ("units", msg("Units of production")),
)
PRORATA: Final[tuple[tuple[str, str], ...]] = (
    ("month", msg("By month; the first one counts in full")),
    ("day", msg("By day")),
)
ASSET_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("in_service", msg("In service")),
    ("disposed", msg("Disposed of")),
)
_METHOD = "method IN ('straight_line', 'declining', 'years_digits', 'units')"


class AssetCategory(Record, Model):
    """How assets of a kind are depreciated, and on which accounts. `rate` is the declining rate
    in percent a year; without one it is double the straight line's. With `switches` a declining
    balance goes over to the straight line as soon as that takes more."""

    __tablename__ = "asset_category"

    name: Mapped[str] = mapped_column(unique=True)
    asset_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    depreciation_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    expense_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    gain_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    loss_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    surplus_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    impairment_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    method: Mapped[str] = mapped_column(default="straight_line", server_default="straight_line")
    months: Mapped[int] = mapped_column(Integer, default=60, server_default=text("60"))
    rate: Mapped[Decimal | None]
    switches: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    prorata: Mapped[str] = mapped_column(default="month", server_default="month")

    asset_account: Mapped[Account] = relationship(foreign_keys=[asset_account_id])
    depreciation_account: Mapped[Account] = relationship(foreign_keys=[depreciation_account_id])
    expense_account: Mapped[Account] = relationship(foreign_keys=[expense_account_id])
    gain_account: Mapped[Account] = relationship(foreign_keys=[gain_account_id])
    loss_account: Mapped[Account] = relationship(foreign_keys=[loss_account_id])
    surplus_account: Mapped[Account | None] = relationship(foreign_keys=[surplus_account_id])
    impairment_account: Mapped[Account | None] = relationship(foreign_keys=[impairment_account_id])

    __table_args__ = (
        CheckConstraint(_METHOD, name="method"),
        CheckConstraint("prorata IN ('month', 'day')", name="prorata"),
        CheckConstraint("months BETWEEN 1 AND 1200", name="months"),
        CheckConstraint("rate > 0 AND rate <= 100", name="rate"),
        {"schema": "accounting"},
    )


class Asset(Record, Model):
    """A fixed asset. What its category says of depreciation is copied, and can differ.

    The plan runs from `plan_from` to `plan_until` and takes `plan_value` down to `salvage`; a
    revaluation, a disposal of a part and a change of life each begin a new plan.
    """

    __tablename__ = "asset"

    number: Mapped[str | None] = mapped_column(unique=True)
    name: Mapped[str]
    category_id: Mapped[int] = mapped_column(ForeignKey("accounting.asset_category.id"), index=True)
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    acquired_on: Mapped[date]
    in_service_on: Mapped[date]
    disposed_on: Mapped[date | None]
    cost: Mapped[Decimal]
    salvage: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    opening: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    opening_on: Mapped[date | None]
    method: Mapped[str]
    months: Mapped[int] = mapped_column(Integer)
    rate: Mapped[Decimal | None]
    switches: Mapped[bool] = mapped_column(default=True, server_default=text("true"))
    prorata: Mapped[str] = mapped_column(default="month", server_default="month")
    units: Mapped[Decimal | None]
    plan_from: Mapped[date | None]
    plan_until: Mapped[date | None]
    plan_value: Mapped[Decimal | None]
    purchase_line_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_line.id"), unique=True
    )
    counter_account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    serial: Mapped[str] = mapped_column(default="", server_default="")
    location: Mapped[str] = mapped_column(default="", server_default="")
    custodian: Mapped[str] = mapped_column(default="", server_default="")
    supplier: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"))

    category: Mapped[AssetCategory] = relationship()
    counter_account: Mapped[Account | None] = relationship()

    __table_args__ = (
        CheckConstraint("state IN ('draft', 'in_service', 'disposed')", name="state"),
        CheckConstraint(_METHOD, name="method"),
        CheckConstraint("prorata IN ('month', 'day')", name="prorata"),
        CheckConstraint("months BETWEEN 1 AND 1200", name="months"),
        CheckConstraint("cost > 0", name="cost"),
        CheckConstraint("salvage >= 0", name="salvage"),
        CheckConstraint("opening >= 0", name="opening"),
        CheckConstraint(
            "state = 'draft' OR num_nonnulls(plan_from, plan_until, plan_value) = 3", name="plan"
        ),
        Index("ix_asset_state", "state"),
        {"schema": "accounting"},
    )


class AssetMove(Model):
    """A movement of an asset's cost and accumulated depreciation, as the ledger has it. One whose
    entry is reversed counts no more from the reversal's date on.

    `surplus` and `impaired` follow what revaluations left in equity and took from the result;
    `before` holds the plan that it ended.
    """

    __tablename__ = "asset_move"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    asset_id: Mapped[int] = mapped_column(ForeignKey("accounting.asset.id"))
    kind: Mapped[str]
    date: Mapped[date]
    cost: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    accumulated: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    surplus: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    impaired: Mapped[Decimal] = mapped_column(default=Decimal(0), server_default=text("0"))
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id"), index=True
    )
    note: Mapped[str] = mapped_column(default="", server_default="")
    before: Mapped[dict[str, Any]] = mapped_column(
        JSONB, default=dict, server_default=text("'{}'::jsonb")
    )
    actor: Mapped[str] = mapped_column(server_default=BY_WHOM)

    __table_args__ = (
        CheckConstraint(
            "kind IN ('acquired', 'depreciation', 'revaluation', 'part_disposal', 'sale',"
            " 'scrapped', 'change')",
            name="kind",
        ),
        Index("ix_asset_move_asset_id", "asset_id", "date", "id"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )


class AssetUsage(Record, Model):
    """What an asset that is depreciated by units has produced up to a day."""

    __tablename__ = "asset_usage"

    asset_id: Mapped[int] = mapped_column(ForeignKey("accounting.asset.id", ondelete="CASCADE"))
    date: Mapped[date]
    units: Mapped[Decimal]

    __table_args__ = (
        CheckConstraint("units > 0", name="units"),
        Index("uq_asset_usage_asset_id_date", "asset_id", "date", unique=True),
        {"schema": "accounting"},
    )


MODELS: Final[tuple[type, ...]] = (AssetCategory, Asset, AssetMove, AssetUsage)
