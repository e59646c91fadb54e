"""Agreements, suppliers' prices and templates of orders."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import company_currency
from addons.purchases.models import Agreement, OrderTemplate, SupplierPrice
from addons.purchases.models.choices import AGREEMENT_KINDS, AGREEMENT_STATES
from addons.purchases.permissions import EDIT_ORDERS, EDIT_PRICES, VIEW_PURCHASES
from addons.purchases.services.agreements import keeping, price_lists
from addons.purchases.services.agreements.templates import order_from_template
from addons.purchases.services.orders.writing import create_order
from addons.purchases.services.related import of_agreement
from addons.purchases.services.suppliers import address_lines
from addons.purchases.views.drafted import drafted
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Importing,
    Lines,
    ListView,
    Made,
    Operations,
    Print,
    Resource,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("active", "good"))


def _activate(session: Session, agreement: Agreement) -> str:
    return phrase(
        "In force as {number}.", number=keeping.activate_agreement(session, agreement).number
    )


def _close(session: Session, agreement: Agreement) -> str:
    keeping.close_agreement(session, agreement)
    return phrase("Nothing more is called off.")


def _call_off(session: Session, agreement: Agreement) -> Made:
    lines = [
        {
            "product_id": line.product_id,
            "unit_id": line.unit_id,
            "quantity": 1 if line.quantity is None else line.quantity - line.called,
            "price": None,
        }
        for line in agreement.lines
        if line.quantity is None or line.quantity > line.called
    ]
    order = create_order(
        session,
        {"contact_id": agreement.contact_id, "agreement_id": agreement.id, "lines": lines},
    )
    said = phrase("A draft order was written. Say in it how much is called off.")
    return Made("purchases.orders", order.id, said)


def _order(session: Session, template: OrderTemplate) -> Made | str:
    return drafted([order_from_template(session, template)])


AGREEMENTS: Final = Resource(
    name="agreements",
    model=Agreement,
    title=msg("Purchase agreements"),
    singular=msg("Purchase agreement"),
    help=msg("Prices for quantities, or for a value, that orders call off until a day."),
    access=Access(VIEW_PURCHASES, EDIT_PRICES, EDIT_PRICES),
    columns=(
        Column("number", msg("Number")),
        Column("contact_name", msg("Supplier")),
        Column("kind", msg("Agreed on"), choices=AGREEMENT_KINDS),
        Column("start_on", msg("From")),
        Column("end_on", msg("Until")),
        Column("amount", msg("Agreed value"), widget="money"),
        Column("called", msg("Called off"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=AGREEMENT_STATES, tones=_TONES),
    ),
    record_title=keeping.agreement_title,
    search=("number", "contact_name", "reference"),
    filters=(
        Filter("state", msg("State"), choices=AGREEMENT_STATES),
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("end_on", msg("Until")),
    ),
    views=(ListView("active", msg("In force"), where=(("state", "active"),), sort=("end_on",)),),
    order=("-start_on", "-id"),
    form=(
        Section(
            msg("Agreement"),
            (
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("kind", msg("Agreed on"), choices=AGREEMENT_KINDS),
                Field("reference", msg("Reference")),
                Field("currency", msg("Currency"), initial=company_currency, required=False),
                Field("start_on", msg("From"), initial=today),
                Field("end_on", msg("Until")),
                Field("amount", msg("Agreed value"), widget="money"),
                Field("called", msg("Called off"), widget="money", readonly=True),
                Field("terms", msg("Terms"), widget="multiline"),
                Field("state", msg("State"), choices=AGREEMENT_STATES, readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Products"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("unit_id", msg("Unit"), reference="catalog.units"),
                Field("price", msg("Price"), widget="money"),
                Field("quantity", msg("Agreed quantity")),
                Field("called", msg("Called off"), readonly=True),
            ),
            order="position",
        ),
    ),
    actions=(
        Action(
            "activate",
            msg("Put in force"),
            EDIT_PRICES,
            _activate,
            when=lambda agreement: agreement.state == "draft",
            style="primary",
        ),
        Action(
            "call_off",
            msg("Call off"),
            EDIT_ORDERS,
            _call_off,
            when=lambda agreement: agreement.state == "active",
            style="primary",
        ),
        Action(
            "close",
            msg("Close"),
            EDIT_PRICES,
            _close,
            when=lambda agreement: agreement.state == "active",
            confirm=msg("Nothing more can be called off then. Close the agreement?"),
            style="danger",
        ),
    ),
    operations=Operations(keeping.create_agreement, keeping.update_agreement),
    editable=lambda agreement: agreement.state == "draft",
    state="state",
    prints=(
        Print(
            party="contact_id",
            address=lambda session, one: address_lines(session, one.contact_id),
        ),
    ),
    related=of_agreement,
)

PRICES: Final = Resource(
    name="prices",
    model=SupplierPrice,
    title=msg("Supplier prices"),
    singular=msg("Supplier price"),
    help=msg("What suppliers ask for products, from which quantity, until when, in how many days."),
    access=Access(VIEW_PURCHASES, EDIT_PRICES, EDIT_PRICES, EDIT_PRICES),
    importing=Importing(
        key=("contact_id", "product_id", "min_quantity", "currency", "valid_from"),
        synonyms=(
            ("product_id", "SKU"),
            ("contact_id", "Vendor"),
            ("supplier_code", "Vendor part number"),
            ("price", "Standard price"),
            ("lead_days", "Average lead time"),
            ("min_quantity", "Min order qty"),
        ),
    ),
    columns=(
        Column("contact_name", msg("Supplier")),
        Column("product_id", msg("Product")),
        Column("supplier_code", msg("Supplier's code")),
        Column("min_quantity", msg("From quantity")),
        Column("price", msg("Price"), widget="money"),
        Column("currency", msg("Currency")),
        Column("lead_days", msg("Days")),
        Column("valid_from", msg("From")),
        Column("valid_until", msg("Until")),
        Column("direct", msg("Delivers to customers"), optional=True),
        Column("packaging", msg("Packaging"), optional=True),
        Column("discount_percent", msg("Discount, percent"), optional=True),
    ),
    record_title=lambda price: phrase(
        "Price {id} of {supplier}", id=price.id, supplier=price.contact_name
    ),
    search=("contact_name", "supplier_code", "supplier_title"),
    filters=(
        Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("currency", msg("Currency")),
        Filter("valid_until", msg("Until")),
    ),
    order=("contact_name", "product_id", "min_quantity"),
    form=(
        Section(
            msg("Price"),
            (
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("price", msg("Price"), widget="money"),
                Field("currency", msg("Currency"), initial=company_currency, required=False),
                Field("discount_percent", msg("Discount, percent"), required=False),
                Field("unit_id", msg("Unit"), reference="catalog.units"),
                Field("min_quantity", msg("From quantity"), required=False),
                Field(
                    "packaging",
                    msg("Packaging"),
                    help=msg("Only multiples of it are sold."),
                ),
            ),
        ),
        Section(
            msg("Supplier's own words"),
            (
                Field("supplier_code", msg("Supplier's code")),
                Field("supplier_title", msg("Supplier's name of it")),
                Field("lead_days", msg("Days until delivery"), required=False),
                Field("valid_from", msg("From")),
                Field("valid_until", msg("Until")),
                Field(
                    "direct",
                    msg("Delivers to customers"),
                    help=msg("What customers order of it goes straight from him to them."),
                ),
                Field(
                    "preference",
                    msg("Preference"),
                    required=False,
                    help=msg("1 is asked first where several sell it."),
                ),
            ),
        ),
    ),
    operations=Operations(price_lists.create_price, price_lists.update_price),
)

TEMPLATES: Final = Resource(
    name="order-templates",
    model=OrderTemplate,
    title=msg("Order templates"),
    singular=msg("Order template"),
    help=msg("Orders that are written again and again."),
    access=Access(VIEW_PURCHASES, EDIT_PRICES, EDIT_PRICES, EDIT_PRICES),
    columns=(Column("name", msg("Name")),),
    record_title=lambda template: template.name,
    search=("name",),
    filters=(Filter("contact_id", msg("Supplier"), reference="contacts.contacts"),),
    order=("name",),
    form=(
        Section(
            msg("Template"),
            (
                Field("name", msg("Name")),
                Field("contact_id", msg("Supplier"), reference="contacts.contacts"),
                Field("terms", msg("Terms"), widget="multiline"),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Products"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("quantity", msg("Quantity")),
                Field("unit_id", msg("Unit"), reference="catalog.units"),
            ),
            order="position",
        ),
    ),
    actions=(
        Action("order", msg("Write an order"), EDIT_ORDERS, _order, style="primary", bulk=True),
    ),
)

RESOURCES: Final = (AGREEMENTS, PRICES, TEMPLATES)
