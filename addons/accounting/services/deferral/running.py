"""Deferrals are started, posted part by part, and ended early with what is left."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.deferral import Deferral, DeferralPart
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.deferral.schedule import spread
from addons.accounting.services.dimensions.splits import read_split
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.ledger import post
from addons.accounting.services.money import round_money
from core.api import AppError, Conflict, InvalidInput, Problem, announce, phrase

SOURCE: Final = "accounting.deferrals"
LONGEST_YEARS: Final = 50


@dataclass(frozen=True, slots=True)
class Posted:
    """How many parts were posted, and what stood in the way of others, by name."""

    parts: int
    problems: Mapping[str, str]


def create_deferral(session: Session, values: Mapping[str, Any]) -> Deferral:
    """A deferral in preparation, with the parts that it will have."""
    record = Deferral()
    _write(session, record, values)
    session.add(record)
    session.flush()
    return record


def update_deferral(session: Session, record: Deferral, values: Mapping[str, Any]) -> Deferral:
    """Change a deferral that has not been started."""
    _require(record, "draft")
    _write(session, record, values)
    session.flush()
    return record


def delete_deferral(session: Session, record: Deferral) -> None:
    """Throw a deferral away that has not been started."""
    _require(record, "draft")
    session.delete(record)
    session.flush()


def start_deferral(session: Session, record: Deferral) -> None:
    """Let it run: what was booked in the result is taken out, if a day for that is given."""
    _require(record, "draft")
    record.state = "running"
    if record.taken_on is not None:
        post(session, _entry(session, record, "start", record.taken_on, -record.amount))
    session.flush()


def post_due(session: Session, today: date, *, only: int | None = None) -> Posted:
    """Post every part whose day has come. What cannot be posted, because its period is closed for
    instance, is told and holds up no other deferral."""
    due = (
        select(DeferralPart.deferral_id)
        .join(Deferral, DeferralPart.deferral_id == Deferral.id)
        .where(
            Deferral.state == "running",
            DeferralPart.entry_id.is_(None),
            DeferralPart.date <= today,
        )
        .distinct()
        .order_by(DeferralPart.deferral_id)
    )
    chosen = due if only is None else due.where(Deferral.id == only)
    parts = 0
    problems: dict[str, str] = {}
    for key in session.scalars(chosen).all():
        # Whoever waited for the lock reads anew what is left to be posted.
        record = session.get_one(Deferral, key, with_for_update=True, populate_existing=True)
        try:
            parts += _post_until(session, record, today)
        except AppError as error:
            problems[record.name] = str(error.message)
    return Posted(parts, problems)


def end_deferral(session: Session, record: Deferral, on: date) -> Decimal:
    """End it early: parts whose day has come are posted as planned, and all that is left in one
    part on this day. Returns what was left."""
    _require(record, "running")
    record = session.get_one(Deferral, record.id, with_for_update=True, populate_existing=True)
    _require(record, "running")
    _post_until(session, record, on)
    waiting = [part for part in record.parts if part.entry_id is None]
    left = exact_sum(part.amount for part in waiting)
    if left:
        posted = [part for part in record.parts if part.entry_id is not None]
        if posted and posted[-1].date >= on:
            raise Conflict(
                phrase("The part of {day} is posted already.", day=posted[-1].date),
                fix=phrase("Choose a later day."),
            )
        rest = DeferralPart(position=len(posted) + 1, date=on, amount=left)
        record.parts = [*posted, rest]
        session.flush()
        _post_part(session, record, rest)
    record.state = "ended"
    session.flush()
    return left


def _post_until(session: Session, record: Deferral, today: date) -> int:
    done = 0
    for part in list(record.parts):
        if part.entry_id is None and part.date <= today:
            with session.begin_nested():
                _post_part(session, record, part)
            done += 1
    if all(part.entry_id is not None for part in record.parts):
        record.state = "ended"
    session.flush()
    announce(session, "accounting.deferrals", record.id)
    return done


def _post_part(session: Session, record: Deferral, part: DeferralPart) -> None:
    entry = _entry(session, record, str(part.date), part.date, part.amount)
    part.entry_id = post(session, entry).id
    record.posted_until = part.date
    record.posted_amount = exact_sum((record.posted_amount, part.amount))
    session.flush()


def _entry(session: Session, record: Deferral, what: str, day: date, amount: Decimal) -> EntryDraft:
    """Of an expense, the amount is debited to the result; of revenue, credited."""
    side = amount if record.kind == "expense" else -amount
    split = read_split(session, record.dimensions)
    currency = company_currency(session)
    return EntryDraft(
        date=day,
        journal=record.journal.code,
        narration=record.name,
        partner_id=record.partner_id,
        lines=(
            LineDraft(record.result_account.code, side, record.name, currency, analytic=split),
            LineDraft(record.balance_account.code, -side, record.name, currency),
        ),
        source_type=SOURCE,
        source_id=f"{record.id}:{what}",
        branch_id=record.branch_id,
    )


def _write(session: Session, record: Deferral, values: Mapping[str, Any]) -> None:
    for name, value in values.items():
        if name != "parts":
            setattr(record, name, value)
    record.method = record.method or "days"
    record.dimensions = record.dimensions or ""
    with session.no_autoflush:
        problems = _problems(session, record)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    currency = company_currency(session)
    record.amount = round_money(record.amount, currency)
    parts = spread(record.amount, record.start_date, record.end_date, record.method, currency)
    record.parts = []
    if record in session:
        session.flush()
    record.parts = [
        DeferralPart(position=place, date=part.day, amount=part.amount)
        for place, part in enumerate(parts, start=1)
    ]


def _problems(session: Session, record: Deferral) -> Sequence[Problem]:
    problems = []
    if not (record.amount is not None and record.amount.is_finite() and record.amount > 0):
        problems.append(Problem("amount", phrase("The amount must be above zero.")))
    if record.end_date < record.start_date:
        problems.append(Problem("end_date", phrase("It ends before it begins.")))
    elif record.end_date.year - record.start_date.year > LONGEST_YEARS:
        problems.append(
            Problem("end_date", phrase("It can last for {years} years.", years=LONGEST_YEARS))
        )
    balance = session.get(Account, record.balance_account_id)
    result = session.get(Account, record.result_account_id)
    if balance is None or balance.type not in ("asset", "liability"):
        message = phrase("Choose an account of assets or liabilities.")
        problems.append(Problem("balance_account_id", message))
    if result is None or result.type not in ("income", "expense"):
        message = phrase("Choose an account of income or expenses.")
        problems.append(Problem("result_account_id", message))
    try:
        read_split(session, record.dimensions)
    except InvalidInput as error:
        problems.append(Problem("dimensions", error.message))
    return problems


def _require(record: Deferral, state: str) -> None:
    if record.state == state:
        return
    if state == "draft":
        raise Conflict(
            phrase("Deferral {name} has been started.", name=record.name),
            fix=phrase("End it early, and begin another one."),
        )
    raise Conflict(phrase("Deferral {name} is not running.", name=record.name))
