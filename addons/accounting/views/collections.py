"""Statements of account, and reminders with their levels, runs, letters and exceptions."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models.collections import LANGUAGES, SIDES, AccountStatement
from addons.accounting.permissions import COLLECT, VIEW_BOOKS
from addons.accounting.services.collections import account_statements, mailing
from addons.contacts.api import get_contact
from core.api import (
    Access,
    Action,
    Column,
    Discussion,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Print,
    PrintSum,
    Resource,
    Section,
    msg,
    phrase,
    today,
)


def _month_begin(session: Session) -> Any:
    return today(session).replace(day=1)


def _send(session: Session, statement: AccountStatement) -> str:
    mailing.ask_for_mail(session, statement)
    return phrase("The statement is on its way.")


def partner_address(session: Session, record: Any) -> Iterable[str]:
    """The lines under a partner's name on paper."""
    contact = get_contact(session, record.partner_id)
    if contact is None:
        return ()
    street = " ".join(part for part in (contact.building_number, contact.street) if part)
    town = " ".join(part for part in (contact.postal_code, contact.city) if part)
    return (street, contact.district, town, contact.region, contact.country, contact.tax_number)


ACCOUNT_STATEMENTS: Final = Resource(
    name="account-statements",
    model=AccountStatement,
    title=msg("Statements of account"),
    singular=msg("Statement of account"),
    help=msg("What a partner owed before, what happened, and what they owe now, to be sent."),
    access=Access(VIEW_BOOKS, COLLECT, None, COLLECT),
    columns=(
        Column("partner", msg("Partner")),
        Column("start_date", msg("From")),
        Column("end_date", msg("To")),
        Column("closing", msg("Closing balance"), widget="money", total=True, currency="currency"),
        Column("overdue", msg("Overdue"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("language", msg("Language"), choices=LANGUAGES),
        Column("sent_at", msg("Sent at")),
        Column("side", msg("As"), choices=SIDES, optional=True),
    ),
    record_title=lambda statement: f"{statement.partner} {statement.end_date.isoformat()}",
    form=(
        Section(
            msg("Statement of account"),
            (
                Field("partner_id", msg("Partner"), reference="contacts.contacts"),
                Field("side", msg("As"), choices=SIDES),
                Field("start_date", msg("From"), initial=_month_begin),
                Field("end_date", msg("To"), initial=today),
                Field("language", msg("Language"), choices=LANGUAGES, required=False),
                Field("currency", msg("Currency"), readonly=True),
                Field("opening", msg("Opening balance"), widget="money", readonly=True),
                Field("debits", msg("Debits"), widget="money", readonly=True),
                Field("credits", msg("Credits"), widget="money", readonly=True),
                Field("closing", msg("Closing balance"), widget="money", readonly=True),
                Field("overdue", msg("Overdue"), widget="money", readonly=True),
                Field("sent_at", msg("Sent at"), readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Movements"),
            (
                Field("date", msg("Date"), readonly=True),
                Field("number", msg("Document"), readonly=True),
                Field("reference", msg("Reference"), readonly=True),
                Field("due_date", msg("Due"), readonly=True),
                Field("debit", msg("Debit"), widget="money", readonly=True),
                Field("credit", msg("Credit"), widget="money", readonly=True),
                Field("balance", msg("Balance"), widget="money", readonly=True),
            ),
            totals=("debit", "credit"),
        ),
        Lines(
            "ages",
            msg("How old it is"),
            (
                Field("days", msg("Days overdue"), readonly=True),
                Field("amount", msg("Amount"), widget="money", readonly=True),
            ),
            totals=("amount",),
        ),
    ),
    search=("partner",),
    filters=(
        Filter("partner_id", msg("Partner"), reference="contacts.contacts"),
        Filter("end_date", msg("To")),
        Filter("side", msg("As"), choices=SIDES),
    ),
    views=(ListView("not_sent", msg("Not sent"), where=(("sent_at__empty", "true"),)),),
    order=("-end_date", "partner"),
    operations=Operations(account_statements.create_statements),
    editable=lambda statement: statement.sent_at is None,
    discussed=Discussion(write=COLLECT),
    prints=(
        Print(
            party="partner_id",
            address=partner_address,
            currency="currency",
            total="closing",
            sums=(
                PrintSum(msg("Opening balance"), "opening"),
                PrintSum(msg("Debits"), "debits"),
                PrintSum(msg("Credits"), "credits"),
            ),
            leave_out=(
                "side", "language", "sent_at", "opening", "debits", "credits",
            ),
        ),
    ),
    actions=(
        Action(
            "send",
            msg("Send by e-mail"),
            COLLECT,
            _send,
            when=lambda statement: statement.sent_at is None,
            style="primary",
            bulk=True,
        ),
    ),
)  # fmt: skip

RESOURCES: Final = (ACCOUNT_STATEMENTS,)
