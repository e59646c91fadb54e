"""What is to be revalued: each open item, and each account that is held in a foreign currency.

Monetary items alone are translated at the closing rate (IAS 21, paragraphs 16 and 23; IFRS for
SMEs, section 30): money, claims and debts. Goods, fixed assets, prepayments and advances keep the
rate at which they were booked.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.options import AccountingOptions
from addons.accounting.services.currencies import company_currency, rate
from addons.accounting.services.exact import exact_product, exact_sum
from addons.accounting.services.money import round_money
from addons.accounting.services.report_lines import line_of
from addons.accounting.services.settlement.items import open_items
from core.api import options

MONETARY: Final = frozenset(
    {
        "bs.cash",
        "bs.receivables",
        "bs.other_receivables",
        "bs.due_from_related",
        "bs.contract_assets",
        "bs.financial_assets",
        "bs.payables",
        "bs.accruals",
        "bs.other_payables",
        "bs.due_to_related",
        "bs.borrowings_current",
        "bs.borrowings",
        "bs.lease_current",
        "bs.lease",
        "bs.provisions_current",
        "bs.provisions",
    }
)

# An account is held in a foreign currency if a bank keeps it in that, or if every line says so: one
# foreign payment into an account of the company's own currency does not make it a foreign one.
_HELD: Final = text("""
SELECT line.account_id,
       coalesce(max(bank.currency), max(line.original_currency)) AS currency,
       sum(line.original_amount) FILTER (WHERE line.original_currency
         = coalesce(bank.currency, line.original_currency)) AS original_amount,
       sum(line.amount) AS booked
  FROM accounting.journal_line AS line
  JOIN accounting.journal_entry AS entry ON entry.id = line.entry_id AND entry.number IS NOT NULL
  LEFT JOIN accounting.bank_account AS bank ON bank.account_id = line.account_id
 WHERE line.account_id = ANY (:accounts) AND line.date <= :day AND line.currency = :company
 GROUP BY line.account_id
HAVING (max(bank.currency) <> :company)
    OR (max(bank.currency) IS NULL AND min(line.original_currency) <> ''
        AND min(line.original_currency) = max(line.original_currency))
 ORDER BY line.account_id
""")


@dataclass(frozen=True, slots=True)
class Position:
    """Something in a foreign currency: what the books say, and what it is worth. All signed:
    claims are positive, debts negative, and so a positive difference is a gain."""

    account_id: int
    line_id: int | None
    partner_id: int | None
    number: str
    currency: str
    original_amount: Decimal
    booked: Decimal
    rate: Decimal = Decimal(1)
    value: Decimal = Decimal(0)

    @property
    def difference(self) -> Decimal:
        """What the books lack."""
        return exact_sum((self.value, self.booked.copy_negate()))

    @property
    def key(self) -> tuple[int, int | None, str]:
        """What tells it from the others of a day."""
        return self.account_id, self.line_id, self.currency


def positions(session: Session, day: date) -> list[Position]:
    """Everything that is revalued at the end of this day; raises MissingRate."""
    monetary = _monetary(session)
    company = company_currency(session)
    found = [*_items(session, monetary, company, day), *_held(session, monetary, company, day)]
    return sorted(found, key=lambda item: (monetary[item.account_id].code, item.currency))


def _monetary(session: Session) -> dict[int, Account]:
    accounts = session.scalars(select(Account).where(Account.type.in_(("asset", "liability"))))
    return {
        account.id: account
        for account in accounts
        if line_of(account.type, account.subtype, account.report_line).key in MONETARY
    }


def _items(
    session: Session, monetary: dict[int, Account], company: str, day: date
) -> Iterable[Position]:
    reconcilable = [key for key, account in monetary.items() if account.reconcilable]
    found = [
        Position(
            account_id=item.account_id,
            line_id=item.line_id,
            partner_id=item.partner_id,
            number=item.number,
            currency=item.original_currency,
            original_amount=item.original_residual or Decimal(0),
            booked=item.residual,
        )
        for item in open_items(session, account_ids=reconcilable, on=day)
        if item.currency == company and item.original_currency not in ("", company)
    ]
    if options(session, AccountingOptions).revalue_items_together:
        found = _together(found)
    yield from (_valued(session, item, company, day) for item in found)


def _together(items: Sequence[Position]) -> list[Position]:
    """One position for all items of an account and currency, which is rounded once."""
    groups: dict[tuple[int, str], list[Position]] = {}
    for item in items:
        groups.setdefault((item.account_id, item.currency), []).append(item)
    return [
        Position(
            account_id=account_id,
            line_id=None,
            partner_id=None,
            number="",
            currency=currency,
            original_amount=exact_sum(item.original_amount for item in group),
            booked=exact_sum(item.booked for item in group),
        )
        for (account_id, currency), group in groups.items()
    ]


def _held(
    session: Session, monetary: dict[int, Account], company: str, day: date
) -> Iterable[Position]:
    accounts = [key for key, account in monetary.items() if not account.reconcilable]
    rows = session.execute(_HELD, {"accounts": accounts, "day": day, "company": company})
    for account_id, currency, original, booked in rows:
        position = Position(
            account_id=account_id,
            line_id=None,
            partner_id=None,
            number="",
            currency=currency,
            original_amount=original or Decimal(0),
            booked=booked,
        )
        if position.original_amount or position.booked:
            yield _valued(session, position, company, day)


def _valued(session: Session, item: Position, company: str, day: date) -> Position:
    # Without a foreign amount left there is nothing to ask a rate for.
    closing = rate(session, item.currency, day) if item.original_amount else Decimal(1)
    value = round_money(exact_product(item.original_amount, closing), company)
    return replace(item, rate=closing, value=value)
