"""The control plane's pages of what is sold: the operator's side, with the cost, and the
reseller's, with price, trial and who sees it."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Column,
    Field,
    Filter,
    Lines,
    MenuItem,
    Operations,
    RecordRules,
    Resource,
    Section,
    Values,
    msg,
)
from tenants.models import Reseller
from tenants.permissions import MANAGE_RESELLERS, SEE_OFFERS, SEE_RESELLERS, SELL
from tenants.selling import offers
from tenants.selling.catalogue import title_of
from tenants.selling.models import Offer

PERIODS: Final = (
    ("month", msg("a month")),
    ("year", msg("a year")),
    ("once", msg("once")),
)
UNITS: Final = (("company", msg("The company")), ("user", msg("Each user")))
AUDIENCES: Final = (
    ("nobody", msg("Nobody yet")),
    ("everyone", msg("All customers")),
    ("chosen", msg("Chosen customers")),
)


def _allow(session: Session, values: Values) -> Offer:
    reseller = session.get_one(Reseller, values["reseller_id"])
    addon = values["addon"].strip()
    return offers.allow(session, reseller, addon, title_of(session, addon), values)


def _change_terms(session: Session, offer: Offer, values: Values) -> Offer:
    offers.set_terms(session, offer, values)
    return offer


def _price(session: Session, offer: Offer, values: Values) -> Offer:
    given = dict(values)
    if "customers" in given:
        given["customers"] = [line["organization_id"] for line in given["customers"]]
    offers.offer(session, offer, given)
    return offer


TERMS: Final = Resource(
    name="terms",
    model=Offer,
    title=msg("What resellers may sell"),
    singular=msg("Addon to sell"),
    help=msg("An addon that a reseller may sell, and what it costs them."),
    access=Access(
        read=SEE_RESELLERS,
        create=MANAGE_RESELLERS,
        update=MANAGE_RESELLERS,
        delete=MANAGE_RESELLERS,
    ),
    rules=RecordRules(team="reseller_id"),
    record_title=lambda offer: offer.title,
    columns=(
        Column("reseller.title", msg("Reseller")),
        Column("title", msg("Addon")),
        Column("cost", msg("Cost"), widget="money"),
        Column("cost_currency", msg("Currency")),
        Column("period", msg("Every"), choices=PERIODS),
        Column("unit", msg("For"), choices=UNITS),
    ),
    search=("title", "addon"),
    filters=(Filter("reseller_id", msg("Reseller"), reference="tenants.resellers"),),
    order=("title",),
    form=(
        Section(
            msg("Addon to sell"),
            (
                Field("reseller_id", msg("Reseller"), reference="tenants.resellers"),
                Field(
                    "addon",
                    msg("Addon"),
                    help=msg("Its name in the catalogue, such as accounting."),
                ),
                Field("cost", msg("Cost"), widget="money"),
                Field("cost_currency", msg("Currency"), required=False),
                Field("period", msg("Every"), choices=PERIODS),
                Field("unit", msg("For"), choices=UNITS),
            ),
        ),
    ),
    operations=Operations(create=_allow, update=_change_terms, delete=offers.withdraw),
    discussed=False,
    customizable=False,
)

OFFERS: Final = Resource(
    name="offers",
    model=Offer,
    title=msg("Prices"),
    singular=msg("Price"),
    help=msg("What you may sell. Set a price and who sees it."),
    access=Access(read=SEE_OFFERS, update=SELL),
    rules=RecordRules(team="reseller_id"),
    record_title=lambda offer: offer.title,
    columns=(
        Column("title", msg("Addon")),
        Column("reseller.title", msg("Reseller"), optional=True),
        Column("cost", msg("Cost"), widget="money"),
        Column("price", msg("Price"), widget="money"),
        Column("margin", msg("Margin"), widget="money"),
        Column("currency", msg("Currency")),
        Column("period", msg("Every"), choices=PERIODS),
        Column("unit", msg("For"), choices=UNITS),
        Column("trial_days", msg("Days to try")),
        Column("audience", msg("Shown to"), choices=AUDIENCES, tones=(("nobody", "warning"),)),
    ),
    search=("title", "addon"),
    filters=(
        Filter("audience", msg("Shown to"), choices=AUDIENCES),
        Filter("reseller_id", msg("Reseller"), reference="tenants.resellers"),
    ),
    order=("title",),
    form=(
        Section(
            msg("What you pay"),
            (
                Field("title", msg("Addon"), readonly=True),
                Field("cost", msg("Cost"), widget="money", readonly=True),
                Field("cost_currency", msg("Currency of the cost"), readonly=True),
                Field("period", msg("Every"), choices=PERIODS, readonly=True),
                Field("unit", msg("For"), choices=UNITS, readonly=True),
            ),
        ),
        Section(
            msg("What your customers pay"),
            (
                Field("price", msg("Price"), widget="money", required=False),
                Field("currency", msg("Currency")),
                Field("margin", msg("Margin"), widget="money", readonly=True),
                Field(
                    "trial_days",
                    msg("Days to try"),
                    required=False,
                    help=msg("How long a customer may try it at no charge. 0 is not at all."),
                ),
                Field("audience", msg("Shown to"), choices=AUDIENCES),
                Field(
                    "pitch",
                    msg("What you say about it"),
                    widget="multiline",
                    required=False,
                ),
            ),
        ),
    ),
    lines=(
        Lines(
            "customers",
            msg("Chosen customers"),
            (Field("organization_id", msg("Customer"), reference="tenants.customers"),),
        ),
    ),
    operations=Operations(update=_price),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(msg("Prices"), "/tenants/offers", SEE_OFFERS, icon="tags", order=18),
    MenuItem(
        msg("What resellers may sell"),
        "/tenants/terms",
        MANAGE_RESELLERS,
        icon="bag-check",
        order=19,
    ),
)
