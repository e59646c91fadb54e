"""What a company sets up for its sales: templates of quotations, reasons of losing, and discounts
by role."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.sales.models import LINE_KINDS, DiscountLimit, LostReason, QuoteTemplate
from addons.sales.permissions import SET_UP, VIEW_ORDERS
from core.api import Access, Column, Field, Filter, Importing, Lines, Resource, Section, msg

LOST_REASONS: Final = Resource(
    name="lost-reasons",
    model=LostReason,
    title=msg("Reasons of losing"),
    singular=msg("Reason of losing"),
    help=msg("Why quotations come to nothing: asked when one is marked as lost."),
    access=Access(VIEW_ORDERS, SET_UP, SET_UP, SET_UP),
    importing=Importing(key=("name",)),
    columns=(Column("name", msg("Reason")), Column("active", msg("Active"))),
    record_title=lambda reason: reason.name,
    search=("name",),
    order=("name",),
    form=(
        Section(
            msg("Reason of losing"),
            (Field("name", msg("Reason")), Field("active", msg("Active"))),
        ),
    ),
)
DISCOUNT_LIMITS: Final = Resource(
    name="discount-limits",
    model=DiscountLimit,
    title=msg("Discount limits"),
    singular=msg("Discount limit"),
    help=msg(
        "How high a discount holders of a role may give. Everybody else has the limit in the"
        " settings of sales."
    ),
    access=Access(SET_UP, SET_UP, SET_UP, SET_UP),
    columns=(Column("role_id", msg("Role")), Column("percent", msg("Percent"))),
    record_title=lambda limit: f"{limit.percent} %",
    filters=(Filter("role_id", msg("Role"), reference="core.roles"),),
    form=(
        Section(
            msg("Discount limit"),
            (
                Field("role_id", msg("Role"), reference="core.roles"),
                Field("percent", msg("Percent")),
            ),
        ),
    ),
)
QUOTE_TEMPLATES: Final = Resource(
    name="quote-templates",
    model=QuoteTemplate,
    title=msg("Templates of quotations"),
    singular=msg("Template of quotations"),
    help=msg("Quotations to begin from: lines, validity and terms."),
    access=Access(VIEW_ORDERS, SET_UP, SET_UP, SET_UP),
    importing=Importing(key=("name",)),
    columns=(
        Column("name", msg("Name")),
        Column("valid_days", msg("Days valid")),
        Column("active", msg("Active")),
    ),
    record_title=lambda template: template.name,
    search=("name",),
    order=("name",),
    form=(
        Section(
            msg("Template"),
            (
                Field("name", msg("Name")),
                Field("valid_days", msg("Days valid"), required=False),
                Field("active", msg("Active")),
                Field("terms", msg("Terms"), widget="multiline", required=False),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("description", msg("Description"), required=False),
                Field("quantity", msg("Quantity"), initial=lambda session: Decimal(1)),
                Field("discount_percent", msg("Discount, percent")),
                Field("kind", msg("Kind"), choices=LINE_KINDS, required=False),
            ),
            order="position",
        ),
    ),
)
