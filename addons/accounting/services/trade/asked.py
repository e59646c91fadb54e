"""Answers to what trade asks before it posts: terms, credit, and where money lies."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date
from decimal import Decimal
from typing import Final, Literal

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.bank import BankAccount
from addons.accounting.models.terms import CreditApproval, PartnerTerms
from addons.accounting.options import AccountingOptions
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.payments.agreed import as_terms, partner_terms, term_of
from addons.accounting.services.payments.exposures import exposure
from addons.accounting.services.terms import Instalment, Terms, instalments
from addons.contacts.api import all_ids, canonical_ids
from core.api import cached_until_change, options, today

Policy = Literal["none", "warn", "stop"]
MoneyKind = Literal["bank", "cash"]

# The journal of the bank account that the account is, else the first for banks or for cash, as
# `cash_journals.money_journal` chooses it for one account.
_MONEY: Final = text("""
SELECT account.code, account.name, account.currency, account.subtype,
       coalesce(
         (SELECT journal.code FROM accounting.bank_account AS bank
            JOIN accounting.journal ON journal.id = bank.journal_id AND journal.active
           WHERE bank.account_id = account.id AND bank.active ORDER BY bank.id LIMIT 1),
         (SELECT min(journal.code) FROM accounting.journal
           WHERE journal.type = account.subtype AND journal.active)) AS journal
  FROM accounting.account
 WHERE account.active AND account.subtype IN ('bank', 'cash') AND account.type = 'asset'
 ORDER BY account.subtype DESC, account.code
""")


def agreed_instalments(
    session: Session, partner_id: int, sold: bool, day: date, total: Decimal, currency: str
) -> tuple[Instalment, ...]:
    """The parts of a total by the terms agreed with a partner; all at once without any."""
    term = term_of(session, partner_id, "receivable" if sold else "payable")
    return instalments(total, currency, day, as_terms(term) if term is not None else Terms())


def credit_of(session: Session, partner_id: int) -> tuple[Decimal | None, Policy, Decimal]:
    """A customer's limit with approvals that hold today, the policy, and what is owed, in the
    company's currency. What is owed is not asked where there is no limit."""
    agreed = partner_terms(session, partner_id)
    if agreed is None or agreed.credit_limit is None:
        return None, "none", Decimal(0)
    policy = agreed.credit_policy or options(session, AccountingOptions).credit_policy
    if policy == "none":
        return agreed.credit_limit, "none", Decimal(0)
    approved = session.scalar(
        select(func.max(CreditApproval.amount)).where(
            CreditApproval.partner_id.in_(all_ids(session, partner_id)),
            CreditApproval.until >= today(session),
        )
    )
    limit = max(agreed.credit_limit, approved or Decimal(0))
    return limit, "stop" if policy == "stop" else "warn", exposure(session, partner_id).total


def customers_with_limits(session: Session, partner_ids: Collection[int] | None) -> list[int]:
    """Those of these partners, or of all, for whom a credit limit was agreed."""
    named = select(PartnerTerms.partner_id).where(PartnerTerms.credit_limit.is_not(None))
    found = sorted(set(canonical_ids(session, session.scalars(named)).values()))
    return found if partner_ids is None else [one for one in found if one in set(partner_ids)]


@cached_until_change("core.option", Account, Journal, BankAccount)
def money_journals(session: Session) -> tuple[tuple[str, str, str, str, MoneyKind], ...]:
    """Journal, account, title, currency and kind of each account of a bank or of cash."""
    own = company_currency(session)
    usual = options(session, AccountingOptions).default_journal
    rows = session.execute(_MONEY)
    return tuple(
        (row.journal or usual, row.code, f"{row.code} {row.name}", row.currency or own, row.subtype)
        for row in rows
    )
