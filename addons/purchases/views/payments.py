"""Payments to suppliers."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Payment
from addons.purchases.models.choices import PAYMENT_KINDS, PAYMENT_STATES
from addons.purchases.permissions import PAY, VIEW_PURCHASES
from addons.purchases.services.payments import applying, posting, writing
from addons.purchases.services.related import of_payment
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
    Tone,
    actor,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("reversed", "bad"))


def _post(session: Session, payment: Payment) -> str:
    return phrase("Posted as {number}.", number=posting.post_payment(session, payment).number)


def _fill(session: Session, payment: Payment) -> str:
    filled = writing.fill_with_oldest(session, payment)
    return phrase("{count} bills are paid by it.", count=len(filled.lines))


def _apply(session: Session, payment: Payment) -> str:
    return phrase("Set against {count} bills.", count=len(applying.apply_payment(session, payment)))


def _reverse(session: Session, payment: Payment) -> str:
    posting.reverse_payment(session, payment, actor(session).name)
    return phrase("Reversed; what it paid is open again.")


PAYMENTS: Final = Resource(
    name="payments",
    model=Payment,
    title=msg("Payments to suppliers"),
    singular=msg("Payment"),
    help=msg("Money that went to suppliers or came back, the bills it pays, and advances."),
    access=Access(VIEW_PURCHASES, PAY, PAY, PAY),
    importing=Importing(
        key=("contact_id", "reference"),
        synonyms=(
            ("contact_id", "Vendor"),
            ("date", "Paid on"),
            ("reference", "Payment number"),
            ("lines.bill_id", "Bill number"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=PAYMENT_KINDS),
        Column("contact_name", msg("Supplier")),
        Column("date", msg("Date")),
        Column("amount", msg("Amount"), widget="money", total=True, currency="currency"),
        Column("unapplied", msg("Not used yet"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("reference", msg("Reference")),
        Column("state", msg("State"), choices=PAYMENT_STATES, tones=_TONES),
    ),
    record_title=writing.payment_title,
    search=("number", "contact_name", "reference"),
    filters=(
        Filter("state", msg("State"), choices=PAYMENT_STATES),
        Filter("kind", msg("Kind"), choices=PAYMENT_KINDS),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("date", msg("Date")),
        Filter("amount", msg("Amount")),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
    ),
    views=(
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView("advances", msg("Not used up"), where=(("unapplied__gt", "0"),)),
    ),
    order=("-date", "-id"),
    form=(
        Section(
            msg("Payment"),
            (
                Field("kind", msg("Kind"), choices=PAYMENT_KINDS),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("date", msg("Date"), initial=today),
                Field(
                    "amount",
                    msg("Amount"),
                    widget="money",
                    required=False,
                    help=msg("Empty: what the bills come to."),
                ),
                Field("currency", msg("Currency"), required=False),
                Field(
                    "rate",
                    msg("Rate"),
                    help=msg("What the bank booked for one of it. Empty: the rate of the day."),
                ),
                Field(
                    "journal",
                    msg("Bank or till"),
                    required=False,
                    suggest=writing.suggest_journals,
                ),
                Field("reference", msg("Reference")),
                Field(
                    "order_id",
                    msg("Advance for order"),
                    reference="purchases.orders",
                    help=msg("What no bill takes is paid in advance for it."),
                ),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("unapplied", msg("Not used yet"), widget="money", readonly=True),
                Field("state", msg("State"), choices=PAYMENT_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("What it pays"),
            (
                Field("bill_id", msg("Bill"), reference="purchases.bills"),
                Field("amount", msg("Paid"), widget="money", required=False),
            ),
            totals=("amount",),
            order="position",
        ),
    ),
    actions=(
        Action(
            "post",
            msg("Post"),
            PAY,
            _post,
            when=lambda payment: payment.state == "draft",
            confirm=msg("This posts the payment. Post it?"),
            style="primary",
            bulk=True,
        ),
        Action(
            "fill",
            msg("Pay what is due first"),
            PAY,
            _fill,
            when=lambda payment: payment.state == "draft",
        ),
        Action(
            "apply",
            msg("Set against open bills"),
            PAY,
            _apply,
            when=lambda payment: (
                payment.state == "posted" and payment.kind == "payment" and payment.unapplied > 0
            ),
        ),
        Action(
            "reverse",
            msg("Reverse"),
            PAY,
            _reverse,
            when=lambda payment: payment.state == "posted",
            confirm=msg("What it paid will be open again. Reverse the payment?"),
            style="danger",
        ),
    ),
    operations=Operations(writing.create_payment, writing.update_payment, writing.delete_payment),
    editable=lambda payment: payment.state == "draft",
    state="state",
    duplicate=Duplicate(offered=False),
    rules=RecordRules(branch="branch_id"),
    discussed=Discussion(write=VIEW_PURCHASES),
    prints=(Print(title=msg("Payment voucher"), party="contact_id"),),
    related=of_payment,
)

RESOURCES: Final = (PAYMENTS,)
