"""Cheques: written down with the payment that they make, and taken from step to step.

What each step posts stands in `cheque_states`. A cheque that bounces or is handed back brings the
partner's debt back, in the company's books as it was before the cheque, with the bank's charges
in the same entry. Presenting it again pays what is open then.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.cheques import Cheque, ChequeStep
from addons.accounting.models.payments import Payment
from addons.accounting.options import AccountingOptions
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.default_accounts import Purpose, default_account
from addons.accounting.services.money import round_money
from addons.accounting.services.payments.agreed import partner_name
from addons.accounting.services.payments.cheque_entries import moved, noted, set_off
from addons.accounting.services.payments.cheque_states import next_states, place_of
from addons.accounting.services.payments.documents import allocate
from addons.accounting.services.payments.posting import post_payment
from addons.accounting.services.payments.reversing import Charges, bring_back
from core.api import Conflict, InvalidInput, Problem, announce, options, phrase, today

RESOURCE: Final = "accounting.cheques"
_FIELDS: Final = (
    "kind", "number", "bank", "partner_id", "date", "due_date", "currency", "amount",
    "bank_account_id", "memo", "step_date", "step_charges", "charge_partner",
)  # fmt: skip
_ALWAYS: Final = frozenset({"memo", "step_date", "step_charges", "charge_partner"})
"""What may be written at any time: it concerns the steps to come."""
_PURPOSES: Final[Mapping[str, Purpose]] = {
    "in_hand": "cheques_in_hand_account",
    "under_collection": "cheques_under_collection_account",
    "issued": "cheques_issued_account",
    "presented": "cheques_presented_account",
}


class ChequeHasMoved(Conflict):
    """The cheque is not where this step begins."""

    code = "cheque-state"


def create_cheque(session: Session, values: Mapping[str, Any]) -> Cheque:
    """Write a cheque down, with a draft of its payment that pays what is due first. Nothing is
    posted until it is received or issued."""
    cheque = Cheque(state="draft", step_charges=Decimal(0), currency=company_currency(session))
    _fill(session, cheque, values)
    session.add(cheque)
    _draft_payment(session, cheque)
    return cheque


def update_cheque(session: Session, cheque: Cheque, values: Mapping[str, Any]) -> Cheque:
    """Change a draft; of a cheque that has moved, what concerns its next step."""
    if cheque.state != "draft":
        changed = [
            name
            for name in _FIELDS
            if name in values and name not in _ALWAYS and values[name] != getattr(cheque, name)
        ]
        if changed:
            raise InvalidInput.of(
                changed[0],
                phrase("The cheque is in the books: this cannot be changed any more."),
                fix=phrase("Cancel or return it, and write a new one."),
            )
    _fill(session, cheque, values)
    if cheque.state == "draft":
        _draft_payment(session, cheque)
    session.flush()
    return cheque


def delete_cheque(session: Session, cheque: Cheque) -> None:
    """Throw a cheque away that was never posted."""
    if cheque.state != "draft":
        raise ChequeHasMoved(phrase("The cheque is in the books and cannot be deleted."))
    payment = cheque.payment
    session.delete(cheque)
    session.flush()
    if payment is not None:
        session.delete(payment)
        session.flush()


def advance(session: Session, cheque: Cheque, state: str) -> ChequeStep:
    """Take a cheque to its next state and post what that means; raises ChequeHasMoved where it
    cannot get there from where it is."""
    session.flush()
    session.refresh(cheque, with_for_update=True)
    step = next_states(cheque.kind, cheque.state).get(state)
    if step is None:
        raise ChequeHasMoved(
            phrase("Cheque {number} cannot take this step from where it is.", number=cheque.number),
            fix=phrase("Reload the page: somebody else may have taken it."),
        )
    day = _day(session, cheque)
    if step.effect == "begins":
        entry_id = _begin(session, cheque, day)
    elif step.effect == "moves":
        entry_id = _move(session, cheque, state, day)
    elif step.effect == "undoes":
        entry_id = _bring_back(session, cheque, state, day)
    else:
        entry_id = noted(session, cheque, state, day, _charges(session, cheque))
    taken = _taken(session, cheque, state, day, entry_id)
    began = cheque.payment.entry_id if cheque.payment else None
    set_off(session, cheque, [began, *(one.entry_id for one in cheque.steps)])
    return taken


def place_account(session: Session, cheque: Cheque, place: str) -> str:
    """The code of the account where the value of a cheque in that place stands."""
    if place == "bank":
        return cheque.bank_account.code
    return default_account(session, _PURPOSES[place]).code


def _fill(session: Session, cheque: Cheque, values: Mapping[str, Any]) -> None:
    for name in _FIELDS:
        if name in values:
            setattr(cheque, name, values[name])
    cheque.step_charges = cheque.step_charges or Decimal(0)
    cheque.bank = cheque.bank or ""
    problems = []
    if cheque.amount is None or cheque.amount <= 0:
        problems.append(Problem("amount", phrase("The amount must be more than zero.")))
    elif cheque.amount != round_money(cheque.amount, cheque.currency):
        message = phrase("{currency} has no smaller part.", currency=cheque.currency)
        problems.append(Problem("amount", message))
    if cheque.step_charges < 0:
        problems.append(Problem("step_charges", phrase("Charges cannot be negative.")))
    bank = session.get(Account, cheque.bank_account_id)
    if bank is None or bank.subtype != "bank" or not bank.active:
        problems.append(Problem("bank_account_id", phrase("Choose an active bank account.")))
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    cheque.partner = partner_name(session, cheque.partner_id)
    known = select(Cheque.id).where(
        Cheque.kind == cheque.kind, Cheque.partner_id == cheque.partner_id,
        Cheque.bank == cheque.bank, Cheque.number == cheque.number, Cheque.id != (cheque.id or 0),
    )  # fmt: skip
    with session.no_autoflush:
        if session.scalar(known.limit(1)) is not None:
            raise InvalidInput.of(
                "number",
                phrase("Cheque {number} of this partner is known already.", number=cheque.number),
            )


def _draft_payment(session: Session, cheque: Cheque) -> None:
    """The payment behind a cheque that is a draft, as the cheque says; what it pays is chosen
    anew where partner or amount changed."""
    begins = "in_hand" if cheque.kind == "received" else "issued"
    code = options(session, AccountingOptions).default_journal
    with session.no_autoflush:
        account = default_account(session, _PURPOSES[begins])
        journal = session.scalars(select(Journal).where(Journal.code == code)).one()
        payment = cheque.payment
    if payment is None or not payment.is_draft:
        payment = cheque.payment = Payment(state="draft", method="cheque")
    before = (payment.partner_id, payment.amount, payment.currency, payment.kind)
    payment.kind = "in" if cheque.kind == "received" else "out"
    payment.partner_id, payment.partner = cheque.partner_id, cheque.partner
    payment.date, payment.amount, payment.currency = cheque.date, cheque.amount, cheque.currency
    payment.reference, payment.memo = cheque.number, cheque.memo or ""
    payment.account_id, payment.journal_id = account.id, journal.id
    session.add(payment)
    session.flush()
    if before != (payment.partner_id, payment.amount, payment.currency, payment.kind):
        allocate(session, payment)


def _begin(session: Session, cheque: Cheque, day: date) -> int | None:
    if cheque.payment is None or not cheque.payment.is_draft:
        cheque.payment = None
        _draft_payment(session, cheque)
    payment = cheque.payment
    assert payment is not None
    payment.date = day
    return post_payment(session, payment).entry_id


def _move(session: Session, cheque: Cheque, state: str, day: date) -> int | None:
    return moved(
        session,
        cheque,
        state,
        day,
        frm=place_account(session, cheque, place_of(cheque.state)),
        to=place_account(session, cheque, place_of(state)),
        charges=_charges(session, cheque),
    )


def _bring_back(session: Session, cheque: Cheque, state: str, day: date) -> int | None:
    payment = cheque.payment
    if payment is None:
        raise RuntimeError(f"cheque {cheque.id} is in the books without a payment")
    reason = phrase(
        "Cheque {number} bounced" if state == "bounced" else "Cheque {number} given back",
        number=cheque.number,
    )
    return bring_back(
        session,
        payment,
        account=place_account(session, cheque, place_of(cheque.state)),
        on=day,
        reason=reason,
        charges=_charges(session, cheque),
    ).reversal_id


def _charges(session: Session, cheque: Cheque) -> Charges | None:
    if not cheque.step_charges:
        return None
    return Charges(cheque.step_charges, cheque.bank_account.code, cheque.charge_partner)


def _day(session: Session, cheque: Cheque) -> date:
    """The day of the step: as written, else the cheque's own for the first one, else today."""
    last = cheque.steps[-1].date if cheque.steps else None
    day = cheque.step_date or (today(session) if last else cheque.date)
    if last is not None and day < last:
        raise InvalidInput.of(
            "step_date",
            phrase("The step before this one was on {day}; choose that day or later.", day=last),
        )
    return day


def _taken(
    session: Session, cheque: Cheque, state: str, day: date, entry_id: int | None
) -> ChequeStep:
    step = ChequeStep(
        position=len(cheque.steps) + 1,
        state=state,
        date=day,
        charges=cheque.step_charges,
        entry_id=entry_id,
    )
    cheque.steps.append(step)
    cheque.state = state
    cheque.step_date, cheque.step_charges, cheque.charge_partner = None, Decimal(0), False
    session.flush()
    announce(session, RESOURCE, cheque.id)
    return step
