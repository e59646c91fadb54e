"""Cash-basis tax: what an entry charges comes due as the entry is paid.

A sale posts its tax to the suspense account. When half of what the customer owes is settled,

    Dr output tax not yet due, Cr output tax: half of the tax, with half of the base

and when a settlement is undone, its part goes back the same way. What is due is always the share of
what is settled in the whole, rounded: so the parts sum to the tax of the entry, however many there
are. Each settlement is worked off once.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    SettledShare,
    post_entry,
    posted_entry,
)
from addons.vat.models import CashRelease
from addons.vat.services.engine.rounding import product, quotient, to_digits
from addons.vat.services.engine.values import ZERO
from addons.vat.services.entry_checks import RELEASE
from addons.vat.services.entry_taxes import digits_of
from addons.vat.services.known import KnownTax, known_taxes
from core.api import phrase


def release_share(session: Session, share: SettledShare, *, source: str, day: date) -> int | None:
    """Bring the cash-basis taxes of an entry into step with what is settled of it.

    `source` names the settlement; the same again changes nothing. Returns the entry posted.
    """
    entry = posted_entry(session, share.entry_id)
    if entry is None:
        return None
    taxes = known_taxes(session, {line.tax_code for line in entry.lines if line.tax_code})
    waiting = [line for line in entry.lines if _waits(taxes, line)]
    if not waiting:
        return None
    earlier = session.scalars(
        select(CashRelease)
        .where(CashRelease.entry_id == share.entry_id)
        .order_by(CashRelease.id)
        .with_for_update()
    ).all()
    if any(one.source == source for one in earlier):
        return None
    before = (
        SettledShare(share.entry_id, earlier[-1].settled, earlier[-1].whole) if earlier else None
    )
    lines = tuple(
        line
        for one in waiting
        for line in _moved(taxes[one.tax_code], one, before, share)
        if line.amount
    )
    entry_id = None
    if lines:
        draft = EntryDraft(
            date=day,
            lines=lines,
            reference=entry.reference,
            narration=phrase("Tax that came due with a payment"),
            partner=entry.partner,
            partner_id=entry.partner_id,
            branch_id=entry.branch_id,
            source_type=RELEASE,
            source_id=f"{share.entry_id}:{source}",
        )
        entry_id = post_entry(session, draft).id
    session.add(
        CashRelease(
            entry_id=share.entry_id,
            source=source,
            settled=share.settled,
            whole=share.whole,
            release_entry_id=entry_id,
        )
    )
    session.flush()
    return entry_id


def _waits(taxes: Mapping[str, KnownTax], line: LineDraft) -> bool:
    tax = taxes.get(line.tax_code)
    return (
        tax is not None
        and line.tax_role == "tax"
        and tax.cash_basis
        and line.account == tax.suspense_account
    )


def _moved(
    tax: KnownTax, line: LineDraft, before: SettledShare | None, now: SettledShare
) -> tuple[LineDraft, LineDraft]:
    digits = digits_of(line.currency)
    amount, base = (
        _share(value, now, digits) - (_share(value, before, digits) if before else ZERO)
        for value in (line.amount, line.tax_base or ZERO)
    )
    due = LineDraft(
        tax.account,
        amount,
        line.label,
        line.currency,
        tax_code=tax.code,
        tax_role="tax",
        tax_base=base,
    )
    waiting = replace(due, account=tax.suspense_account, amount=-amount, tax_base=-base)
    return waiting, due


def _share(value: Decimal, share: SettledShare, digits: int) -> Decimal:
    """The part of a value that is due: all of it once everything is settled."""
    if share.settled >= share.whole:
        return value
    return to_digits(quotient(product(value, share.settled), share.whole), digits)
