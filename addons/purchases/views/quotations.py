"""Requests for quotation."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Quotation
from addons.purchases.models.choices import OFFER_STATES, QUOTATION_STATES
from addons.purchases.permissions import EDIT_ORDERS, VIEW_PURCHASES
from addons.purchases.services.quotations import awarding, writing
from addons.purchases.services.related import of_quotation
from addons.purchases.views.drafted import drafted
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
    RecordRules,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("sent", "warning"),
    ("awarded", "good"),
    ("cancelled", "bad"),
)


def quotation_title(quotation: Quotation) -> str:
    """The number; of a draft what it is about."""
    return quotation.number or phrase("Draft {id}, {title}", id=quotation.id, title=quotation.title)


def _send(session: Session, quotation: Quotation) -> str:
    sent = writing.send_quotation(session, quotation)
    return phrase(
        "{number}: {count} suppliers are asked. Send each their own page.",
        number=sent.number,
        count=len(sent.offers),
    )


def _award_cheapest(session: Session, quotation: Quotation) -> Made | str:
    return drafted(awarding.award_cheapest(session, quotation))


def _cancel(session: Session, quotation: Quotation) -> str:
    writing.cancel_quotation(session, quotation)
    return phrase("Cancelled.")


QUOTATIONS: Final = Resource(
    name="quotations",
    model=Quotation,
    title=msg("Requests for quotation"),
    singular=msg("Request for quotation"),
    help=msg("Ask several suppliers for the same, compare their answers, order from the best."),
    access=Access(VIEW_PURCHASES, EDIT_ORDERS, EDIT_ORDERS),
    columns=(
        Column("number", msg("Number")),
        Column("title", msg("About")),
        Column("date", msg("Date")),
        Column("answer_by", msg("Answers until")),
        Column("needed_on", msg("Needed on")),
        Column("state", msg("State"), choices=QUOTATION_STATES, tones=_TONES),
    ),
    record_title=quotation_title,
    search=("number", "title"),
    filters=(
        Filter("state", msg("State"), choices=QUOTATION_STATES),
        Filter("date", msg("Date")),
        Filter("answer_by", msg("Answers until")),
    ),
    views=(ListView("open", msg("Waiting for answers"), where=(("state", "sent"),)),),
    order=("-date", "-id"),
    form=(
        Section(
            msg("Request for quotation"),
            (
                Field("number", msg("Number"), readonly=True),
                Field("title", msg("About")),
                Field("date", msg("Date"), initial=today),
                Field("answer_by", msg("Answers until")),
                Field("needed_on", msg("Needed on")),
                Field("buyer_id", msg("Buyer"), reference="core.users"),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("note", msg("Note"), widget="multiline"),
                Field("state", msg("State"), choices=QUOTATION_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("What is asked for"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("label", msg("Or in words")),
                Field("quantity", msg("Quantity")),
                Field("unit_id", msg("Unit"), reference="catalog.units"),
                Field("needed_on", msg("Needed on")),
            ),
            order="position",
        ),
        Lines(
            "offers",
            msg("Suppliers"),
            (
                Field(
                    "contact_id",
                    msg("Supplier"),
                    reference="contacts.contacts",
                ),
                Field("state", msg("State"), choices=OFFER_STATES, readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "send",
            msg("Ask the suppliers"),
            EDIT_ORDERS,
            _send,
            when=lambda quotation: quotation.state == "draft",
            style="primary",
        ),
        Action(
            "award",
            msg("Order from the cheapest"),
            EDIT_ORDERS,
            _award_cheapest,
            when=lambda quotation: quotation.state == "sent",
            confirm=msg("This writes draft orders, each line from whoever is cheapest. Go on?"),
        ),
        Action(
            "cancel",
            msg("Cancel"),
            EDIT_ORDERS,
            _cancel,
            when=lambda quotation: quotation.state in ("draft", "sent"),
            confirm=msg("Nothing will come of it. Cancel the request?"),
            style="danger",
        ),
    ),
    operations=Operations(writing.create_quotation, writing.update_quotation),
    rules=RecordRules(owner="buyer_id", branch="branch_id"),
    editable=lambda quotation: quotation.state in ("draft", "sent"),
    state="state",
    duplicate=Duplicate(leave_out=("buyer_id",)),
    discussed=Discussion(write=VIEW_PURCHASES),
    related=of_quotation,
)

RESOURCES: Final = (QUOTATIONS,)
