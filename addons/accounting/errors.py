"""What can be wrong with an entry or a period, said so that the reader knows what to do."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from core.api import Conflict, InvalidInput, NotFound, Problem, phrase


class EntryIsInvalid(InvalidInput):
    """The entry cannot be posted as it is; `problems` name the lines."""

    code = "entry-invalid"


class EntryIsPosted(Conflict):
    """A posted entry is final."""

    code = "entry-posted"


class PeriodIsNotOpen(Conflict):
    """The date lies in a period that is closed or locked, or in none."""

    code = "period-not-open"


class SourceIsTaken(Conflict):
    """The same source was posted before with another content."""

    code = "source-taken"


class EntryNotFound(NotFound):
    """There is no such entry."""

    code = "entry-not-found"


def unbalanced(currency: str, difference: Decimal) -> Problem:
    """By how much, and on which side something is missing."""
    amount = f"{difference.copy_abs():f}"
    if difference > 0:
        message = phrase(
            "The entry does not balance: debits exceed credits by {amount} {currency}.",
            amount=amount,
            currency=currency,
        )
    else:
        message = phrase(
            "The entry does not balance: credits exceed debits by {amount} {currency}.",
            amount=amount,
            currency=currency,
        )
    return Problem("lines", message)


def posted(number: str) -> EntryIsPosted:
    """For whoever tries to change or delete a posted entry."""
    return EntryIsPosted(
        phrase("Entry {number} is posted and cannot be changed.", number=number),
        fix=phrase("Reverse it, and write a new one."),
    )


def not_open(day: date, period: str = "", state: str = "") -> PeriodIsNotOpen:
    """For an entry dated where the books are not open."""
    if state == "closed":
        return PeriodIsNotOpen(
            phrase("{day} is in period {period}, which is closed.", day=day, period=period),
            fix=phrase("Choose a date in an open period, or reopen this one."),
        )
    if state == "locked":
        return PeriodIsNotOpen(
            phrase(
                "{day} is in period {period}, which is locked for good.", day=day, period=period
            ),
            fix=phrase("Choose a date in an open period."),
        )
    return PeriodIsNotOpen(
        phrase("No fiscal year covers {day}.", day=day),
        fix=phrase("Check the date, or set up the year under Accounting > Fiscal years."),
    )


def closed_after(day: date, period: str) -> PeriodIsNotOpen:
    """For an entry that would change what a closed period brought forward."""
    return PeriodIsNotOpen(
        phrase(
            "{day} lies before period {period}, which is closed: its balances would change.",
            day=day,
            period=period,
        ),
        fix=phrase("Choose a date after it, or reopen it and the periods that follow."),
    )


def locked(day: date, title: str, kind: str, until: date, set_by: str) -> PeriodIsNotOpen:
    """For an entry dated on or before a lock."""
    values = {"day": day, "lock": title, "until": until, "who": set_by}
    if kind == "final":
        return PeriodIsNotOpen(
            phrase(
                "{day} is locked for good: everything up to {until} is final, set by {who}.",
                **values,
            ),
            fix=phrase("Choose a later date."),
        )
    return PeriodIsNotOpen(
        phrase("{day} is locked: {lock} is locked until {until}, set by {who}.", **values),
        fix=phrase(
            "Choose a later date, or ask for an exception under Closing > Exceptions from locks."
        ),
    )
