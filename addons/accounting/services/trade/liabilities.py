"""What the company owes in goods to bearers of gift cards and points, when it changes otherwise
than by a sale or a payment: an entry on the account of the liability, against another one."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.services.currencies import company_currency
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_product
from addons.accounting.services.money import round_money
from addons.accounting.services.trade.accounts import Purpose, trade_account
from addons.accounting.services.trade.journals import trade_journal
from addons.accounting.services.trade.posting import post_once


@dataclass(frozen=True, slots=True)
class Change:
    """So much more is owed, or less where `amount` is negative, in `currency` of which one unit is
    worth `rate`; without a currency, in the company's."""

    source_type: str
    source_id: int
    number: str
    narration: str
    day: date
    currency: str
    rate: Decimal
    amount: Decimal
    branch_id: int | None


def post_change(session: Session, change: Change, owed: Purpose, against: Purpose) -> None:
    """Dr the other account, Cr the liability, or the other way round; once, however often told."""
    if not change.amount:
        return
    post_once(
        session,
        EntryDraft(
            date=change.day,
            lines=(
                _line(session, change, against, change.amount),
                _line(session, change, owed, -change.amount),
            ),
            journal=trade_journal(session, "sale"),
            reference=change.number,
            narration=change.narration,
            source_type=change.source_type,
            source_id=str(change.source_id),
            branch_id=change.branch_id,
        ),
    )


def _line(session: Session, change: Change, purpose: Purpose, amount: Decimal) -> LineDraft:
    account, own = trade_account(session, purpose), company_currency(session)
    if change.currency in ("", own):
        return LineDraft(account, amount, change.number)
    return LineDraft(
        account,
        round_money(exact_product(amount, change.rate), own),
        change.number,
        original_amount=amount,
        original_currency=change.currency,
    )
