"""Year end: the result of a closed year is carried to retained earnings.

    Dr  result carried forward (equity)     the year's profit
        Cr  retained earnings (equity)      the same; both sides exchanged for a loss

The accounts of income and expenses are not emptied: an income statement over any span, and each
comparison with an earlier year, stays what it was. The account of the result carried forward
takes the other side, so that it and the result together are what is not carried yet. Opening
balances follow from closing ones without an entry. Undoing it is a reversal.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import Account, FiscalYear, JournalEntry, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.chart import create_accounts
from addons.accounting.services.closing.doing import write_log
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.ledger import PostedEntry, post
from addons.accounting.services.reversal import reverse
from core.api import Conflict, msg, options, phrase

SOURCE: Final = "accounting.fiscal-years"


@dataclass(frozen=True, slots=True)
class Result:
    """What a year brought in one currency: positive for a profit."""

    currency: str
    amount: Decimal


def results(session: Session, year: FiscalYear) -> list[Result]:
    """The result of a year, per currency, from the movements of income and expenses."""
    amounts: dict[str, list[Decimal]] = {}
    for balance in balances(session, year.start_date, year.end_date):
        if balance.type in ("income", "expense"):
            moved = exact_sum((balance.credit, balance.debit.copy_negate()))
            amounts.setdefault(balance.currency, []).append(moved)
    return [
        Result(currency, total)
        for currency, values in sorted(amounts.items())
        if (total := exact_sum(values))
    ]


def carried(session: Session, year: FiscalYear) -> JournalEntry | None:
    """The entry that carried the year's result, unless it was reversed."""
    undoing = aliased(JournalEntry)
    return session.scalar(
        select(JournalEntry)
        .outerjoin(undoing, undoing.reverses_id == JournalEntry.id)
        .where(
            JournalEntry.source_type == SOURCE,
            JournalEntry.source_id.like(f"{year.id}:%"),
            undoing.id.is_(None),
        )
        .order_by(JournalEntry.id.desc())
        .limit(1)
    )


def carry_result(session: Session, year_id: int) -> PostedEntry:
    """Post the closing entry of a year on its last day. Its other periods are closed; the last
    one is still open, so that the entry belongs to the year that it closes."""
    year = _locked(session, year_id)
    known = carried(session, year)
    if known is not None:
        raise Conflict(
            phrase(
                "The result of {year} was carried by entry {number}.",
                year=year.name,
                number=known.number or known.id,
            ),
            fix=phrase("Reverse it to carry the result anew."),
        )
    still_open = [p for p in _periods(session, year) if p.state == "open"]
    if len(still_open) > 1:
        raise Conflict(
            phrase(
                "Periods of {year} that are still open: {count}.",
                count=len(still_open),
                year=year.name,
            ),
            fix=phrase("Close all but the last first: what is posted there changes the result."),
        )
    found = results(session, year)
    if not found:
        raise Conflict(phrase("{year} has no result to carry.", year=year.name))
    before = session.scalars(
        select(JournalEntry.id).where(
            JournalEntry.source_type == SOURCE, JournalEntry.source_id.like(f"{year.id}:%")
        )
    ).all()
    outcome = post(
        session,
        EntryDraft(
            date=year.end_date,
            narration=phrase("Result of {year} to retained earnings", year=year.name),
            lines=_lines(session, found),
            source_type=SOURCE,
            source_id=f"{year.id}:{len(before) + 1}",
        ),
    )
    if still_open:
        write_log(session, still_open[-1], "year_end", details={"entry": outcome.id})
    return outcome


def take_back(session: Session, year_id: int, reason: str) -> PostedEntry:
    """Reverse the closing entry of a year whose last period is open."""
    year = _locked(session, year_id)
    entry = carried(session, year)
    if entry is None:
        raise Conflict(phrase("The result of {year} is not carried.", year=year.name))
    return reverse(session, entry.id, on=entry.date, reason=reason)


def result_account(session: Session) -> Account:
    """The account of results carried forward, made when it is first needed."""
    code = options(session, AccountingOptions).result_account
    account = session.scalar(select(Account).where(Account.code == code))
    if account is None:
        create_accounts(session, {code: "equity"})
        account = session.scalars(select(Account).where(Account.code == code)).one()
        account.report_line = "bs.retained"
        session.flush()
    return account


def check(session: Session, period: Period) -> StepState:
    """In the last period of a year, where the company wants it: the result is carried, whole."""
    year = period.fiscal_year
    if not options(session, AccountingOptions).carries_result or period.end_date < year.end_date:
        return StepState("not_needed", phrase("The result stays where it is."))
    url = f"/accounting/closing/years/{year.id}"
    entry, found = carried(session, year), results(session, year)
    if entry is None and not found:
        return StepState("not_needed", phrase("{year} has no result to carry.", year=year.name))
    if entry is None:
        said = phrase("The result of {year} is not carried yet.", year=year.name)
        return StepState("open", said, url, 1)
    account = result_account(session)
    moved = {line.currency: line.amount for line in entry.lines if line.account_id == account.id}
    if moved != {result.currency: result.amount for result in found}:
        said = phrase(
            "The result has changed since entry {number}. Reverse it and carry it anew.",
            number=entry.number,
        )
        return StepState("open", said, url, 1)
    said = phrase("Entry {number} carries the result.", number=entry.number)
    return StepState("done", said, url)


def run(session: Session, period: Period) -> str:
    """Post the closing entry of the period's year."""
    carry_result(session, period.fiscal_year_id)
    return phrase("The result of {year} is carried.", year=period.fiscal_year.name)


YEAR_END: Final = Step(
    "accounting.year_end", msg("Carry the result to retained earnings"), 950, check, run
)


def _lines(session: Session, found: Sequence[Result]) -> tuple[LineDraft, ...]:
    carried_forward = result_account(session).code
    retained = default_account(session, "retained_earnings_account").code
    pairs = (
        (
            LineDraft(carried_forward, result.amount, currency=result.currency),
            LineDraft(retained, result.amount.copy_negate(), currency=result.currency),
        )
        for result in found
    )
    return tuple(line for pair in pairs for line in pair)


def _locked(session: Session, year_id: int) -> FiscalYear:
    # Two who carry the result at once take turns.
    return session.scalars(
        select(FiscalYear)
        .where(FiscalYear.id == year_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def _periods(session: Session, year: FiscalYear) -> Sequence[Period]:
    return session.scalars(
        select(Period).where(Period.fiscal_year_id == year.id).order_by(Period.start_date)
    ).all()
