"""Jobs that write the invoices of contracts: one looks what is due, one works on each contract."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.services.recurring.making import (
    ONE_CONTRACT,
    ask_for_due,
    look_at_states,
    make_contract,
)
from core.api import Job, Schedule, enqueue, msg, phrase, today


def find_due(session: Session) -> str:
    """Ask for the invoices of contracts that are due."""
    day = today(session)
    look_at_states(session, day)
    return phrase("{count} contracts are due", count=ask_for_due(session, day))


def work_on(session: Session, contract_id: int) -> str:
    """Write what is due of one contract."""
    made = make_contract(session, contract_id, today(session))
    if made.more:
        enqueue(session, ONE_CONTRACT, contract_id=contract_id)
    told = phrase("{count} invoices were written.", count=str(len(made.invoices)))
    return f"{told} {made.problem}" if made.problem else told


JOBS: Final = (
    Job(
        "sales.recurring",
        msg("Find the contracts that are due"),
        find_due,
        schedule=Schedule("10 2 * * *"),
    ),
    Job(ONE_CONTRACT, msg("Write the invoices of a contract"), work_on),
)
