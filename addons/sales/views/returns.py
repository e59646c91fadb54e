"""Returns of customers."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models import RETURN_STATES, SalesReturn
from addons.sales.permissions import DELIVER, EDIT_INVOICES, VIEW_ORDERS
from addons.sales.services import crediting, related, returning
from addons.sales.services.customers import address_of
from addons.sales.services.titles import return_title
from core.api import (
    Access,
    Action,
    Column,
    Discussion,
    Duplicate,
    Field,
    Filter,
    Lines,
    ListView,
    Made,
    Operations,
    Print,
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("received", "warning"), ("credited", "good"))


def _receive(session: Session, back: SalesReturn) -> str:
    done = returning.receive_return(session, back)
    return phrase("Taken back as {number}.", number=done.number or "")


def _credit(session: Session, back: SalesReturn) -> Made | str:
    notes = crediting.credit_return(session, back)
    if not notes:
        return phrase("Nothing of it was invoiced, so there is nothing to credit.")
    if len(notes) == 1:
        return Made("sales.invoices", notes[0].id, phrase("A draft of a credit note was written."))
    return phrase("{count} drafts of credit notes were written.", count=str(len(notes)))


RETURNS: Final = Resource(
    name="returns",
    model=SalesReturn,
    title=msg("Returns"),
    singular=msg("Return"),
    help=msg("What customers bring back. Begin one from its order."),
    access=Access(VIEW_ORDERS, DELIVER, DELIVER, DELIVER),
    columns=(
        Column("number", msg("Number")),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("order.number", msg("Order")),
        Column("reason", msg("Reason")),
        Column("state", msg("State"), choices=RETURN_STATES, tones=_TONES),
        Column("with_goods", msg("Goods come back"), optional=True),
        Column("replace", msg("Replaced"), optional=True),
        Column("to_supplier", msg("Back to the supplier"), optional=True),
    ),
    record_title=return_title,
    search=("number", "contact_name", "reason"),
    filters=(
        Filter("state", msg("State"), choices=RETURN_STATES),
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("order_id", msg("Order"), reference="sales.orders"),
        Filter("day", msg("Date")),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
    ),
    views=(ListView("to_credit", msg("To be credited"), where=(("state", "received"),)),),
    order=("-day", "-id"),
    form=(
        Section(
            msg("Return"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("order_id", msg("Order"), reference="sales.orders"),
                Field(
                    "contact_id",
                    msg("Customer"),
                    reference="contacts.contacts",
                    readonly=True,
                    required=False,
                ),
                Field("day", msg("Date"), initial=today),
                Field("reason", msg("Reason"), required=False),
                Field("state", msg("State"), choices=RETURN_STATES, readonly=True),
                Field(
                    "with_goods",
                    msg("Goods come back"),
                    help=msg("Not ticked: the customer keeps them, and is only credited."),
                ),
                Field(
                    "replace",
                    msg("Deliver the same again"),
                    help=msg("Then nothing is credited."),
                ),
                Field(
                    "to_supplier",
                    msg("Back to the supplier"),
                    help=msg("What a supplier had delivered goes back to him, not into our stock."),
                ),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("description", msg("Product"), readonly=True),
                Field("quantity", msg("Quantity")),
                Field("unit", msg("Unit"), readonly=True),
                Field(
                    "lots",
                    msg("Lots or serial numbers"),
                    required=False,
                    help=msg("A1=5, A2=7"),
                ),
            ),
            order="position",
        ),
    ),
    actions=(
        Action(
            "receive",
            msg("Take back"),
            DELIVER,
            _receive,
            when=lambda back: back.state == "draft",
            style="primary",
            bulk=True,
        ),
        Action(
            "credit",
            msg("Write the credit note"),
            EDIT_INVOICES,
            _credit,
            when=lambda back: back.state == "received" and not back.replace,
            style="primary",
            bulk=True,
        ),
    ),
    operations=Operations(
        returning.create_return, returning.update_return, returning.delete_return
    ),
    rules=RecordRules(branch="branch_id"),
    editable=lambda back: back.state == "draft",
    state="state",
    duplicate=Duplicate(offered=False),
    discussed=Discussion(write=VIEW_ORDERS),
    related=related.of_return,
    prints=(
        Print(
            title=msg("Return note"),
            party="contact_id",
            address=address_of,
            leave_out=("state", "with_goods", "replace", "to_supplier"),
            barcode="number",
        ),
    ),
)
