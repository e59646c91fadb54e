"""Payments of customers and refunds to them."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency, money_journals
from addons.sales.models import PAYMENT_KINDS, PAYMENT_METHODS, PAYMENT_STATES, Payment
from addons.sales.permissions import EDIT_PAYMENTS, POST_PAYMENTS, VIEW_INVOICES
from addons.sales.services import payment_drafts, related
from addons.sales.services.payments import post_payment
from addons.sales.services.titles import payment_title
from core.api import (
    Access,
    Action,
    Column,
    Discussion,
    Duplicate,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Operations,
    Print,
    RecordRules,
    Resource,
    Section,
    Suggestion,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("reversed", "bad"))


def _journals(session: Session, text: str) -> list[Suggestion]:
    wanted = text.strip().lower()
    return [
        Suggestion(one.journal, f"{one.title} {one.currency}")
        for one in money_journals(session)
        if wanted in f"{one.journal} {one.title}".lower()
    ]


def _post(session: Session, payment: Payment) -> str:
    return phrase("Posted as {number}.", number=post_payment(session, payment).number or "")


def _allocate(session: Session, payment: Payment) -> str:
    count = payment_drafts.pay_oldest(session, payment)
    return phrase("It pays {count} invoices.", count=str(count))


PAYMENTS: Final = Resource(
    name="payments",
    model=Payment,
    title=msg("Payments"),
    singular=msg("Payment"),
    help=msg("What customers paid, what was paid back to them, and what for."),
    access=Access(VIEW_INVOICES, EDIT_PAYMENTS, EDIT_PAYMENTS, EDIT_PAYMENTS),
    importing=Importing(
        key=("given_number",),
        synonyms=(
            ("given_number", "Receipt number"),
            ("given_number", "Payment number"),
            ("contact_id", "Customer"),
            ("day", "Paid on"),
            ("parts.invoice_id", "Invoice number"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=PAYMENT_KINDS),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("amount", msg("Amount"), widget="money", total=True, currency="currency"),
        Column("used", msg("Used"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("journal", msg("Bank or till")),
        Column("state", msg("State"), choices=PAYMENT_STATES, tones=_TONES),
        Column("reference", msg("Reference"), optional=True),
        Column("method", msg("By"), choices=PAYMENT_METHODS, optional=True),
    ),
    record_title=payment_title,
    search=("number", "given_number", "contact_name", "reference"),
    filters=(
        Filter("kind", msg("Kind"), choices=PAYMENT_KINDS),
        Filter("state", msg("State"), choices=PAYMENT_STATES),
        Filter("method", msg("By"), choices=PAYMENT_METHODS),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("day", msg("Date")),
        Filter("journal", msg("Bank or till")),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("amount", msg("Amount")),
    ),
    views=(
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView("refunds", msg("Refunds"), where=(("kind", "refund"),)),
    ),
    order=("-day", "-id"),
    form=(
        Section(
            msg("Payment"),
            (
                Field("kind", msg("Kind"), choices=PAYMENT_KINDS),
                Field("contact_id", msg("Customer"), reference="contacts.contacts"),
                Field("day", msg("Date"), initial=today),
                Field("amount", msg("Amount"), widget="money"),
                Field("currency", msg("Currency"), initial=company_currency, required=False),
                Field("journal", msg("Bank or till"), required=False, suggest=_journals),
                Field("reference", msg("Reference"), required=False),
                Field("state", msg("State"), choices=PAYMENT_STATES, readonly=True),
            ),
        ),
        Section(
            msg("Details"),
            (
                Field(
                    "order_id",
                    msg("Paid ahead for"),
                    reference="sales.orders",
                    help=msg("It is set against the invoices of this order when they are posted."),
                ),
                Field("given_number", msg("Number given elsewhere"), required=False),
                Field("rate", msg("Rate"), help=msg("Left empty, the books know.")),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("used", msg("Used"), widget="money", readonly=True),
                Field("note", msg("Note"), widget="multiline", required=False),
                Field("reversal_reason", msg("Reversed because"), readonly=True),
            ),
            below_lines=True,
        ),
    ),
    lines=(
        Lines(
            "parts",
            msg("What it pays"),
            (
                Field("invoice_id", msg("Invoice"), reference="sales.invoices"),
                Field("amount", msg("Amount"), widget="money"),
            ),
            totals=("amount",),
            order="position",
        ),
    ),
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_PAYMENTS,
            _post,
            when=lambda payment: payment.state == "draft",
            style="primary",
            bulk=True,
        ),
        Action(
            "allocate",
            msg("Pay the oldest first"),
            EDIT_PAYMENTS,
            _allocate,
            when=lambda payment: payment.state == "draft",
            bulk=True,
        ),
    ),
    operations=Operations(
        payment_drafts.create_payment,
        payment_drafts.update_payment,
        payment_drafts.delete_payment,
    ),
    rules=RecordRules(branch="branch_id"),
    editable=lambda payment: payment.state == "draft",
    state="state",
    duplicate=Duplicate(leave_out=("given_number", "rate", "reference")),
    discussed=Discussion(write=VIEW_INVOICES),
    related=related.of_payment,
    prints=(
        Print(
            title=msg("Receipt"),
            party="contact_id",
            leave_out=("kind", "state", "branch_id", "given_number", "rate", "reversal_reason"),
            when=lambda payment: payment.state != "draft",
        ),
    ),
)
