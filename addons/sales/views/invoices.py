"""Invoices and credit notes."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import (
    INVOICE_BASES,
    INVOICE_KINDS,
    INVOICE_STATES,
    PAYMENT_PROGRESS,
    Invoice,
)
from addons.sales.permissions import EDIT_INVOICES, POST_INVOICES, VIEW_INVOICES
from addons.sales.services import crediting, invoices, related
from addons.sales.services.posting import post_invoice
from addons.sales.services.sending import ask_for_mail
from addons.sales.services.titles import invoice_title
from addons.sales.views.invoice_form import FORM, LINES
from addons.sales.views.invoice_prints import PRINTS
from core.api import (
    Access,
    Action,
    Board,
    Calendar,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Filter,
    Importing,
    ListView,
    Operations,
    Pivot,
    RecordRules,
    Resource,
    Tone,
    msg,
    phrase,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"),)
_PAID: Final[tuple[tuple[str, Tone], ...]] = (("partly", "warning"), ("paid", "good"))


def _post(session: Session, invoice: Invoice) -> str:
    return phrase("Posted as {number}.", number=post_invoice(session, invoice).number or "")


def _send(session: Session, invoice: Invoice) -> str:
    return phrase("On its way to {address}.", address=ask_for_mail(session, invoice))


def _credit(session: Session, invoice: Invoice) -> str:
    note = crediting.credit_invoice(session, invoice, "cancellation")
    return phrase(
        "A draft of a credit note of {total} {currency} was written.",
        total=f"{note.total:f}",
        currency=note.currency,
    )


INVOICES: Final = Resource(
    name="invoices",
    model=Invoice,
    title=msg("Invoices"),
    singular=msg("Invoice"),
    help=msg("What customers are asked for, and what they are credited with."),
    access=Access(VIEW_INVOICES, EDIT_INVOICES, EDIT_INVOICES, EDIT_INVOICES),
    importing=Importing(
        key=("given_number",),
        synonyms=(
            ("given_number", "Invoice number"),
            ("given_number", "Invoice"),
            ("given_number", "رقم الفاتورة"),
            ("contact_id", "Customer"),
            ("contact_id", "العميل"),
            ("day", "Invoice date"),
            ("lines.order_id", "Order ID"),
            ("lines.order_id", "Order number"),
            ("lines.order_id", "رقم الطلب"),
            ("lines.product_id", "Product"),
            ("lines.quantity", "Qty"),
            ("lines.price", "Unit price"),
            ("lines.discount_percent", "Discount"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=INVOICE_KINDS),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("due_day", msg("Due")),
        Column("total", msg("Total"), widget="money", total=True, currency="currency"),
        Column("settled", msg("Paid"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=INVOICE_STATES, tones=_TONES),
        Column("payment_progress", msg("Payment"), choices=PAYMENT_PROGRESS, tones=_PAID),
        Column("reference", msg("Customer's number"), optional=True),
        Column(
            "retained",
            msg("Kept back"),
            widget="money",
            total=True,
            currency="currency",
            optional=True,
        ),
        Column("retained_until", msg("Kept back until"), optional=True),
        Column("basis", msg("For"), choices=INVOICE_BASES, optional=True),
        Column("net", msg("Net"), widget="money", total=True, currency="currency", optional=True),
        Column("tax", msg("Taxes"), widget="money", total=True, currency="currency", optional=True),
    ),
    record_title=invoice_title,
    search=("number", "given_number", "contact_name", "reference"),
    filters=(
        Filter("kind", msg("Kind"), choices=INVOICE_KINDS),
        Filter("state", msg("State"), choices=INVOICE_STATES),
        Filter("payment_progress", msg("Payment"), choices=PAYMENT_PROGRESS),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("day", msg("Date")),
        Filter("due_day", msg("Due")),
        Filter("basis", msg("For"), choices=INVOICE_BASES),
        Filter("salesperson_id", msg("Salesperson"), reference="core.users"),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("total", msg("Total")),
        Filter("retained", msg("Kept back")),
        Filter("retained_until", msg("Kept back until")),
    ),
    views=(
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView(
            "unpaid",
            msg("Not paid"),
            where=(("state", "posted"), ("kind", "invoice"), ("payment_progress__ne", "paid")),
            sort=("due_day",),
        ),
        ListView("credit_notes", msg("Credit notes"), where=(("kind", "credit_note"),)),
        ListView("advances", msg("Advances"), where=(("basis", "advance"),)),
        ListView(
            "retentions",
            msg("With retention"),
            where=(("state", "posted"), ("retained__gt", "0")),
            sort=("retained_until",),
        ),
    ),
    order=("-day", "-id"),
    form=FORM,
    lines=LINES,
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_INVOICES,
            _post,
            when=lambda invoice: invoice.is_draft,
            confirm=msg("It gets its number and cannot be changed any more. Post it?"),
            style="primary",
            bulk=True,
        ),
        Action(
            "send",
            msg("Send by e-mail"),
            EDIT_INVOICES,
            _send,
            when=lambda invoice: not invoice.is_draft,
            bulk=True,
        ),
        Action(
            "credit",
            msg("Credit in full"),
            EDIT_INVOICES,
            _credit,
            when=lambda invoice: (
                not invoice.is_draft and invoice.kind == "invoice" and invoice.basis != "retention"
            ),
            confirm=msg("This writes a draft of a credit note for all that is left. Write it?"),
        ),
    ),
    operations=Operations(
        invoices.create_invoice, invoices.update_invoice, invoices.delete_invoice
    ),
    rules=RecordRules(owner="salesperson_id", team="team_id", branch="branch_id"),
    editable=lambda invoice: invoice.is_draft,
    state="state",
    displays=Displays(
        board=Board(
            "state", moves=(("posted", "post"),), card=("contact_name", "total", "due_day")
        ),
        calendar=Calendar("due_day"),
        pivot=Pivot("contact_id", "day:month", "total", "bar"),
    ),
    duplicate=Duplicate(
        leave_out=(
            "given_number",
            "rate",
            "day",
            "reference",
            "coupon_codes",
            "retention_percent",
            "retained_until",
        )
    ),
    discussed=Discussion(write=VIEW_INVOICES),
    related=related.of_invoice,
    prints=PRINTS,
)
