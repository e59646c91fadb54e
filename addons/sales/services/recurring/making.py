"""Invoices of contracts are written when their day has come, one period after the other.

Each contract is a job of its own: one that fails holds up no other, and says why. A period is
written down together with its invoice, and the database takes only the period that follows: a job
that is killed leaves nothing behind, and one that runs twice, or beside another, finds the period
done.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import credit
from addons.sales.models import Invoice
from addons.sales.models.recurring import Contract, ContractPeriod
from addons.sales.services.holding import hold
from addons.sales.services.posting import post_invoice
from addons.sales.services.rates import rate_of
from addons.sales.services.recurring.charges import invoice_day
from addons.sales.services.recurring.contracts import settle_state
from addons.sales.services.recurring.periods import Period, next_period, period_of
from addons.sales.services.recurring.steps import lock_contract
from addons.sales.services.recurring.terms import rhythm_of, terms_of
from addons.sales.services.recurring.writing import source_of, written_invoice
from addons.sales.services.sending import ask_for_mail
from addons.sales.services.working_out import in_company
from core.api import AppError, Conflict, announce, enqueue, phrase, savepoint

ONE_CONTRACT: Final = "sales.recurring_contract"
MOST_AT_ONCE: Final = 60
"""Periods of one contract in one run; what is left is asked for anew."""
_STANDING: Final = ("running", "paused")


@dataclass(frozen=True, slots=True)
class Made:
    """The invoices that were written, what was in the way of the next one, and whether more is
    due."""

    invoices: Sequence[int]
    problem: str
    more: bool


def ask_for_due(session: Session, today: date) -> int:
    """Ask for a job for each contract that is due; returns how many these are. Asked twice on a
    day, each is asked for once."""
    due = session.scalars(
        select(Contract.id)
        .where(Contract.state.in_(_STANDING), Contract.next_day <= today)
        .order_by(Contract.id)
    ).all()
    for key in due:
        enqueue(session, ONE_CONTRACT, key=f"{ONE_CONTRACT}:{key}:{today}", contract_id=key)
    return len(due)


def look_at_states(session: Session, today: date) -> None:
    """Let contracts rest and go on whose pauses begin or end today, and write what each brings a
    month by today's prices."""
    for contract in session.scalars(
        select(Contract).where(Contract.state.in_(_STANDING)).order_by(Contract.id)
    ):
        settle_state(session, contract, today)


def make_contract(
    session: Session, contract_id: int, today: date, dated: date | None = None
) -> Made:
    """Write all invoices of a contract that are due by today, each of its own day, or all `dated`
    on another. What is in the way of one, a closed period or a credit limit, is noted beside the
    contract, and what was written before it stays."""
    contract = lock_contract(session, contract_id)
    made: list[int] = []
    contract.problem, more = "", False
    for turn in range(MOST_AT_ONCE + 1):
        if contract.state not in _STANDING:
            break
        if contract.next_day is None or contract.next_day > today:
            break
        if turn == MOST_AT_ONCE:
            more = True
            break
        try:
            with savepoint(session):
                invoice = _make_next(session, contract, today, dated)
        except AppError as error:
            contract.problem = _sentence(error)
            break
        if invoice is not None:
            made.append(invoice.id)
            _send(session, contract, invoice)
    session.flush()
    announce(session, "sales.contracts", contract_id)
    return Made(made, contract.problem, more)


def make_now(session: Session, contract: Contract, today: date, dated: date | None = None) -> Made:
    """What is due of one contract, asked for by hand; raises Conflict where nothing is due, or
    with what is in the way of the first invoice."""
    found = make_contract(session, contract.id, today, dated)
    if found.problem and not found.invoices:
        raise Conflict(found.problem)
    if not found.invoices:
        raise Conflict(
            phrase("Nothing is due: the next day is {day}.", day=contract.next_day)
            if contract.next_day
            else phrase("Nothing is due any more: the last day has passed.")
        )
    return found


def make_again(session: Session, contract: Contract) -> list[Invoice]:
    """Write the invoices again whose drafts were deleted. Raises Conflict where none is missing."""
    contract = lock_contract(session, contract.id)
    missing = [one for one in contract.periods if one.outcome == "invoiced" and not one.invoice_id]
    written = []
    for one in missing:
        period = period_of(rhythm_of(contract), one.first_day)
        invoice = written_invoice(session, contract, period) if period is not None else None
        if period is None or invoice is None:
            continue
        _keep(session, contract, period, invoice)
        one.invoice_id = invoice.id
        written.append(invoice)
    if not written:
        raise Conflict(phrase("No invoice of {name} is missing.", name=contract.name))
    session.flush()
    return written


def _make_next(
    session: Session, contract: Contract, today: date, dated: date | None
) -> Invoice | None:
    """Deal with the period that comes next, within a savepoint."""
    terms = terms_of(session, contract, None)
    period = next_period(terms.rhythm, contract.covered_until)
    if period is None:
        settle_state(session, contract, today)
        return None
    invoice = written_invoice(session, contract, period, dated)
    if invoice is not None:
        _keep(session, contract, period, invoice)
        if contract.making != "draft":
            _require_credit(session, invoice)
            post_invoice(session, invoice)
    session.add(
        ContractPeriod(
            contract_id=contract.id,
            first_day=period.span.first,
            last_day=period.span.last,
            day=invoice_day(terms, period) or period.span.last,
            outcome="nothing" if invoice is None else "invoiced",
            invoice_id=None if invoice is None else invoice.id,
        )
    )
    contract.covered_until = period.span.last
    settle_state(session, contract, today)
    session.flush()
    return invoice


def _keep(session: Session, contract: Contract, period: Period, invoice: Invoice) -> None:
    for name, value in source_of(contract, period).items():
        setattr(invoice, name, value)
    session.add(invoice)
    session.flush()
    hold(session, [invoice])


def _require_credit(session: Session, invoice: Invoice) -> None:
    """Raise Conflict where the customer may not owe so much. Nobody is there to be asked, so what
    is to be warned of is let through."""
    standing = credit(session, invoice.contact_id)
    if standing.limit is None or standing.policy != "stop":
        return
    rate = rate_of(session, invoice.currency, invoice.day, invoice.rate)
    owed = standing.owed + in_company(session, invoice.total, rate)
    if owed > standing.limit:
        raise Conflict(
            phrase(
                "{name} may owe {limit}. With this invoice it would be {amount}.",
                name=invoice.contact_name,
                limit=f"{standing.limit:f}",
                amount=f"{owed:f}",
            ),
            fix=phrase("Take a payment first, or raise the limit."),
        )


def _send(session: Session, contract: Contract, invoice: Invoice) -> None:
    if contract.making != "mail":
        return
    try:
        ask_for_mail(session, invoice)
    except AppError as error:
        # It is posted all the same; somebody sends it by hand.
        contract.problem = phrase(
            "{number} was posted and not sent: {why}",
            number=invoice.number or "",
            why=str(error.message),
        )


def _sentence(error: AppError) -> str:
    told = str(error.message)
    return f"{told} {error.fix}" if error.fix else told
