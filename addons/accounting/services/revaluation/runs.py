"""Runs of a revaluation: worked out, posted with their reversal, and never twice for a day."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.currencies import Revaluation, RevaluationLine
from addons.accounting.services.account_codes import ensure_account
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.default_accounts import default_code
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.ledger import post, seal_now
from addons.accounting.services.report_lines import line_of
from addons.accounting.services.revaluation.positions import Position, positions
from addons.accounting.services.reversal import reverse
from core.api import Conflict, phrase, today

SOURCE: Final = "accounting.revaluations"
_ONE_DAY: Final = timedelta(days=1)
_ONE_AT_A_TIME: Final = text(
    "SELECT pg_advisory_xact_lock('accounting.revaluation'::regclass::oid::bigint)"
)
Key = tuple[int, int | None, str]


def last_month_end(session: Session) -> date:
    """The last day of the month that ended last, on which books are usually revalued."""
    return today(session).replace(day=1) - _ONE_DAY


def create_revaluation(session: Session, values: Mapping[str, Any]) -> Revaluation:
    """Work out what a revaluation at this day would post, for somebody to look at; at the end
    of the last month where no day is given."""
    run = Revaluation(date=values.get("date") or last_month_end(session))
    session.add(run)
    _work_out(session, run)
    return run


def post_revaluation(session: Session, run: Revaluation) -> bool:
    """Post what the books lack now, and its reversal on the next day. Returns False, and posts
    nothing, where an earlier run of the day did it already."""
    session.flush()
    session.execute(_ONE_AT_A_TIME)
    # Whoever waited reads anew what became of the run meanwhile.
    session.refresh(run)
    if run.state == "posted":
        raise Conflict(phrase("This revaluation is posted."))
    _work_out(session, run)
    if not any(line.posted for line in run.lines):
        return False
    entry = _entry(session, run)
    # Gains and losses of one account may cancel out to the cent.
    if entry.lines:
        outcome = post(session, entry)
        # Only what has its number can be reversed.
        seal_now(session)
        run.entry_id = outcome.id
        run.reversal_id = reverse(session, outcome.id, on=run.date + _ONE_DAY).id
    run.state = "posted"
    session.flush()
    return True


def revalue(session: Session, day: date) -> Revaluation | None:
    """Revalue at the end of a day; None where there is nothing that the books lack."""
    session.execute(_ONE_AT_A_TIME)
    if not lacking(session, day):
        return None
    run = create_revaluation(session, {"date": day})
    return run if post_revaluation(session, run) else None


def lacking(session: Session, day: date) -> list[tuple[Position, Decimal]]:
    """The positions of a day with what is still to be posted of each; raises MissingRate."""
    return [(item, amount) for item, amount in _compared(session, day) if amount]


def delete_revaluation(session: Session, run: Revaluation) -> None:
    """Throw away a run that was only worked out."""
    if run.state == "posted":
        raise Conflict(
            phrase("This revaluation is posted."),
            fix=phrase("It was reversed on the next day; correct the rates and run it again."),
        )
    session.delete(run)
    session.flush()


def _work_out(session: Session, run: Revaluation) -> None:
    run.lines = [
        RevaluationLine(
            position=place,
            account_id=item.account_id,
            line_id=item.line_id,
            partner_id=item.partner_id,
            number=item.number,
            currency=item.currency,
            original_amount=item.original_amount,
            rate=item.rate,
            booked=item.booked,
            value=item.value,
            difference=item.difference,
            posted=amount,
        )
        for place, (item, amount) in enumerate(_compared(session, run.date), start=1)
    ]
    run.difference = exact_sum(line.posted for line in run.lines)
    session.flush()


def _compared(session: Session, day: date) -> list[tuple[Position, Decimal]]:
    """Each position with its difference beyond what runs of this day have posted. One that they
    posted and that is there no more, because it was settled since, is taken back."""
    done = _posted(session, day)
    found = []
    for item in positions(session, day):
        before = done.pop(item.key, Decimal(0))
        found.append((item, exact_sum((item.difference, before.copy_negate()))))
    for (account_id, line_id, currency), before in done.items():
        if before:
            gone = Position(account_id, line_id, None, "", currency, Decimal(0), Decimal(0))
            found.append((gone, before.copy_negate()))
    return found


def _posted(session: Session, day: date) -> dict[Key, Decimal]:
    keys = (RevaluationLine.account_id, RevaluationLine.line_id, RevaluationLine.currency)
    statement = (
        select(*keys, func.sum(RevaluationLine.posted))
        .join(Revaluation, RevaluationLine.revaluation_id == Revaluation.id)
        .where(Revaluation.date == day, Revaluation.state == "posted")
        .group_by(*keys)
    )
    return {(row[0], row[1], row[2]): row[3] for row in session.execute(statement)}


def _entry(session: Session, run: Revaluation) -> EntryDraft:
    company = company_currency(session)
    groups: dict[tuple[int, str], list[RevaluationLine]] = {}
    for line in run.lines:
        groups.setdefault((line.account_id, line.currency), []).append(line)
    lines: list[LineDraft] = []
    for (account_id, currency), group in groups.items():
        amount = exact_sum(line.posted for line in group)
        if amount:
            beside = _beside(session, session.get_one(Account, account_id))
            lines += _pair(session, beside, amount, _label(currency, group), company)
    return EntryDraft(
        date=run.date,
        lines=tuple(lines),
        narration=phrase("Revaluation of foreign currencies at {day}", day=run.date),
        source_type=SOURCE,
        source_id=str(run.id),
    )


def _pair(
    session: Session, beside: str, amount: Decimal, label: str, company: str
) -> Sequence[LineDraft]:
    """What the account is worth more or less, and the gain or loss that it makes."""
    result = default_code(
        session, "unrealised_gain_account" if amount > 0 else "unrealised_loss_account"
    )
    return (
        LineDraft(beside, amount, label, company),
        LineDraft(result, amount.copy_negate(), label, company),
    )


def _label(currency: str, group: Sequence[RevaluationLine]) -> str:
    total = exact_sum(line.original_amount for line in group)
    rates = {line.rate for line in group if line.original_amount}
    return f"{currency} {total:f}" + (f" @ {rates.pop():f}" if len(rates) == 1 else "")


def _beside(session: Session, account: Account) -> str:
    """The account that takes the differences of another, so that this one stays what its items
    or its bank say."""
    code = f"{account.code}:FX"
    ensure_account(
        session,
        code,
        phrase("{account}: revaluation", account=account.name),
        account.type,  # type: ignore[arg-type]
        report_line=line_of(account.type, account.subtype, account.report_line).key,
        subtype="",
    )
    return code
