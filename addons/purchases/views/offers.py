"""What each supplier was asked and answers. Printed or mailed, an offer is the request for
quotation that the supplier fills in."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Offer
from addons.purchases.models.choices import OFFER_STATES
from addons.purchases.permissions import EDIT_ORDERS, VIEW_PURCHASES
from addons.purchases.services.quotations import writing
from addons.purchases.services.related import of_offer
from addons.purchases.services.suppliers import address_lines
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
    Operations,
    Print,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("answered", "good"), ("declined", "bad"))


def offer_title(offer: Offer) -> str:
    """The request's number and whom it was asked of."""
    return phrase(
        "{number}, {supplier}",
        number=offer.quotation.number or offer.quotation_id,
        supplier=offer.contact_name,
    )


def _decline(session: Session, offer: Offer) -> str:
    writing.decline_offer(session, offer)
    return phrase("{supplier} does not offer.", supplier=offer.contact_name)


OFFERS: Final = Resource(
    name="offers",
    model=Offer,
    title=msg("Offers of suppliers"),
    singular=msg("Offer"),
    help=msg("What each supplier was asked, and answers. A line without a price is not offered."),
    access=Access(VIEW_PURCHASES, None, EDIT_ORDERS),
    columns=(
        Column("quotation.number", msg("Request")),
        Column("contact_name", msg("Supplier")),
        Column("quotation.answer_by", msg("Answers until")),
        Column("answered_on", msg("Answered on")),
        Column("currency", msg("Currency")),
        Column("valid_until", msg("Valid until")),
        Column("state", msg("State"), choices=OFFER_STATES, tones=_TONES),
    ),
    record_title=offer_title,
    search=("contact_name", "reference", "quotation.number"),
    filters=(
        Filter("state", msg("State"), choices=OFFER_STATES),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("quotation_id", msg("Request"), reference="purchases.quotations"),
    ),
    views=(ListView("waiting", msg("Waiting for an answer"), where=(("state", "sent"),)),),
    order=("-id",),
    form=(
        Section(
            msg("Offer"),
            (
                Field(
                    "quotation_id",
                    msg("Request for quotation"),
                    reference="purchases.quotations",
                    readonly=True,
                ),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts", readonly=True),
                Field("reference", msg("Number of the offer")),
                Field("currency", msg("Currency")),
                Field("rate", msg("Rate"), help=msg("Where no books know what it is worth.")),
                Field("delivery_days", msg("Days until delivery")),
                Field("valid_until", msg("Valid until")),
                Field("answered_on", msg("Answered on")),
                Field("note", msg("Note"), widget="multiline"),
                Field("state", msg("State"), choices=OFFER_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("label", msg("What is asked for"), readonly=True),
                Field("quantity", msg("Quantity"), readonly=True),
                Field("unit_id", msg("Unit"), reference="catalog.units", readonly=True),
                Field("price", msg("Price"), widget="money"),
                Field("discount_percent", msg("Discount, percent")),
                Field("available", msg("At most")),
                Field("delivery_days", msg("Days")),
                Field("remark", msg("Remark")),
            ),
        ),
    ),
    actions=(
        Action(
            "decline",
            msg("Does not offer"),
            EDIT_ORDERS,
            _decline,
            when=lambda offer: offer.state == "sent",
        ),
    ),
    operations=Operations(update=writing.write_answer),
    editable=lambda offer: offer.quotation.state == "sent",
    state="state",
    duplicate=Duplicate(offered=False),
    discussed=Discussion(write=VIEW_PURCHASES),
    prints=(
        Print(
            title=msg("Request for quotation"),
            party="contact_id",
            address=lambda session, offer: address_lines(session, offer.contact_id),
            leave_out=("rate", "quotation_id", "answered_on"),
        ),
    ),
    related=of_offer,
)

RESOURCES: Final = (OFFERS,)
