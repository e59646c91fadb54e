"""Statements of account: what a partner owed before, what happened, what they owe now, and how
old that is.

A statement is in the currency in which its items were agreed. It is kept as it was made, so that
what was sent can be shown later, whatever is posted into its time afterwards.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, cast

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.models.collections import AccountStatement, StatementAge, StatementLine
from addons.accounting.services.collections.ageing import company_buckets, control_accounts
from addons.accounting.services.collections.buckets import aged
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.payments.agreed import Side
from addons.accounting.services.settlement.items import open_items
from addons.contacts.api import all_ids, contact_names, get_contact
from core.api import InvalidInput, announce, phrase, reader

RESOURCE: Final = "accounting.account-statements"


@dataclass(frozen=True, slots=True)
class Movement:
    """A posted line of a partner's account; `amount` is a debit, in the currency agreed."""

    date: date
    number: str
    reference: str
    due_date: date | None
    currency: str
    amount: Decimal


def create_statements(session: Session, values: Mapping[str, Any]) -> AccountStatement:
    """The statements of one partner, one for each currency; returns the first. Raises
    InvalidInput where nothing was ever posted."""
    made = statements_of(
        session,
        values["partner_id"],
        cast(Side, values.get("side") or "receivable"),
        values["start_date"],
        values["end_date"],
        language=values.get("language") or "",
    )
    if not made:
        raise InvalidInput.of(
            "partner_id", phrase("Nothing was posted to this partner's account by that day.")
        )
    return made[0]


def statements_of(
    session: Session,
    partner_id: int,
    side: Side,
    start: date,
    end: date,
    *,
    language: str = "",
    source: str = "",
) -> list[AccountStatement]:
    """Make a partner's statements. With a `source` they are made once: the same source again
    returns those that are there."""
    if start > end:
        raise InvalidInput.of("end_date", phrase("The last day is before the first."))
    moves = _movements(session, partner_id, side, end)
    by_currency: dict[str, list[Movement]] = {}
    for move in moves:
        by_currency.setdefault(move.currency, []).append(move)
    made = []
    for currency, found in sorted(by_currency.items()):
        named = f"{source}/{partner_id}/{currency}" if source else None
        known = named and session.scalar(
            select(AccountStatement).where(AccountStatement.source_id == named)
        )
        statement = known or _statement(session, partner_id, side, start, end, currency, found)
        if not known:
            statement.source_id = named
            statement.language = _language(session, partner_id, language)
            session.add(statement)
            session.flush()
            announce(session, RESOURCE, statement.id)
        made.append(statement)
    return made


def drawn_statement(
    session: Session, partner_id: int, start: date, end: date, currency: str
) -> AccountStatement | None:
    """A customer's statement in a currency, for who only wants to look at it: it is not kept. None
    where nothing was ever posted in it."""
    if start > end:
        raise InvalidInput.of("until", phrase("The last day is before the first."))
    moves = _movements(session, partner_id, "receivable", end)
    found = [move for move in moves if move.currency == currency]
    if not found:
        return None
    return _statement(session, partner_id, "receivable", start, end, currency, found)


def partners_with_balance(session: Session, side: Side, on: date) -> list[int]:
    """Everybody with whom something is open on that day."""
    items = open_items(session, account_ids=control_accounts(session, side), on=on)
    return sorted({item.partner_id for item in items if item.partner_id is not None})


def _movements(session: Session, partner_id: int, side: Side, end: date) -> list[Movement]:
    """Every posted line of the partner on that side's accounts until a day, in order."""
    ids = all_ids(session, partner_id)
    named = or_(
        JournalLine.partner_id.in_(ids),
        JournalLine.partner_id.is_(None) & JournalEntry.partner_id.in_(ids),
    )
    rows = session.execute(
        select(JournalLine, JournalEntry.number, JournalEntry.reference)
        .join(JournalEntry, JournalEntry.id == JournalLine.entry_id)
        .where(
            JournalLine.account_id.in_(control_accounts(session, side)),
            JournalEntry.number.is_not(None),
            JournalLine.date <= end,
            named,
        )
        .order_by(JournalLine.date, JournalLine.entry_id, JournalLine.position)
    )
    return [_movement(line, number, reference) for line, number, reference in rows]


def _movement(line: JournalLine, number: str | None, reference: str) -> Movement:
    is_foreign = bool(line.original_currency) and line.original_amount is not None
    return Movement(
        date=line.date,
        number=number or "",
        reference=reference or line.label,
        due_date=line.due_date,
        currency=line.original_currency if is_foreign else line.currency,
        amount=(line.original_amount or Decimal(0)) if is_foreign else line.amount,
    )


def _statement(
    session: Session,
    partner_id: int,
    side: Side,
    start: date,
    end: date,
    currency: str,
    moves: Sequence[Movement],
) -> AccountStatement:
    opening = exact_sum(move.amount for move in moves if move.date < start)
    lines, balance = [], opening
    within = [move for move in moves if move.date >= start and move.amount]
    for place, move in enumerate(within, start=1):
        balance = exact_sum((balance, move.amount))
        lines.append(_line(place, move, balance))
    ages = _ages(session, partner_id, side, end, currency)
    return AccountStatement(
        partner_id=partner_id,
        partner=contact_names(session, [partner_id]).get(partner_id, ""),
        side=side,
        start_date=start,
        end_date=end,
        currency=currency,
        opening=opening,
        debits=exact_sum(line.debit for line in lines),
        credits=exact_sum(line.credit for line in lines),
        closing=balance,
        overdue=exact_sum(age.amount for age in ages[1:]),
        lines=lines,
        ages=ages,
    )


def _line(place: int, move: Movement, balance: Decimal) -> StatementLine:
    zero = Decimal(0)
    return StatementLine(
        position=place,
        date=move.date,
        number=move.number,
        reference=move.reference,
        due_date=move.due_date,
        debit=max(move.amount, zero),
        credit=max(move.amount.copy_negate(), zero),
        balance=balance,
    )


def _ages(
    session: Session, partner_id: int, side: Side, on: date, currency: str
) -> list[StatementAge]:
    """What is open at the end, by days overdue, as the account stands: debts of ours negative."""
    among = company_buckets(session)
    items = open_items(
        session,
        account_ids=control_accounts(session, side),
        partner_id=partner_id,
        on=on,
        currency=currency,
    )
    amounts = aged(((item.due, item.owed) for item in items), on, among)
    return [
        StatementAge(position=place, days=bucket.label, amount=amount)
        for place, (bucket, amount) in enumerate(zip(among, amounts, strict=True), start=1)
    ]


def _language(session: Session, partner_id: int, asked: str) -> str:
    contact = get_contact(session, partner_id)
    return reader(session, asked or (contact.language if contact else "")).language
