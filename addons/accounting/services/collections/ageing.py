"""How old receivables and payables are, as of any day, and whether they equal the ledger.

Figures come from the open items as they stood on that day, so they add up to the balance of the
control accounts then; `difference` is what they do not, and is zero unless the books are broken.
A payable is shown as a positive figure.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.collections.buckets import Bucket, aged, buckets, days_written
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.values import OpenItem
from addons.accounting.services.trade.retentions import retention_accounts
from addons.contacts.api import contact_names
from core.api import options

CountFrom = Literal["due", "invoice"]
"""Whether an item's age counts from its due date or from its own."""
InCurrency = Literal["company", "original"]
"""In which currency items are shown: that of the books, or that in which they were agreed."""


@dataclass(frozen=True, slots=True)
class Asked:
    """What is to be aged: whose debts, as of which day, counted and shown how."""

    side: Side
    on: date
    count_from: CountFrom = "due"
    shown_in: InCurrency = "company"


@dataclass(frozen=True, slots=True)
class AgedPartner:
    """A partner's open amount in one currency, by bucket. `partner_id` is None for what was
    posted without a partner."""

    partner_id: int | None
    name: str
    currency: str
    amounts: tuple[Decimal, ...]
    total: Decimal


@dataclass(frozen=True, slots=True)
class Control:
    """The control accounts' balance in one currency, and the open items beside it."""

    currency: str
    balance: Decimal
    items: Decimal

    @property
    def difference(self) -> Decimal:
        """What the two are apart."""
        return self.balance - self.items


@dataclass(frozen=True, slots=True)
class Ageing:
    """The report: partners in order of their names, buckets, totals and the proof."""

    asked: Asked
    buckets: tuple[Bucket, ...]
    rows: tuple[AgedPartner, ...]
    totals: tuple[AgedPartner, ...]
    controls: tuple[Control, ...]

    @property
    def agrees(self) -> bool:
        """Whether the items equal the control accounts."""
        return not any(control.difference for control in self.controls)


@dataclass(frozen=True, slots=True)
class AgedItem:
    """An open item as the report counts it."""

    item: OpenItem
    counted_from: date
    days: int
    currency: str
    amount: Decimal


def ageing(session: Session, asked: Asked) -> Ageing:
    """The ages of what all partners owe, or are owed."""
    among = company_buckets(session)
    accounts = control_accounts(session, asked.side)
    items = _items(session, asked, accounts)
    grouped: dict[tuple[int | None, str], list[AgedItem]] = {}
    for one in items:
        grouped.setdefault((one.item.partner_id, one.currency), []).append(one)
    names = contact_names(session, (partner for partner, _ in grouped))
    rows = sorted(
        (
            _row(partner, names.get(partner or 0, ""), currency, found, asked, among)
            for (partner, currency), found in grouped.items()
        ),
        key=lambda row: (row.partner_id is None, row.name.casefold(), row.currency),
    )
    return Ageing(
        asked=asked,
        buckets=among,
        rows=tuple(rows),
        totals=tuple(_totals(rows)),
        controls=tuple(_controls(session, asked, accounts, items)),
    )


def aged_items(session: Session, asked: Asked, partner_id: int | None) -> list[AgedItem]:
    """The items behind a partner's figures, the oldest first."""
    found = _items(session, asked, control_accounts(session, asked.side))
    return sorted(
        (one for one in found if one.item.partner_id == partner_id),
        key=lambda one: (one.currency, one.counted_from, one.item.line_id),
    )


def company_buckets(session: Session) -> tuple[Bucket, ...]:
    """The buckets that the company chose in its options."""
    return buckets(days_written(options(session, AccountingOptions).ageing_days))


def control_accounts(session: Session, side: Side) -> list[int]:
    """The accounts that hold what customers owe, or what is owed to suppliers. What customers keep
    back is owed as well, and has accounts of its own."""
    found = list(session.scalars(select(Account.id).where(Account.subtype == side)))
    return [*found, *retention_accounts(session)] if side == "receivable" else found


def _items(session: Session, asked: Asked, accounts: Sequence[int]) -> list[AgedItem]:
    if not accounts:
        return []
    sign = 1 if asked.side == "receivable" else -1
    found = []
    for item in open_items(session, account_ids=accounts, on=asked.on):
        currency, amount = item.currency, item.residual
        if asked.shown_in == "original" and item.original_residual is not None:
            currency, amount = item.original_currency, item.original_residual
        day = item.date if asked.count_from == "invoice" else item.due_date or item.date
        found.append(AgedItem(item, day, (asked.on - day).days, currency, sign * amount))
    return found


def _row(
    partner: int | None,
    name: str,
    currency: str,
    items: Sequence[AgedItem],
    asked: Asked,
    among: Sequence[Bucket],
) -> AgedPartner:
    amounts = aged(((one.counted_from, one.amount) for one in items), asked.on, among)
    return AgedPartner(partner, name, currency, tuple(amounts), exact_sum(amounts))


def _totals(rows: Sequence[AgedPartner]) -> list[AgedPartner]:
    found = []
    for currency in sorted({row.currency for row in rows}):
        columns = zip(*(row.amounts for row in rows if row.currency == currency), strict=True)
        amounts = tuple(exact_sum(column) for column in columns)
        found.append(AgedPartner(None, "", currency, amounts, exact_sum(amounts)))
    return found


def _controls(
    session: Session, asked: Asked, accounts: Sequence[int], items: Sequence[AgedItem]
) -> list[Control]:
    """Always in the currency of the books, whatever the report shows."""
    sign = 1 if asked.side == "receivable" else -1
    wanted = set(accounts)
    held: dict[str, list[Decimal]] = {}
    for one in balances(session, None, asked.on):
        if one.account_id in wanted:
            held.setdefault(one.currency, []).append(one.closing)
    for one in items:
        held.setdefault(one.item.currency, [])
    return [
        Control(
            currency,
            sign * exact_sum(held[currency]),
            sign * exact_sum(x.item.residual for x in items if x.item.currency == currency),
        )
        for currency in sorted(held)
    ]
