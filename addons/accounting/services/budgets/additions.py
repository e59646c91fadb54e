"""What entries that are not posted yet add to the targets of a budget, day by day."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.services.budgets.targets import Planned
from addons.accounting.services.entry_draft import EntryDraft, LineDraft

_WHOLE: Final = Decimal(100)


@dataclass(frozen=True, slots=True)
class Addition:
    """An amount that is added to a target on a day; below zero where it is relieved."""

    day: date
    amount: Decimal


def additions(
    session: Session, plans: Sequence[Planned], entries: Sequence[EntryDraft]
) -> Iterator[tuple[Planned, list[Addition]]]:
    """The plans that the entries touch, each with what is added on which day."""
    sums: dict[int, dict[date, Decimal]] = {}
    places = _places_by_account(session, plans, entries)
    for entry in entries:
        for line in entry.lines:
            for place in places.get(line.account, ()):
                share = _share(plans[place], entry, line)
                if share:
                    days = sums.setdefault(place, {})
                    days[entry.date] = days.get(entry.date, Decimal(0)) + line.amount * share
    for place, days in sorted(sums.items()):
        yield plans[place], [Addition(day, amount) for day, amount in sorted(days.items())]


def _places_by_account(
    session: Session, plans: Sequence[Planned], entries: Sequence[EntryDraft]
) -> dict[str, list[int]]:
    """By account code, the places of the plans that are about it."""
    codes = {line.account for entry in entries for line in entry.lines}
    rows = session.execute(select(Account.code, Account.id).where(Account.code.in_(codes)))
    return {
        code: [place for place, plan in enumerate(plans) if account_id in plan.account_ids]
        for code, account_id in rows
    }


def _share(plan: Planned, entry: EntryDraft, line: LineDraft) -> Decimal:
    """How much of a line is the plan's, by branch and dimension."""
    target = plan.target
    if target.branch_id is not None and entry.branch_id != target.branch_id:
        return Decimal(0)
    if target.value_id is None:
        return Decimal(1)
    split = (line.analytic or {}).get(str(target.dimension_id), {})
    return Decimal(split.get(str(target.value_id), 0)) / _WHOLE
