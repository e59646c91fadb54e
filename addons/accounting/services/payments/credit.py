"""Credit limits: what a customer may owe, and who may let them owe more.

A sale on credit that would take a customer's exposure (`exposures`) above the limit warns whoever
posts it, or is stopped until somebody with the right approves more for a reason. Approvals stay on
record; they are the log of exceptions. Entries that are posted together are looked at together: a
hundred small sales exceed a limit as one large one does.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal
from typing import Any

from sqlalchemy import exists, func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.terms import CreditApproval, PartnerTerms
from addons.accounting.options import AccountingOptions
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.known_sources import not_posted
from addons.accounting.services.payments.agreed import partner_name
from addons.accounting.services.payments.exposures import exposures
from addons.contacts.api import ids_by_contact
from core.api import (
    Problem,
    binding,
    cached_until_change,
    options,
    phrase,
    require_confirmation,
    today,
)

_ZERO = Decimal(0)
_NEVER_STOPPED = ("accounting.", "inventory.", "purchases.", "sales.", "pos.")
"""Sources of entries that are never stopped: payments, goods and bills are no sales, and sales
themselves hold to the limit when an order is confirmed, before the goods leave. What a till sold
has happened."""


def check_credit(session: Session, entries: Sequence[EntryDraft]) -> Iterable[Problem]:
    """What a credit limit objects to in entries that are about to be posted together. Warns by
    asking back, where the company only wants a warning."""
    sales = [entry for entry in entries if _may_be_sale(entry)]
    if not sales or not _any_limit(session):
        return
    exceeded = _exceeded(session, sales)
    if exceeded and len(fresh := not_posted(session, sales)) < len(sales):
        exceeded = _exceeded(session, fresh)
    for partner_id, sentence, policy in exceeded:
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


def _may_be_sale(entry: EntryDraft) -> bool:
    if entry.reverses_id is not None or entry.source_type.startswith(_NEVER_STOPPED):
        return False
    return bool(entry.partner_id or any(line.partner_id for line in entry.lines))


@cached_until_change(PartnerTerms)
def _any_limit(session: Session) -> bool:
    limited = exists().where(PartnerTerms.credit_limit.is_not(None))
    return bool(session.scalar(select(limited)))


def _added(session: Session, entries: Sequence[EntryDraft]) -> dict[int, Decimal]:
    """By partner, what the entries change on receivables; nothing for those that name none."""
    named = [
        (line.partner_id or entry.partner_id or 0, line)
        for entry in entries
        for line in entry.lines
        if line.partner_id or entry.partner_id
    ]
    codes = {line.account for _, line in named}
    known = select(Account.code).where(Account.code.in_(codes), Account.subtype == "receivable")
    receivable = set(session.scalars(known))
    sums: dict[int, list[Decimal]] = {}
    for partner_id, line in named:
        if line.account in receivable:
            sums.setdefault(partner_id, []).append(line.amount)
    return {partner_id: exact_sum(amounts) for partner_id, amounts in sums.items()}


def _exceeded(session: Session, entries: Sequence[EntryDraft]) -> list[tuple[int, str, str]]:
    """The customers whose limit these entries would break: the sentence, and the policy."""
    named = _added(session, entries)
    known = ids_by_contact(session, named)
    added = {own: exact_sum(named.get(one, _ZERO) for one in ids) for own, ids in known.items()}
    company = options(session, AccountingOptions)
    growing = {own: ids for own, ids in known.items() if added[own] > 0}
    limited = _limited(session, growing, company.credit_policy)
    if not limited:
        return []
    found = []
    owed = exposures(session, limited)
    approved = _approved(session, {own: known[own] for own in limited})
    for own, (agreed, policy) in sorted(limited.items()):
        then = owed[own].total + added[own]
        limit = max(agreed.credit_limit or _ZERO, approved.get(own, _ZERO))
        if then > limit:
            sentence = phrase(
                "{partner} would owe {amount} {currency}, and may owe {limit}.",
                partner=agreed.partner,
                amount=f"{then:f}",
                currency=company.company_currency,
                limit=f"{limit:f}",
            )
            found.append((own, sentence, policy))
    return found


def _limited(
    session: Session, known: Mapping[int, Sequence[int]], company_policy: str
) -> dict[int, tuple[PartnerTerms, str]]:
    """Those of the customers who have a limit that is held to, with their terms and the policy."""
    named = {one: own for own, ids in known.items() for one in ids}
    found = session.scalars(select(PartnerTerms).where(PartnerTerms.partner_id.in_(named)))
    # After a merge the terms of the contact that remained come first.
    ordered = sorted(found, key=lambda terms: (terms.partner_id not in known, terms.id))
    chosen: dict[int, PartnerTerms] = {}
    for terms in ordered:
        chosen.setdefault(named[terms.partner_id], terms)
    limited = {
        own: (terms, policy)
        for own, terms in chosen.items()
        if terms.credit_limit is not None
        and (policy := terms.credit_policy or company_policy) != "none"
    }
    # Two sales to one customer at once: the second sees the first.
    ids = [terms.id for terms, _ in limited.values()]
    session.scalars(
        select(PartnerTerms)
        .where(PartnerTerms.id.in_(ids))
        .order_by(PartnerTerms.id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).all()
    return limited


def _approved(session: Session, known: Mapping[int, Sequence[int]]) -> dict[int, Decimal]:
    named = {one: own for own, ids in known.items() for one in ids}
    rows = session.execute(
        select(CreditApproval.partner_id, func.max(CreditApproval.amount))
        .where(CreditApproval.partner_id.in_(named), CreditApproval.until >= today(session))
        .group_by(CreditApproval.partner_id)
    )
    most: dict[int, Decimal] = {}
    for partner_id, amount in rows:
        own = named[partner_id]
        most[own] = max(amount, most.get(own, amount))
    return most
