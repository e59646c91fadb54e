"""The form of contracts whose invoices come by themselves."""

from __future__ import annotations

from typing import Final

from addons.catalog.api import company_currency
from addons.sales.models.recurring import CHARGES, CONTRACT_STATES, INTERVALS, MAKINGS, TIMINGS
from core.api import Field, Lines, Section, msg, today

FORM: Final = (
    Section(
        msg("Contract"),
        (
            Field("name", msg("Name")),
            Field("contact_id", msg("Customer"), reference="contacts.contacts"),
            Field("starts_on", msg("First day"), initial=today),
            Field("ends_on", msg("Last day"), help=msg("Left empty: until somebody ends it.")),
            Field("state", msg("State"), choices=CONTRACT_STATES, readonly=True),
            Field("covered_until", msg("Settled until"), readonly=True),
            Field("next_day", msg("Next invoice"), readonly=True),
            Field("monthly", msg("A month"), widget="money", readonly=True),
            Field("problem", msg("In the way"), readonly=True),
        ),
    ),
    Section(
        msg("When"),
        (
            Field("every", msg("Every"), required=False),
            Field("unit", msg("Interval"), choices=INTERVALS),
            Field(
                "anchor",
                msg("A period begins on"),
                required=False,
                help=msg(
                    "1 January for calendar months, quarters and years. The 31st is the last day of"
                    " shorter months. Left empty: the first day."
                ),
            ),
            Field("timing", msg("Invoiced"), choices=TIMINGS),
            Field(
                "prorata",
                msg("By days"),
                help=msg("Parts of a period are charged by their days; else in full."),
            ),
            Field("making", msg("Invoices"), choices=MAKINGS),
        ),
    ),
    Section(
        msg("Details"),
        (
            Field("currency", msg("Currency"), initial=company_currency, required=False),
            Field("rate", msg("Rate"), help=msg("Left empty, the books know.")),
            Field("discount_percent", msg("Discount on all, percent"), required=False),
            Field("notice_days", msg("Days of notice before prices rise"), required=False),
            Field("reference", msg("Customer's number"), required=False),
            Field("salesperson_id", msg("Salesperson"), reference="core.users"),
            Field("branch_id", msg("Branch"), reference="core.branches"),
            Field("note", msg("Note"), widget="multiline", required=False),
            Field("cancelled_on", msg("Ended on"), readonly=True),
            Field("cancel_reason", msg("Ended because"), readonly=True),
        ),
    ),
)
LINES: Final = (
    Lines(
        "lines",
        msg("What is charged"),
        (
            Field("product_id", msg("Product"), reference="catalog.products"),
            Field("description", msg("Description"), required=False),
            Field("quantity", msg("Quantity"), required=False),
            Field("unit_id", msg("Unit"), reference="catalog.units"),
            Field("price", msg("Price"), widget="money", required=False),
            Field("discount_percent", msg("Discount, percent"), required=False),
            Field("taxes", msg("Taxes"), required=False),
            Field("charge", msg("Charged"), choices=CHARGES, required=False),
            Field("from_day", msg("From"), required=False),
            Field("until_day", msg("Until"), required=False),
        ),
        order="position",
    ),
    Lines(
        "pauses",
        msg("Pauses"),
        (
            Field("first_day", msg("From")),
            Field("last_day", msg("Until"), required=False),
            Field("reason", msg("Reason"), required=False),
        ),
    ),
    Lines(
        "indexations",
        msg("Changes of prices"),
        (
            Field("from_day", msg("From")),
            Field("told_on", msg("Customer told on")),
            Field("percent", msg("Percent"), required=False),
            Field("index_before", msg("Index before"), required=False),
            Field("index_after", msg("Index after"), required=False),
            Field("reason", msg("Reason"), required=False),
        ),
    ),
)
