"""Answers to what trade asks before it posts: terms, credit, and where money lies."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.terms import CreditApproval
from addons.accounting.options import AccountingOptions
from addons.accounting.services.cash_journals import money_journal
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.locks import today
from addons.accounting.services.payments.agreed import as_terms, partner_terms, term_of
from addons.accounting.services.payments.exposures import exposure
from addons.accounting.services.terms import Instalment, Terms, instalments
from addons.contacts.api import all_ids
from core.api import options

Policy = Literal["none", "warn", "stop"]


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


def money_journals(session: Session) -> list[tuple[str, str, str, str]]:
    """Journal, account, title and currency of each account of a bank or of cash."""
    accounts = session.scalars(
        select(Account)
        .where(Account.active, Account.subtype.in_(("bank", "cash")), Account.type == "asset")
        .order_by(Account.subtype.desc(), Account.code)
    )
    own = company_currency(session)
    return [
        (money_journal(session, one), one.code, f"{one.code} {one.name}", one.currency or own)
        for one in accounts
    ]
