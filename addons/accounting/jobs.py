"""What accounting does by itself, at night."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.services import chain
from addons.accounting.services.audit_pack import making
from addons.accounting.services.balances import roll_up
from addons.accounting.services.bank.automatic import match_by_itself
from addons.accounting.services.companies import exchange, mirroring
from addons.accounting.services.deferral.running import post_due
from addons.accounting.services.recurring.making import make_due
from core.api import Job, Schedule, msg, phrase, today


def roll_up_balances(session: Session) -> str:
    """Move what was posted lately into the monthly balances, so that reports stay quick."""
    return phrase("{count} entries rolled up", count=roll_up(session))


def verify_chain(session: Session) -> str:
    """Recompute the hash chains, and have their ends witnessed outside the database; fails, and
    so is seen, when an entry is not what it was."""
    report = chain.verify(session)
    if not report.holds:
        raise RuntimeError("the hash chain is broken: " + "; ".join(report.findings[:20]))
    chain.have_witnessed(session)
    return phrase("{count} entries verified", count=report.checked)


def make_recurring(session: Session) -> str:
    """Make the entries that recur by today; what is in the way is noted beside each."""
    made = make_due(session, today(session))
    return phrase("{count} recurring entries made", count=len(made.entries))


def post_deferrals(session: Session) -> str:
    """Post the parts of deferrals whose day has come."""
    return phrase("{count} parts posted", count=post_due(session, today(session)).parts)


JOBS: Final = (
    Job("accounting.match_bank_lines", msg("Match what the bank moved"), match_by_itself),
    Job(
        "accounting.recurring",
        msg("Make recurring entries"),
        make_recurring,
        schedule=Schedule("20 1 * * *"),
    ),
    Job(
        "accounting.deferrals",
        msg("Post the parts of deferrals"),
        post_deferrals,
        schedule=Schedule("30 1 * * *"),
    ),
    Job(
        exchange.JOB,
        msg("Exchange with other companies"),
        exchange.exchange,
        schedule=Schedule("25 * * * *"),
    ),
    Job(mirroring.ANSWER, msg("Answer another company"), mirroring.send_answer),
    Job(making.JOB, msg("Make an audit pack"), making.make_pack, timeout_seconds=3600),
    Job(
        "accounting.roll_up_balances",
        msg("Roll up balances"),
        roll_up_balances,
        schedule=Schedule("10 2 * * *"),
    ),
    Job(
        "accounting.verify_chain",
        msg("Verify the hash chains"),
        verify_chain,
        schedule=Schedule("40 2 * * *"),
    ),
)
