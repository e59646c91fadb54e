"""Accruals: an expense or income of a month whose bill comes later.

    on the month's last day     Dr expense             Cr accrued expenses
    on the day after            Dr accrued expenses    Cr expense

and for income the sides exchanged, with accrued income. So the month bears what belongs to it,
and the bill, when it comes, meets its own reversal.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import timedelta
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Accrual, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import period_of
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.services.money import round_money
from addons.accounting.services.reversal import reverse
from core.api import Conflict, InvalidInput, options, phrase

SOURCE: Final = "accounting.accruals"
_ONE_DAY: Final = timedelta(days=1)


def create_accrual(session: Session, values: Mapping[str, Any]) -> Accrual:
    """A draft. Its date becomes the last day of the period that it lies in."""
    accrual = Accrual(**_sound(session, values))
    session.add(accrual)
    session.flush()
    return accrual


def update_accrual(session: Session, accrual: Accrual, values: Mapping[str, Any]) -> Accrual:
    """Change a draft."""
    require_draft(accrual)
    for name, value in _sound(session, values).items():
        setattr(accrual, name, value)
    session.flush()
    return accrual


def delete_accrual(session: Session, accrual: Accrual) -> None:
    """Throw away what was not posted."""
    if accrual.state == "posted":
        require_draft(accrual)
    session.delete(accrual)
    session.flush()


def post_accrual(session: Session, accrual: Accrual) -> None:
    """Post an accrual and its reversal. Both are numbered when this returns."""
    require_draft(accrual)
    outcome = post(session, _entry(session, accrual))
    # What is reversed has its number.
    seal_now(session)
    undoing = reverse(
        session,
        outcome.id,
        on=accrual.date + _ONE_DAY,
        reason=phrase("Accrual of {day} reversed", day=accrual.date),
    )
    accrual.state, accrual.entry_id, accrual.reversal_id = "posted", outcome.id, undoing.id
    session.flush()


def post_drafts_of(session: Session, period: Period) -> int:
    """Post all drafts of a period; returns how many."""
    drafts = session.scalars(
        select(Accrual)
        .where(Accrual.state == "draft", Accrual.date == period.end_date)
        .order_by(Accrual.id)
        .with_for_update()
    ).all()
    for accrual in drafts:
        post_accrual(session, accrual)
    return len(drafts)


def require_draft(accrual: Accrual) -> None:
    """Raise Conflict for an accrual that is in the books."""
    if accrual.state == "posted":
        raise Conflict(
            phrase("The accrual is posted, and reversed on the day after."),
            fix=phrase("Correct it with another one, of a negative amount."),
        )


def _sound(session: Session, values: Mapping[str, Any]) -> dict[str, Any]:
    """The values with the period's last day and an amount in whole units of the currency."""
    given = dict(values)
    if "date" in given:
        period = period_of(session, given["date"])
        if period is None:
            raise InvalidInput.of("date", phrase("No fiscal year covers {day}.", day=given["date"]))
        given["date"] = period.end_date
    if "amount" in given:
        currency = options(session, AccountingOptions).company_currency
        given["amount"] = round_money(given["amount"], currency)
        if not given["amount"]:
            raise InvalidInput.of("amount", phrase("The amount is zero."))
    return given


def _entry(session: Session, accrual: Accrual) -> EntryDraft:
    is_expense = accrual.kind == "expense"
    purpose = "accrued_expense_account" if is_expense else "accrued_income_account"
    other = accrual.balance_account or default_account(session, purpose)
    amount = accrual.amount if is_expense else accrual.amount.copy_negate()
    narration = accrual.narration or phrase("Accrual: {partner}", partner=accrual.partner)
    return EntryDraft(
        date=accrual.date,
        narration=narration,
        partner=accrual.partner,
        partner_id=accrual.partner_id,
        branch_id=accrual.branch_id,
        lines=(
            LineDraft(accrual.account.code, amount, narration),
            LineDraft(other.code, amount.copy_negate(), narration),
        ),
        source_type=SOURCE,
        source_id=str(accrual.id),
    )
