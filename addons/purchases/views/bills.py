"""Suppliers' bills and debit notes."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Bill
from addons.purchases.models.choices import (
    BILL_KINDS,
    BILL_ROLES,
    MATCH_STATES,
    PAID_STATES,
    POSTING_STATES,
)
from addons.purchases.permissions import EDIT_BILLS, POST_BILLS, RELEASE_BILLS, VIEW_PURCHASES
from addons.purchases.services.bills import writing
from addons.purchases.services.bills.posting import post_bill
from addons.purchases.services.bills.references import ask_for_reference
from addons.purchases.services.bills.releasing import release_bill
from addons.purchases.services.payments.applying import apply_to_oldest
from addons.purchases.services.related import of_bill
from core.api import (
    Access,
    Action,
    Board,
    Calendar,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Field,
    Filter,
    Importing,
    LineColumn,
    Lines,
    ListView,
    Made,
    Operations,
    Pivot,
    Print,
    PrintSum,
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_MATCH: Final[tuple[tuple[str, Tone], ...]] = (("no", "bad"), ("released", "warning"))
_PAID: Final[tuple[tuple[str, Tone], ...]] = (("partial", "warning"), ("paid", "good"))


def _post(session: Session, bill: Bill) -> str:
    ask_for_reference(session, bill)
    posted = post_bill(session, bill)
    if posted.match == "no":
        return phrase("Posted as {number}. It differs, and should not be paid yet.",
                      number=posted.number)  # fmt: skip
    return phrase("Posted as {number}.", number=posted.number)


def _release(session: Session, bill: Bill) -> str:
    release_bill(session, bill)
    return phrase("Released for payment.")


def _apply(session: Session, bill: Bill) -> str:
    made = apply_to_oldest(session, bill)
    return phrase("Set against {count} bills.", count=len(made))


def _correct(session: Session, bill: Bill) -> Made:
    note = writing.create_bill(session, {"kind": "debit_note", "corrects_id": bill.id})
    said = phrase("A draft debit note of {total} {currency} was written.", total=note.total,
                  currency=note.currency)  # fmt: skip
    return Made("purchases.bills", note.id, said)


BILLS: Final = Resource(
    name="bills",
    model=Bill,
    title=msg("Bills"),
    singular=msg("Bill"),
    help=msg("What suppliers ask for, held against what was ordered and received."),
    access=Access(VIEW_PURCHASES, EDIT_BILLS, EDIT_BILLS, EDIT_BILLS),
    importing=Importing(
        key=("contact_id", "supplier_reference"),
        synonyms=(
            ("supplier_reference", "Bill number"),
            ("supplier_reference", "Invoice number"),
            ("supplier_reference", "رقم الفاتورة"),
            ("contact_id", "Vendor"),
            ("contact_id", "المورد"),
            ("order_id", "Purchase order"),
            ("order_id", "PO number"),
            ("date", "Bill date"),
            ("date", "Invoice date"),
            ("due_on", "Due date"),
            ("lines.product_id", "SKU"),
            ("lines.quantity", "Qty"),
            ("lines.price", "Unit price"),
        ),
    ),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=BILL_KINDS),
        Column("contact_name", msg("Supplier")),
        Column("supplier_reference", msg("Supplier's number")),
        Column("date", msg("Date")),
        Column("due_on", msg("Due")),
        Column("total", msg("Total"), widget="money", total=True, currency="currency"),
        Column("open", msg("Open"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=POSTING_STATES, tones=(("draft", "warning"),)),
        Column("match", msg("Should be paid"), choices=MATCH_STATES, tones=_MATCH),
        Column("paid_state", msg("Payment"), choices=PAID_STATES, tones=_PAID),
        Column("released_by", msg("Released by"), optional=True),
    ),
    record_title=writing.bill_title,
    search=("number", "contact_name", "supplier_reference"),
    filters=(
        Filter("state", msg("State"), choices=POSTING_STATES),
        Filter("kind", msg("Kind"), choices=BILL_KINDS),
        Filter("match", msg("Should be paid"), choices=MATCH_STATES),
        Filter("paid_state", msg("Payment"), choices=PAID_STATES),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("date", msg("Date")),
        Filter("due_on", msg("Due")),
        Filter("order_id", msg("Order"), reference="purchases.orders"),
    ),
    views=(
        ListView(
            "to_pay",
            msg("To be paid"),
            where=(
                ("state", "posted"),
                ("kind", "bill"),
                ("match__ne", "no"),
                ("paid_state__ne", "paid"),
            ),
            sort=("due_on",),
        ),
        ListView("differing", msg("Differing"), where=(("state", "posted"), ("match", "no"))),
        ListView("drafts", msg("Drafts"), where=(("state", "draft"),)),
        ListView("debit_notes", msg("Debit notes"), where=(("kind", "debit_note"),)),
    ),
    order=("-date", "-id"),
    form=(
        Section(
            msg("Bill"),
            (
                Field("kind", msg("Kind"), choices=BILL_KINDS),
                Field(
                    "order_id",
                    msg("Order"),
                    reference="purchases.orders",
                    help=msg("Without lines, what was received and not billed is proposed."),
                ),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("supplier_reference", msg("Supplier's number")),
                Field("date", msg("Date"), initial=today),
                Field(
                    "due_on",
                    msg("Due"),
                    help=msg("Empty: by the terms agreed with the supplier."),
                ),
                Field("currency", msg("Currency"), initial=company_currency, required=False),
                Field(
                    "rate",
                    msg("Rate"),
                    help=msg("What one of it is worth. Empty: as the books know on that day."),
                ),
                Field("corrects_id", msg("Corrects"), reference="purchases.bills"),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("note", msg("Note"), widget="multiline"),
            ),
        ),
        Section(
            msg("Sums"),
            (
                Field("net", msg("Net"), widget="money", readonly=True),
                Field("tax", msg("Taxes"), widget="money", readonly=True),
                Field("total", msg("Total"), widget="money", readonly=True),
                Field("withheld", msg("Withheld"), widget="money", readonly=True),
                Field("paid", msg("Paid"), widget="money", readonly=True),
                Field("open", msg("Open"), widget="money", readonly=True),
            ),
            below_lines=True,
        ),
        Section(
            msg("Matching"),
            (
                Field("state", msg("State"), choices=POSTING_STATES, readonly=True),
                Field("match", msg("Should be paid"), choices=MATCH_STATES, readonly=True),
                Field("released_by", msg("Released by"), readonly=True),
                Field("paid_state", msg("Payment"), choices=PAID_STATES, readonly=True),
            ),
            below_lines=True,
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("label", msg("Text"), required=False),
                Field("quantity", msg("Quantity"), required=False),
                Field("unit_id", msg("Unit"), reference="catalog.units"),
                Field("price", msg("Price"), widget="money", required=False),
                Field("discount_percent", msg("Discount, percent"), required=False),
                Field("net", msg("Net"), widget="money", readonly=True),
                Field("tax_codes", msg("Taxes"), required=False),
                Field("role", msg("Kind"), choices=BILL_ROLES, required=False),
                Field("order_line_id", msg("Line of the order"), reference="purchases.order-items"),
                Field("order_id", msg("Cost of order"), reference="purchases.orders"),
                Field("price_only", msg("Corrects the price alone")),
            ),
            totals=("net",),
            order="position",
        ),
    ),
    actions=(
        Action(
            "post",
            msg("Post"),
            POST_BILLS,
            _post,
            when=lambda bill: bill.state == "draft",
            style="primary",
            bulk=True,
        ),
        Action(
            "release",
            msg("Release for payment"),
            RELEASE_BILLS,
            _release,
            when=lambda bill: bill.state == "posted" and bill.match == "no",
            confirm=msg("It differs from what was ordered and received. Pay it all the same?"),
        ),
        Action(
            "correct",
            msg("Write a debit note"),
            EDIT_BILLS,
            _correct,
            when=lambda bill: bill.state == "posted" and bill.kind == "bill",
        ),
        Action(
            "apply",
            msg("Set against open bills"),
            POST_BILLS,
            _apply,
            when=lambda bill: bill.state == "posted" and bill.kind == "debit_note" and bill.open,
        ),
    ),
    operations=Operations(writing.create_bill, writing.update_bill, writing.delete_bill),
    rules=RecordRules(branch="branch_id"),
    editable=lambda bill: bill.state == "draft",
    state="state",
    displays=Displays(
        board=Board("state", (("posted", "post"),)),
        calendar=Calendar("due_on"),
        pivot=Pivot("contact_id", "date:month", "total", "bar"),
    ),
    duplicate=Duplicate(offered=False),
    discussed=Discussion(write=VIEW_PURCHASES),
    prints=(
        Print(
            title=msg("Bill"),
            party="contact_id",
            sums=(PrintSum(msg("Net"), "net"), PrintSum(msg("Taxes"), "tax")),
            columns=(LineColumn(msg("Amount"), lambda line: line.net, total=True),),
            leave_out=("lines.price_only", "lines.order_id", "open", "paid", "match"),
            when=lambda bill: bill.kind == "bill",
        ),
        Print(
            "debit_note",
            msg("Debit note"),
            party="contact_id",
            sums=(PrintSum(msg("Net"), "net"), PrintSum(msg("Taxes"), "tax")),
            columns=(LineColumn(msg("Amount"), lambda line: line.net, total=True),),
            leave_out=("lines.price_only", "lines.order_id", "open", "paid", "match"),
            when=lambda bill: bill.kind == "debit_note",
        ),
    ),
    related=of_bill,
)

RESOURCES: Final = (BILLS,)
