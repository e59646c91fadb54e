"""What customers are to be reminded of on a day: overdue items, the level that each has come to,
and what is left out."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy import func, or_, select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalLine
from addons.accounting.models.dunning import (
    DunningHold,
    DunningItem,
    DunningLetter,
    DunningLevel,
)
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.services.collections.ageing import control_accounts
from addons.accounting.services.collections.levels import Reached, Rung, next_rung
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.values import OpenItem
from addons.contacts.api import canonical_ids


@dataclass(frozen=True, slots=True)
class Reminder:
    """An overdue item and the level that it has come to; `amount` is in `currency`, in which it
    was agreed."""

    line_id: int
    partner_id: int
    currency: str
    amount: Decimal
    number: str
    reference: str
    date: date
    due_date: date
    days: int
    level: DunningLevel


def reminders(session: Session, on: date) -> list[Reminder]:
    """The items to be reminded of on a day, each with its level."""
    levels = {
        level.position: level
        for level in session.scalars(select(DunningLevel).where(DunningLevel.active))
    }
    rungs = [Rung(level.position, level.days) for level in levels.values()]
    items = _overdue(session, on)
    reached = _reached(session, (item.line_id for item in items), on)
    found = []
    for item in items:
        days = (on - item.due).days
        rung = next_rung(days, reached.get(item.line_id, Reached()), rungs)
        if rung is not None and item.partner_id is not None:
            found.append(
                Reminder(
                    line_id=item.line_id,
                    partner_id=item.partner_id,
                    currency=item.owed_currency,
                    amount=item.owed,
                    number=item.number,
                    reference=item.reference,
                    date=item.date,
                    due_date=item.due,
                    days=days,
                    level=levels[rung.position],
                )
            )
    return found


def still_due(session: Session, items: Sequence[DunningItem], on: date) -> Mapping[int, Decimal]:
    """Of items that a letter names, those still to be reminded of, with what is open of them:
    not paid, not held back, and not reminded of at this level by another letter."""
    if not items:
        return {}
    due = {item.line_id: item.owed for item in _overdue(session, on)}
    reached = _reached(session, (item.line_id for item in items), on)
    return {
        item.line_id: due[item.line_id]
        for item in items
        if item.line_id in due and reached.get(item.line_id, Reached()).position < item.level
    }


def held_partners(session: Session) -> set[int]:
    """The customers who are not reminded, by the ids that they have today."""
    held = session.scalars(select(PartnerTerms.partner_id).where(PartnerTerms.no_dunning)).all()
    return set(canonical_ids(session, held).values())


def _overdue(session: Session, on: date) -> list[OpenItem]:
    """Overdue debts of customers who owe on balance, without what is held back."""
    accounts = control_accounts(session, "receivable")
    if not accounts:
        return []
    items = open_items(session, account_ids=accounts)
    owed: dict[tuple[int | None, str], list[Decimal]] = {}
    for item in items:
        owed.setdefault((item.partner_id, item.owed_currency), []).append(item.owed)
    owes = {key for key, amounts in owed.items() if exact_sum(amounts) > 0}
    held_items, held = _held_items(session, on), held_partners(session)
    return [
        item
        for item in items
        if item.owed > 0
        and item.due < on
        and item.partner_id is not None
        and item.partner_id not in held
        and item.line_id not in held_items
        and (item.partner_id, item.owed_currency) in owes
    ]


def _held_items(session: Session, on: date) -> set[int]:
    """Items that somebody holds back, and the fees of earlier reminders: nobody pays a fee for
    not paying a fee."""
    held = select(DunningHold.line_id).where(
        or_(DunningHold.until.is_(None), DunningHold.until >= on)
    )
    fees = select(JournalLine.id).join(
        DunningLetter, DunningLetter.entry_id == JournalLine.entry_id
    )
    return set(session.scalars(held.union(fees)))


def _reached(session: Session, line_ids: Iterable[int], on: date) -> dict[int, Reached]:
    """The last level that each of these lines got, and how long ago."""
    rows = session.execute(
        select(DunningItem.line_id, func.max(DunningItem.level), func.max(DunningLetter.date))
        .join(DunningLetter, DunningLetter.id == DunningItem.letter_id)
        .where(DunningItem.sent, DunningItem.line_id.in_(tuple(line_ids)))
        .group_by(DunningItem.line_id)
    )
    return {line: Reached(level, (on - day).days) for line, level, day in rows}
