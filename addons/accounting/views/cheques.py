"""Cheques: their list and calendar, and an action for each step."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.cheques import CHEQUE_KINDS, CHEQUE_STATES, Cheque
from addons.accounting.permissions import EDIT_PAYMENTS, POST_PAYMENTS, VIEW_BOOKS
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.payments import cheques
from addons.accounting.services.payments.cheque_states import can_become
from core.api import (
    Access,
    Action,
    Board,
    Calendar,
    Column,
    Displays,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("draft", "warning"),
    ("cleared", "good"),
    ("bounced", "bad"),
    ("cancelled", "bad"),
)
_STATES: Final = dict(CHEQUE_STATES)


def _step(
    state: str, title: str, *, confirm: str = "", style: str = "secondary", bulk: bool = False
) -> Action:
    def run(session: Session, cheque: Cheque) -> str:
        cheques.advance(session, cheque, state)
        return phrase(
            "Cheque {number}: {state}.", number=cheque.number, state=phrase(_STATES[state])
        )

    return Action(
        f"to_{state}",
        title,
        POST_PAYMENTS,
        run,
        when=lambda cheque: can_become(cheque.kind, cheque.state, state),
        confirm=confirm,
        style=style,  # type: ignore[arg-type]
        bulk=bulk,
    )


def _related(session: Session, cheque: Cheque) -> Iterable[Related]:
    yield Related("accounting.payments", cheque.payment_id, msg("Payment"))
    for step in cheque.steps:
        yield Related("accounting.entries", step.entry_id, _STATES[step.state])


def _bank_account(session: Session) -> int | None:
    bank = select(Account.id).where(Account.subtype == "bank", Account.active)
    return session.scalar(bank.order_by(Account.code).limit(1))


_WAITING: Final = (("state", "received"), ("state", "issued"))

CHEQUES: Final = Resource(
    name="cheques",
    model=Cheque,
    title=msg("Cheques"),
    singular=msg("Cheque"),
    help=msg("Cheques received and issued, post-dated ones too, until the bank has paid them."),
    access=Access(VIEW_BOOKS, EDIT_PAYMENTS, EDIT_PAYMENTS, EDIT_PAYMENTS),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Direction"), choices=CHEQUE_KINDS),
        Column("partner", msg("Partner")),
        Column("bank", msg("Drawn on")),
        Column("due_date", msg("Payable from")),
        Column("amount", msg("Amount"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=CHEQUE_STATES, tones=_TONES),
        Column("date", msg("Date"), optional=True),
        Column("memo", msg("Memo"), optional=True),
    ),
    record_title=lambda cheque: f"{cheque.number} {cheque.partner}",
    form=(
        Section(
            msg("Cheque"),
            (
                Field("kind", msg("Direction"), choices=CHEQUE_KINDS),
                Field("number", msg("Number")),
                Field("bank", msg("Drawn on"), help=msg("The bank that is to pay it.")),
                Field("partner_id", msg("Partner"), reference="contacts.contacts"),
                Field("date", msg("Date"), initial=today, help=msg("When it changed hands.")),
                Field(
                    "due_date",
                    msg("Payable from"),
                    initial=today,
                    help=msg("The date on the cheque; later than today if it is post-dated."),
                ),
                Field("amount", msg("Amount"), widget="money"),
                Field("currency", msg("Currency"), initial=company_currency),
                Field(
                    "bank_account_id",
                    msg("Our bank account"),
                    reference="accounting.accounts",
                    initial=_bank_account,
                ),
                Field("memo", msg("Memo"), widget="multiline"),
                Field("state", msg("State"), choices=CHEQUE_STATES, readonly=True),
            ),
        ),
        Section(
            msg("Next step"),
            (
                Field("step_date", msg("Date of the next step"), help=msg("Empty means today.")),
                Field(
                    "step_charges",
                    msg("Charges of the bank"),
                    widget="money",
                    required=False,
                    help=msg("In the company's currency."),
                ),
                Field("charge_partner", msg("The partner bears the charges")),
            ),
        ),
    ),
    lines=(
        Lines(
            "steps",
            msg("Steps"),
            (
                Field("date", msg("Date"), readonly=True),
                Field("state", msg("State"), choices=CHEQUE_STATES, readonly=True),
                Field("charges", msg("Charges"), widget="money", readonly=True),
            ),
        ),
    ),
    search=("number", "partner", "bank"),
    filters=(
        Filter("kind", msg("Direction"), choices=CHEQUE_KINDS),
        Filter("state", msg("State"), choices=CHEQUE_STATES),
        Filter("due_date", msg("Payable from")),
        Filter("partner_id", msg("Partner"), reference="contacts.contacts"),
    ),
    views=(
        ListView("waiting", msg("Waiting for their day"), where=_WAITING, sort=("due_date",)),
        ListView(
            "today",
            msg("Payable today"),
            where=(*_WAITING, ("due_date__during", "today")),
        ),
        ListView(
            "at_the_bank",
            msg("At the bank"),
            where=(("state", "deposited"), ("state", "presented")),
        ),
        ListView("bounced", msg("Bounced"), where=(("state", "bounced"),)),
        ListView("by_month", msg("By month"), where=_WAITING, group=("due_date:month",)),
    ),
    order=("due_date", "id"),
    actions=(
        _step("received", msg("Receive"), style="primary", bulk=True),
        _step("issued", msg("Issue"), style="primary", bulk=True),
        _step("deposited", msg("Deposit"), style="primary", bulk=True),
        _step("presented", msg("Presented to the bank"), style="primary", bulk=True),
        _step("cleared", msg("Cleared"), style="primary", bulk=True),
        _step(
            "bounced",
            msg("Bounced"),
            confirm=msg("What the cheque paid will be open again. Has it bounced?"),
            style="danger",
        ),
        _step(
            "returned",
            msg("Hand back"),
            confirm=msg("What the cheque paid will be open again. Hand it back?"),
            style="danger",
        ),
        _step(
            "cancelled",
            msg("Cancel"),
            confirm=msg("What the cheque paid will be open again. Cancel it?"),
            style="danger",
        ),
    ),
    operations=Operations(cheques.create_cheque, cheques.update_cheque, cheques.delete_cheque),
    state="state",
    displays=Displays(
        calendar=Calendar("due_date"),
        board=Board("state", moves=tuple((state, f"to_{state}") for state in _STATES)[1:]),
    ),
    related=_related,
)

RESOURCES: Final = (CHEQUES,)
