"""A payment of trade as an entry, which settles what it pays.

    received   Dr bank, or what a gift card owed      paid   Dr payable, a line for each bill
                   Cr receivable, a line for each                Cr bank
                      invoice and one for what is left

What is left is an advance: an open item of the partner until it is applied. A refund is the same
with the sides exchanged; what it pays back beyond its documents was paid ahead, and settles the
oldest advances.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.models.settlement import Settlement, SettlementPart
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_product, exact_sum
from addons.accounting.services.money import round_money
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.reversal import open_date_for, reverse
from addons.accounting.services.settlement.undoing import undo
from addons.accounting.services.trade.accounts import partner_account
from addons.accounting.services.trade.money import money_place
from addons.accounting.services.trade.posting import post_once
from addons.accounting.services.trade.settling import (
    OpenLine,
    on_account,
    open_lines,
    set_against,
)
from core.api import fetch_rows

_NOTHING: Final = Decimal(0)
_WRITTEN: Final = (
    select(JournalLine.id)
    .where(JournalLine.entry_id == bindparam("entry"))
    .order_by(JournalLine.position)
)


@dataclass(frozen=True, slots=True)
class TradePayment:
    """Money that came in (`sign` 1) or went out (-1); amounts are positive, in its currency, and
    `account` is the code of the account that the money stands on, empty where nobody knew one.
    `documents` are those it pays, by their ids."""

    source_type: str
    source_id: int
    pays_type: str
    number: str
    narration: str
    day: date
    partner_id: int
    currency: str
    rate: Decimal
    amount: Decimal
    side: Side
    sign: int
    journal: str
    account: str
    documents: tuple[tuple[int, Decimal], ...]
    branch_id: int | None = None

    @property
    def is_refund(self) -> bool:
        """Whether money goes back to where it came from."""
        return self.sign == (-1 if self.side == "receivable" else 1)


def post_trade_payment(session: Session, payment: TradePayment) -> None:
    """Post a payment and settle what it pays; once, however often it is told."""
    journal, account = money_place(session, payment.journal, payment.account, payment.currency)
    payment = replace(payment, journal=journal, account=account)
    wanted = open_lines(
        session, payment.pays_type, [one for one, _ in payment.documents], payment.side
    )
    by_document: dict[int, list[OpenLine]] = {}
    for line in wanted:
        by_document.setdefault(line.source_id, []).append(line)
    lines, paid = _lines(session, payment, by_document)
    entry = EntryDraft(
        date=payment.day,
        lines=lines,
        journal=payment.journal,
        reference=payment.number,
        narration=payment.narration,
        partner_id=payment.partner_id,
        source_type=payment.source_type,
        source_id=str(payment.source_id),
        branch_id=payment.branch_id,
    )
    entry_id = post_once(session, entry)
    rest = payment.amount - exact_sum(amount for _, amount in paid)
    pays_back = rest if payment.is_refund else _NOTHING
    if entry_id is None or not (paid or pays_back):
        return
    written = [row.id for row in fetch_rows(session, _WRITTEN, {"entry": entry_id})]
    for place, (document_id, amount) in enumerate(paid, start=1):
        credit = OpenLine(written[place], lines[place].account, payment.source_id, amount)
        set_against(session, [credit], by_document[document_id], amount, payment.day)
    if pays_back:
        last = OpenLine(written[-1], lines[-1].account, payment.source_id, pays_back)
        _take_from_account(session, payment, last)


def _take_from_account(session: Session, refund: TradePayment, paid_back: OpenLine) -> None:
    """Settle what a refund pays back with what was paid ahead."""
    ahead = on_account(
        session,
        refund.source_type,
        refund.partner_id,
        paid_back.account,
        refund.currency,
        sign=refund.sign,
    )
    set_against(session, [paid_back], ahead, paid_back.owed, refund.day)


def undo_trade_payment(
    session: Session, source_type: str, source_id: int, day: date, reason: str
) -> None:
    """Reverse the entry of a payment; what it settled, then or later, is open again."""
    entry = session.scalar(
        select(JournalEntry).where(
            JournalEntry.source_type == source_type, JournalEntry.source_id == str(source_id)
        )
    )
    if entry is None or session.scalar(
        select(JournalEntry.id).where(JournalEntry.reverses_id == entry.id)
    ):
        return
    day = max(day, open_date_for(session, entry))
    settled = session.scalars(
        select(Settlement.id)
        .join(SettlementPart, SettlementPart.settlement_id == Settlement.id)
        .join(JournalLine, JournalLine.id == SettlementPart.line_id)
        .where(JournalLine.entry_id == entry.id, Settlement.undone_on.is_(None))
        .where(Settlement.kind != "reversal")
        .distinct()
        .order_by(Settlement.id.desc())
    ).all()
    for settlement_id in settled:
        undo(session, settlement_id, on=day)
    reverse(session, entry.id, on=day, reason=reason)


def _lines(
    session: Session, payment: TradePayment, by_document: dict[int, list[OpenLine]]
) -> tuple[tuple[LineDraft, ...], list[tuple[int, Decimal]]]:
    """The entry's lines, the money first; and which document each of the next ones pays."""
    paid = [(one, amount) for one, amount in payment.documents if amount and one in by_document]
    usual = partner_account(session, payment.partner_id, payment.side)
    parts = [(by_document[one][0].account, amount) for one, amount in paid]
    rest = payment.amount - exact_sum(amount for _, amount in parts)
    if rest:
        parts.append((usual, rest))
    own = company_currency(session)
    proto = LineDraft("", _NOTHING, payment.number, partner_id=payment.partner_id)
    lines = [
        _worth(replace(proto, account=account), -payment.sign * amount, payment, own)
        for account, amount in parts
    ]
    money = LineDraft(payment.account, -exact_sum(line.amount for line in lines), payment.number)
    if payment.currency != own:
        money = replace(
            money,
            original_amount=payment.sign * payment.amount,
            original_currency=payment.currency,
        )
    return (money, *lines), paid


def _worth(line: LineDraft, amount: Decimal, payment: TradePayment, own: str) -> LineDraft:
    if payment.currency == own:
        return replace(line, amount=amount)
    return replace(
        line,
        amount=round_money(exact_product(amount, payment.rate), own),
        original_amount=amount,
        original_currency=payment.currency,
    )
