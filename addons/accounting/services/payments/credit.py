"""Credit limits: what a customer may owe, and who may let them owe more.

A customer's exposure is what is open on the receivable accounts, and the cheques that may still
bounce: those in hand and under collection. A sale on credit that would take it above the limit
warns whoever posts it, or is stopped until somebody with the right approves more for a reason.
Approvals stay on record; they are the log of exceptions.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalLine
from addons.accounting.models.cheques import Cheque
from addons.accounting.models.payments import Payment
from addons.accounting.models.terms import CreditApproval, PartnerTerms
from addons.accounting.options import AccountingOptions
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.locks import today
from addons.accounting.services.payments.agreed import LIMITS_KNOWN, partner_name, partner_terms
from addons.accounting.services.payments.cheque_states import OUTSTANDING
from addons.accounting.services.settlement.items import open_items
from addons.contacts.api import all_ids
from core.api import Problem, binding, options, phrase, require_confirmation

_OWN_SOURCES = "accounting."
"""Payments, cheques and fees are not sales: they are never stopped."""


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer owes in the company's currency, cheques that may bounce included."""

    receivable: Decimal
    cheques: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.receivable + self.cheques


def exposure(session: Session, partner_id: int) -> Exposure:
    """What a customer owes now, by whichever id documents name them."""
    accounts = session.scalars(select(Account.id).where(Account.subtype == "receivable")).all()
    items = open_items(session, account_ids=accounts, partner_id=partner_id)
    return Exposure(exact_sum(item.residual for item in items), _cheques(session, partner_id))


def check_credit(session: Session, entry: EntryDraft) -> Iterable[Problem]:
    """What a credit limit objects to in an entry that is about to be posted. Warns by asking
    back, where the company only wants a warning."""
    if entry.reverses_id is not None or entry.source_type.startswith(_OWN_SOURCES):
        return
    if not (entry.partner_id or any(line.partner_id for line in entry.lines)):
        return
    if not _any_limit(session):
        return
    added = _added(session, entry)
    for partner_id, amount in sorted(added.items()):
        sentence, policy = _exceeded(session, partner_id, amount)
        if not sentence:
            continue
        if policy == "stop":
            yield Problem("lines", sentence)
        elif binding(session).author.user_id is not None:
            require_confirmation(session, sentence, key=f"credit:{partner_id}")


def approve(session: Session, values: Mapping[str, Any]) -> CreditApproval:
    """Let a customer owe up to an amount until a day, for a reason; who did is kept."""
    approval = CreditApproval(**values)
    approval.partner = partner_name(session, approval.partner_id)
    approval.approved_by = binding(session).author.label
    session.add(approval)
    session.flush()
    return approval


def _any_limit(session: Session) -> bool:
    """Whether anybody has a limit. Asked once a session: imports post a great many entries."""
    known = binding(session).context
    if LIMITS_KNOWN not in known:
        limited = exists().where(PartnerTerms.credit_limit.is_not(None))
        known[LIMITS_KNOWN] = bool(session.scalar(select(limited)))
    return known[LIMITS_KNOWN]


def _added(session: Session, entry: EntryDraft) -> dict[int, Decimal]:
    """By partner, what the entry adds to receivables; nothing for entries that name none."""
    named = [line for line in entry.lines if line.partner_id or entry.partner_id]
    codes = {line.account for line in named if line.amount > 0}
    if not codes:
        return {}
    known = select(Account.code).where(Account.code.in_(codes), Account.subtype == "receivable")
    receivable = set(session.scalars(known))
    sums: dict[int, list[Decimal]] = {}
    for line in named:
        if line.account in receivable:
            partner = line.partner_id or entry.partner_id or 0
            sums.setdefault(partner, []).append(line.amount)
    totals = {partner: exact_sum(amounts) for partner, amounts in sums.items()}
    return {partner: total for partner, total in totals.items() if total > 0}


def _exceeded(session: Session, partner_id: int, amount: Decimal) -> tuple[str, str]:
    """The sentence about a limit that this amount would break, and what the policy is."""
    agreed = partner_terms(session, partner_id)
    if agreed is None or agreed.credit_limit is None:
        return "", ""
    company = options(session, AccountingOptions)
    policy = agreed.credit_policy or company.credit_policy
    if policy == "none":
        return "", ""
    # Two sales to one customer at once: the second sees the first.
    session.refresh(agreed, with_for_update=True)
    then = exposure(session, partner_id).total + amount
    limit = max(agreed.credit_limit, _approved(session, partner_id))
    if then <= limit:
        return "", ""
    sentence = phrase(
        "{partner} would owe {amount} {currency}, and may owe {limit}.",
        partner=agreed.partner,
        amount=f"{then:f}",
        currency=company.company_currency,
        limit=f"{limit:f}",
    )
    return sentence, policy


def _approved(session: Session, partner_id: int) -> Decimal:
    most = select(func.max(CreditApproval.amount)).where(
        CreditApproval.partner_id.in_(all_ids(session, partner_id)),
        CreditApproval.until >= today(session),
    )
    return session.scalar(most) or Decimal(0)


def _cheques(session: Session, partner_id: int) -> Decimal:
    """What the cheques that may bounce stand for in the books."""
    first = (
        select(func.min(JournalLine.id))
        .where(JournalLine.entry_id == Payment.entry_id)
        .correlate(Payment)
        .scalar_subquery()
    )
    held = (
        select(func.sum(JournalLine.amount))
        .join(Payment, JournalLine.id == first)
        .join(Cheque, Cheque.payment_id == Payment.id)
        .where(
            Cheque.kind == "received",
            Cheque.state.in_(OUTSTANDING),
            Cheque.partner_id.in_(all_ids(session, partner_id)),
        )
    )
    return session.scalar(held) or Decimal(0)
