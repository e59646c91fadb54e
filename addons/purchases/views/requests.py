"""Purchase requests."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import PurchaseRequest
from addons.purchases.models.choices import REQUEST_STATES
from addons.purchases.permissions import (
    APPROVE_REQUESTS,
    EDIT_ORDERS,
    EDIT_REQUESTS,
    VIEW_REQUESTS,
)
from addons.purchases.services.related import of_request
from addons.purchases.services.requests import buying, writing
from addons.purchases.views.drafted import drafted
from core.api import (
    Access,
    Action,
    Board,
    Column,
    Discussion,
    Displays,
    Duplicate,
    Field,
    Filter,
    Lines,
    ListView,
    Made,
    Operations,
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("submitted", "warning"),
    ("ordered", "good"),
    ("rejected", "bad"),
)


def _submit(session: Session, request: PurchaseRequest) -> str:
    return phrase("Submitted as {number}.", number=writing.submit_request(session, request).number)


def _approve(session: Session, request: PurchaseRequest) -> str:
    writing.decide_request(session, request, approve=True)
    return phrase("Approved. It can be bought now.")


def _reject(session: Session, request: PurchaseRequest) -> str:
    writing.decide_request(session, request, approve=False)
    return phrase("Rejected.")


def _cancel(session: Session, request: PurchaseRequest) -> str:
    writing.cancel_request(session, request)
    return phrase("Cancelled.")


def _order(session: Session, request: PurchaseRequest) -> Made | str:
    return drafted(buying.order_request(session, request))


def _ask(session: Session, request: PurchaseRequest) -> Made:
    draft = buying.ask_for_request(session, request)
    said = phrase("A draft of a request for quotation was written.")
    return Made("purchases.quotations", draft.id, said)


REQUESTS: Final = Resource(
    name="requests",
    model=PurchaseRequest,
    title=msg("Purchase requests"),
    singular=msg("Purchase request"),
    help=msg("What people in the company, or the stock, want to be bought."),
    access=Access(VIEW_REQUESTS, EDIT_REQUESTS, EDIT_REQUESTS),
    columns=(
        Column("number", msg("Number")),
        Column("date", msg("Date")),
        Column("requested_by", msg("Asked for by")),
        Column("needed_on", msg("Needed on")),
        Column("reason", msg("Reason")),
        Column("state", msg("State"), choices=REQUEST_STATES, tones=_TONES),
        Column("source", msg("Made from"), optional=True),
    ),
    record_title=writing.request_title,
    search=("number", "requested_by", "reason"),
    filters=(
        Filter("state", msg("State"), choices=REQUEST_STATES),
        Filter("date", msg("Date")),
        Filter("needed_on", msg("Needed on")),
        Filter("requested_by", msg("Asked for by")),
    ),
    views=(
        ListView("to_decide", msg("To be decided"), where=(("state", "submitted"),)),
        ListView("to_buy", msg("To be bought"), where=(("state", "approved"),)),
    ),
    order=("-date", "-id"),
    form=(
        Section(
            msg("Request"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("date", msg("Date"), initial=today),
                Field("needed_on", msg("Needed on")),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("reason", msg("Reason"), widget="multiline"),
                Field("requested_by", msg("Asked for by"), readonly=True),
                Field("decided_by", msg("Decided by"), readonly=True),
                Field("state", msg("State"), choices=REQUEST_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("What is wanted"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("label", msg("Or in words")),
                Field("quantity", msg("Quantity")),
                Field("unit_id", msg("Unit"), reference="catalog.units"),
                Field("needed_on", msg("Needed on")),
                Field("supplier_id", msg("From"), reference="contacts.contacts"),
                Field("ordered", msg("Ordered, in stock units"), readonly=True),
            ),
            order="position",
        ),
    ),
    actions=(
        Action(
            "submit",
            msg("Submit"),
            EDIT_REQUESTS,
            _submit,
            when=lambda request: request.state == "draft",
            style="primary",
        ),
        Action(
            "approve",
            msg("Approve"),
            APPROVE_REQUESTS,
            _approve,
            when=lambda request: request.state == "submitted",
            style="primary",
            bulk=True,
        ),
        Action(
            "order",
            msg("Order it"),
            EDIT_ORDERS,
            _order,
            when=lambda request: request.state == "approved",
            style="primary",
        ),
        Action(
            "ask",
            msg("Ask for quotations"),
            EDIT_ORDERS,
            _ask,
            when=lambda request: request.state == "approved",
        ),
        Action(
            "reject",
            msg("Reject"),
            APPROVE_REQUESTS,
            _reject,
            when=lambda request: request.state == "submitted",
            style="danger",
        ),
        Action(
            "cancel",
            msg("Cancel"),
            EDIT_REQUESTS,
            _cancel,
            when=lambda request: request.state in ("draft", "submitted", "approved"),
            confirm=msg("Nothing of it will be bought. Cancel the request?"),
            style="danger",
        ),
    ),
    operations=Operations(writing.create_request, writing.update_request),
    rules=RecordRules(owner="requested_by_id", branch="branch_id"),
    editable=lambda request: request.state == "draft",
    state="state",
    displays=Displays(board=Board("state", (("submitted", "submit"), ("approved", "approve")))),
    duplicate=Duplicate(leave_out=("requested_by", "decided_by", "source")),
    discussed=Discussion(write=VIEW_REQUESTS),
    related=of_request,
)

RESOURCES: Final = (REQUESTS,)
