"""The mail about yesterday's tills: one for each branch that sold, to whom the company chose.

It is planned after midnight, when the day is over where the company is. Each branch and day has a
job of its own, by its key asked for once: however often the planning runs, nobody gets a mail
twice, and one that the mail server refuses holds up no other.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.options import TillOptions, addresses_in
from addons.pos.services.branch_days import BranchDay, Figure, branch_day, branches_that_sold
from addons.pos.services.flags import FLAGS
from addons.pos.services.sessions.naming import report_name
from core.api import (
    Job,
    Reader,
    Schedule,
    binding,
    can_send,
    currency_digits,
    enqueue,
    mail_files,
    msg,
    options,
    reader,
    today,
)

PLAN_DAY_MAILS: Final = "pos.plan_day_mails"
MAIL_DAY: Final = "pos.mail_day"
_SUBJECT: Final = msg("{branch}, {day}: {total} sold")
_KINDS: Final = {"sale": msg("Sales"), "refund": msg("Refunds")}


def plan_day_mails(session: Session) -> None:
    """Ask for the mails about yesterday, where somebody wants them and mail can be sent."""
    if not (addresses_in(options(session, TillOptions).day_mail_to) and can_send(session)):
        return
    day = today(session) - timedelta(days=1)
    for branch_id in branches_that_sold(session, day):
        key = f"{MAIL_DAY}:{branch_id or 0}:{day}"
        enqueue(session, MAIL_DAY, key=key, branch_id=branch_id, day=day.isoformat())


def mail_day(session: Session, branch_id: int | None, day: str) -> None:
    """Send what a branch did on a day."""
    to = addresses_in(options(session, TillOptions).day_mail_to)
    if not to:
        return
    told, speaks = branch_day(session, branch_id, date.fromisoformat(day)), reader(session)
    subject = speaks.say(
        _SUBJECT, branch=told.branch, day=speaks.day(told.day), total=_total(speaks, told)
    )
    company = binding(session).tenant.title
    text = "\n\n".join([*_sections(speaks, told), company])
    # Last: what has left cannot be undone.
    mail_files(session, to=to, subject=subject, text=text, files=())


def _sections(speaks: Reader, told: BranchDay) -> Iterator[str]:
    """The parts of the mail that have something to say, each a heading with its lines."""
    tills = told.standings
    parts = (
        (
            msg("Sold"),
            [_figure(speaks, one, speaks.say(_KINDS[one.name])) for one in told.receipts],
        ),
        (msg("Paid"), [_figure(speaks, one, one.name) for one in told.paid]),
        (
            msg("Difference"),
            [
                f"{report_name(one)}: {_money(speaks, one.difference, one.currency)}"
                for one in told.different
            ],
        ),
        (msg("Not closed"), [f"{t.register.code} {t.register.name}" for t in told.unclosed]),
        (msg("Not synced"), [f"{t.register.code}: {t.unsynced}" for t in tills if t.unsynced]),
        (
            msg("Waits to be booked"),
            [f"{t.register.code}: {t.waiting}" for t in tills if t.waiting],
        ),
        (
            msg("Needs mending"),
            [f"{t.register.code}: {t.quarantined}" for t in tills if t.quarantined],
        ),
        (
            msg("To look at:"),
            [f"{speaks.say(FLAGS.get(flag, flag))} ({times})" for flag, times in told.flags],
        ),
    )
    for title, lines in parts:
        if lines:
            yield "\n".join([speaks.say(title), *lines])


def _figure(speaks: Reader, figure: Figure, name: str) -> str:
    return f"{name}: {_money(speaks, figure.amount, figure.currency)} ({figure.times})"


def _total(speaks: Reader, told: BranchDay) -> str:
    """What was sold less what came back, in each currency."""
    totals: dict[str, Decimal] = {}
    for one in told.receipts:
        totals[one.currency] = totals.get(one.currency, Decimal(0)) + one.amount
    return ", ".join(_money(speaks, amount, currency) for currency, amount in totals.items())


def _money(speaks: Reader, amount: Decimal | None, currency: str) -> str:
    return f"{speaks.number(amount or Decimal(0), currency_digits(currency))} {currency}"


JOBS: Final = (
    Job(MAIL_DAY, msg("Send what a branch's tills did on a day"), mail_day),
    Job(
        PLAN_DAY_MAILS,
        msg("Plan the mails about a day of the tills"),
        plan_day_mails,
        schedule=Schedule("30 0 * * *"),
    ),
)
