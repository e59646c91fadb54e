"""Payments received and paid, and proposals to pay suppliers."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.models.payments import (
    PAYMENT_KINDS,
    PAYMENT_STATES,
    RUN_STATES,
    Payment,
    PaymentRun,
)
from addons.accounting.permissions import EDIT_PAYMENTS, POST_PAYMENTS, VIEW_BOOKS
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.payments import documents, posting, reversing, runs
from core.api import (
    Access,
    Action,
    Board,
    Column,
    Displays,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Print,
    Related,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("reversed", "bad"))


def payment_title(payment: Payment) -> str:
    """The number of a posted payment's entry, the id of a draft."""
    if payment.entry is not None and payment.entry.number:
        return payment.entry.number
    return phrase("Payment {id}", id=payment.id)


def _allocate(session: Session, payment: Payment) -> str:
    count = documents.allocate(session, payment)
    return phrase("{count} items are paid by it.", count=count)


def _post(session: Session, payment: Payment) -> str:
    posting.post_payment(session, payment)
    seal_now(session)
    return phrase("Posted as {number}.", number=payment_title(payment))


def _reverse(session: Session, payment: Payment) -> str:
    reversing.reverse_payment(session, payment)
    return phrase("Reversed; what it paid is open again.")


def _pay_run(session: Session, run: PaymentRun) -> str:
    made = runs.pay_run(session, run)
    return phrase("{count} payments were posted.", count=len(made))


def _propose(session: Session, run: PaymentRun) -> str:
    return phrase("{count} items are due.", count=runs.propose(session, run))


def _related(session: Session, payment: Payment) -> Iterable[Related]:
    for item in payment.items:
        yield Related("accounting.entries", item.line.entry_id, msg("Pays"), before=True)
    yield Related("accounting.entries", payment.entry_id, msg("Posted as"))
    yield Related("accounting.entries", payment.reversal_id, msg("Reversed by"))


def _money_account(session: Session) -> int | None:
    money = select(Account.id).where(Account.subtype == "bank", Account.active)
    return session.scalar(money.order_by(Account.code).limit(1))


def _bank_journal(session: Session) -> int | None:
    bank = select(Journal.id).where(Journal.type == "bank", Journal.active)
    return session.scalar(bank.order_by(Journal.code).limit(1))


def _is_own_draft(payment: Payment) -> bool:
    """A cheque's payment is posted by the cheque."""
    return payment.is_draft and payment.method == "transfer"


_VOUCHER: Final = {
    "party": "partner_id",
    "total": "amount",
    "currency": "currency",
    "leave_out": ("kind", "journal_id", "charges", "company_amount", "items.open_item_id"),
}

PAYMENTS: Final = Resource(
    name="payments",
    model=Payment,
    title=msg("Payments"),
    singular=msg("Payment"),
    help=msg("Money that came in from customers or went out to suppliers, and what it pays."),
    access=Access(VIEW_BOOKS, EDIT_PAYMENTS, EDIT_PAYMENTS, EDIT_PAYMENTS),
    columns=(
        Column("entry.number", msg("Number")),
        Column("date", msg("Date")),
        Column("kind", msg("Direction"), choices=PAYMENT_KINDS),
        Column("partner", msg("Partner")),
        Column("account.name", msg("Account")),
        Column("reference", msg("Reference")),
        Column("amount", msg("Amount"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=PAYMENT_STATES, tones=_TONES),
        Column("memo", msg("Memo"), optional=True),
        Column("source_type", msg("Made from"), optional=True),
    ),
    record_title=payment_title,
    form=(
        Section(
            msg("Payment"),
            (
                Field("kind", msg("Direction"), choices=PAYMENT_KINDS),
                Field("partner_id", msg("Partner"), reference="contacts.contacts"),
                Field("date", msg("Date"), initial=today),
                Field(
                    "journal_id",
                    msg("Journal"),
                    reference="accounting.journals",
                    initial=_bank_journal,
                ),
                Field(
                    "account_id",
                    msg("Bank or cash account"),
                    reference="accounting.accounts",
                    initial=_money_account,
                ),
                Field("amount", msg("Amount"), widget="money"),
                Field("currency", msg("Currency"), initial=company_currency),
                Field("state", msg("State"), choices=PAYMENT_STATES, readonly=True),
            ),
        ),
        Section(
            msg("Details"),
            (
                Field("reference", msg("Reference")),
                Field(
                    "charges",
                    msg("Bank charges"),
                    widget="money",
                    required=False,
                    help=msg("In the currency of the payment."),
                ),
                Field(
                    "company_amount",
                    msg("Amount in the company's currency"),
                    widget="money",
                    help=msg(
                        "What the bank booked for a payment in a foreign currency. Left empty,"
                        " the rate of the day decides."
                    ),
                ),
                Field("memo", msg("Memo"), widget="multiline"),
                Field("reversal_reason", msg("Why it was reversed"), readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "items",
            msg("What it pays"),
            (
                Field(
                    "open_item_id",
                    msg("Open item"),
                    reference="accounting.open-items",
                    required=True,
                ),
                Field("number", msg("Document"), readonly=True),
                Field("amount", msg("Paid"), widget="money"),
                Field("discount", msg("Discount"), widget="money", required=False),
            ),
            totals=("amount", "discount"),
            order="position",
        ),
    ),
    search=("partner", "reference", "memo", "entry.number"),
    filters=(
        Filter("kind", msg("Direction"), choices=PAYMENT_KINDS),
        Filter("date", msg("Date")),
        Filter("partner_id", msg("Partner"), reference="contacts.contacts"),
        Filter("account_id", msg("Account"), reference="accounting.accounts"),
        Filter("state", msg("State"), choices=PAYMENT_STATES),
        Filter("amount", msg("Amount")),
    ),
    views=(
        ListView("received", msg("Received"), where=(("kind", "in"),)),
        ListView("paid", msg("Paid"), where=(("kind", "out"),)),
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
    ),
    order=("-date", "-id"),
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_PAYMENTS,
            _post,
            when=_is_own_draft,
            confirm=msg("This posts the payment and settles what it pays. Post it?"),
            style="primary",
            bulk=True,
        ),
        Action(
            "allocate",
            msg("Pay the oldest items"),
            EDIT_PAYMENTS,
            _allocate,
            when=lambda payment: payment.is_draft,
        ),
        Action(
            "reverse",
            msg("Reverse"),
            POST_PAYMENTS,
            _reverse,
            when=lambda payment: payment.state == "posted" and payment.method == "transfer",
            confirm=msg("What it paid will be open again. Reverse the payment?"),
            style="danger",
        ),
    ),
    operations=Operations(
        documents.create_payment, documents.update_payment, documents.delete_payment
    ),
    editable=lambda payment: payment.is_draft,
    state="state",
    displays=Displays(board=Board("state", moves=(("posted", "post"), ("reversed", "reverse")))),
    prints=(
        Print(title=msg("Receipt voucher"), when=lambda p: p.kind == "in", **_VOUCHER),
        Print("payment", msg("Payment voucher"), when=lambda p: p.kind == "out", **_VOUCHER),
    ),
    related=_related,
)

PAYMENT_RUNS: Final = Resource(
    name="payment-runs",
    model=PaymentRun,
    title=msg("Payment proposals"),
    singular=msg("Payment proposal"),
    help=msg("What is due to suppliers until a day, to be paid together."),
    access=Access(VIEW_BOOKS, EDIT_PAYMENTS, EDIT_PAYMENTS, EDIT_PAYMENTS),
    columns=(
        Column("date", msg("Date of payment")),
        Column("due_until", msg("Due until")),
        Column("account.name", msg("Account")),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=RUN_STATES, tones=(("paid", "good"),)),
    ),
    record_title=lambda run: phrase("Proposal {id}", id=run.id),
    form=(
        Section(
            msg("Payment proposal"),
            (
                Field("date", msg("Date of payment"), initial=today),
                Field("due_until", msg("Due until"), initial=today),
                Field(
                    "journal_id",
                    msg("Journal"),
                    reference="accounting.journals",
                    initial=_bank_journal,
                ),
                Field(
                    "account_id",
                    msg("Bank or cash account"),
                    reference="accounting.accounts",
                    initial=_money_account,
                ),
                Field(
                    "currency",
                    msg("Currency"),
                    help=msg("Only what was agreed in it. Empty means all."),
                ),
                Field("take_discounts", msg("Take early-payment discounts")),
                Field("state", msg("State"), choices=RUN_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "items",
            msg("To be paid"),
            (
                Field("partner", msg("Supplier"), readonly=True),
                Field("number", msg("Document"), readonly=True),
                Field("due_date", msg("Due"), readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("amount", msg("Amount"), widget="money"),
                Field("discount", msg("Discount"), widget="money", readonly=True),
            ),
            totals=("amount",),
            order="position",
        ),
    ),
    filters=(
        Filter("state", msg("State"), choices=RUN_STATES),
        Filter("date", msg("Date of payment")),
    ),
    order=("-date", "-id"),
    actions=(
        Action(
            "pay",
            msg("Pay"),
            POST_PAYMENTS,
            _pay_run,
            when=lambda run: run.state == "proposed",
            confirm=msg("This posts a payment for each supplier named here. Pay them?"),
            style="primary",
        ),
        Action(
            "propose",
            msg("Propose anew"),
            EDIT_PAYMENTS,
            _propose,
            when=lambda run: run.state == "proposed",
        ),
    ),
    operations=Operations(runs.create_run, runs.update_run, runs.delete_run),
    editable=lambda run: run.state == "proposed",
    state="state",
)

RESOURCES: Final = (PAYMENTS, PAYMENT_RUNS)
