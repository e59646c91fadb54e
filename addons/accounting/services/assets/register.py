"""The register of fixed assets on a day, beside the accounts that must say the same."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import Row, select, text
from sqlalchemy.orm import Session, joinedload

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Account, Period
from addons.accounting.models.assets import Asset
from addons.accounting.options import AccountingOptions
from addons.accounting.services.assets.figures import Figures, figures
from addons.accounting.services.balances import balances
from core.api import (
    Invariant,
    InvariantResult,
    ReportTable,
    msg,
    options,
    phrase,
)
from core.api import Period as Span

_ZERO: Final = Decimal(0)
_LINES: Final = """
  FROM accounting.asset_category AS category
  JOIN accounting.journal_line AS line ON line.account_id = category.asset_account_id
   AND line.amount > 0 AND line.currency = :currency
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id
   AND entry.number IS NOT NULL AND entry.reverses_id IS NULL
   AND coalesce(entry.source_type, '') NOT IN ('accounting.assets', 'accounting.openings')
 WHERE NOT EXISTS (SELECT 1 FROM accounting.asset
                    WHERE asset.purchase_line_id = line.id AND asset.state <> 'draft')
   AND NOT EXISTS (SELECT 1 FROM accounting.journal_entry AS undoing
                    WHERE undoing.reverses_id = entry.id)
   AND (CAST(:day AS date) IS NULL OR line.date <= :day)
"""
_PURCHASES: Final = """
SELECT line.id, line.date, line.amount, line.label, entry.id AS entry_id, entry.number,
       entry.partner, entry.narration, category.id AS category_id, category.name AS category
"""
_OFFERED: Final = """
   AND NOT EXISTS (SELECT 1 FROM accounting.asset WHERE asset.purchase_line_id = line.id)
 ORDER BY line.date DESC, line.id DESC LIMIT 50
"""
_UNREGISTERED: Final = text(_PURCHASES + _LINES + _OFFERED)
_WAITING: Final = text(
    "SELECT line.account_id, sum(line.amount) AS amount, count(*) AS count"
    + _LINES
    + " GROUP BY line.account_id"
)


@dataclass(frozen=True, slots=True)
class RegisterLine:
    """An asset and what stands in the books for it."""

    asset: Asset
    figures: Figures


@dataclass(frozen=True, slots=True)
class AccountCheck:
    """An account of the register: what the register says, what was bought and is not in it yet,
    and what the ledger says."""

    account: Account
    register: Decimal
    waiting: Decimal
    ledger: Decimal

    @property
    def difference(self) -> Decimal:
        """What nobody can explain; zero where register, purchases and ledger agree."""
        return self.ledger - self.register - self.waiting


def register(session: Session, on: date | None = None) -> list[RegisterLine]:
    """The assets that were in the books on a day, by category and number."""
    held = figures(session, on)
    assets = session.scalars(
        select(Asset)
        .options(joinedload(Asset.category))
        .where(Asset.id.in_(held))
        .order_by(Asset.category_id, Asset.number)
    )
    lines = (RegisterLine(asset, held[asset.id]) for asset in assets)
    return [line for line in lines if line.figures.cost or line.figures.accumulated]


def compare(session: Session, on: date | None = None) -> list[AccountCheck]:
    """Each account of cost and depreciation, in the register and in the ledger."""
    sums: dict[int, Decimal] = {}
    held = figures(session, on)
    for asset in session.scalars(select(Asset).where(Asset.id.in_(held))):
        category, own = asset.category, held[asset.id]
        for account_id, amount in (
            (category.asset_account_id, own.cost),
            (category.depreciation_account_id, -own.accumulated),
        ):
            sums[account_id] = sums.get(account_id, _ZERO) + amount
    if not sums:
        return []
    waiting = _waiting(session, on)
    ledger: dict[int, Decimal] = {}
    for balance in balances(session, None, on):
        ledger[balance.account_id] = ledger.get(balance.account_id, _ZERO) + balance.closing
    accounts = session.scalars(select(Account).where(Account.id.in_(sums)).order_by(Account.code))
    return [
        AccountCheck(a, sums[a.id], waiting.get(a.id, _ZERO), ledger.get(a.id, _ZERO))
        for a in accounts
    ]


def unregistered(session: Session) -> Sequence[Row[Any]]:
    """Posted purchases on accounts of categories that no asset was made of yet."""
    currency = options(session, AccountingOptions).company_currency
    return session.execute(_UNREGISTERED, {"currency": currency, "day": None}).all()


def _waiting(session: Session, on: date | None) -> dict[int, Decimal]:
    """By account, what was bought and is not in the register yet."""
    currency = options(session, AccountingOptions).company_currency
    rows = session.execute(_WAITING, {"currency": currency, "day": on})
    return {row.account_id: row.amount for row in rows}


def report(session: Session, period: Span) -> ReportTable:
    """The register at the end of a period, as a table."""
    lines = register(session, period.end)
    return ReportTable(
        columns=("number", "name", "category", "in_service", "cost", "accumulated", "book_value"),
        rows=tuple(
            (
                line.asset.number,
                line.asset.name,
                line.asset.category.name,
                line.asset.in_service_on,
                line.figures.cost,
                line.figures.accumulated,
                line.figures.book_value,
            )
            for line in lines
        ),
        totals={
            "cost": sum((line.figures.cost for line in lines), _ZERO),
            "accumulated": sum((line.figures.accumulated for line in lines), _ZERO),
            "book_value": sum((line.figures.book_value for line in lines), _ZERO),
        },
    )


def equals_ledger(session: Session) -> InvariantResult:
    """The register of fixed assets says what its accounts do."""
    checks = compare(session)
    bad = [check for check in checks if check.difference]
    detail = "; ".join(f"{check.account.code}: {check.difference:f}" for check in bad)
    return InvariantResult(not bad, f"{len(checks)} accounts", detail)


def check(session: Session, period: Period) -> StepState:
    """At the end of the period the register and its accounts agree."""
    checks, waiting = compare(session, period.end_date), _waiting(session, period.end_date)
    url = f"/accounting/asset-register?on={period.end_date}"
    if waiting:
        amount = sum(waiting.values(), _ZERO)
        said = phrase("Bought and not in the register yet: {amount}.", amount=f"{amount:,f}")
        return StepState("open", said, url, len(waiting))
    if not checks:
        return StepState("not_needed", phrase("There are no fixed assets."))
    bad = [one for one in checks if one.difference]
    if not bad:
        return StepState("done", phrase("The register of assets equals its accounts."), url)
    said = phrase(
        "{account} differs from the register by {amount}.",
        account=bad[0].account.code,
        amount=f"{bad[0].difference:,f}",
    )
    return StepState("blocked", said, url, len(bad))


INVARIANT: Final = Invariant(
    "accounting.assets_equal_ledger",
    msg("The register of assets equals its accounts"),
    equals_ledger,
)
REGISTER: Final = Step(
    "accounting.asset_register", msg("Compare the register of assets with its accounts"), 920, check
)
