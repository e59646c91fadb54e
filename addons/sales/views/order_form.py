"""The form of quotations and orders."""

from __future__ import annotations

from typing import Final

from addons.catalog.api import company_currency
from addons.sales.models import INVOICE_POLICIES, ORDER_STATES, PROGRESS
from addons.sales.services.warehouses import suggest_warehouses
from core.api import Field, Section, msg, today

FORM: Final = (
    Section(
        msg("Order"),
        (
            Field("contact_id", msg("Customer"), reference="contacts.contacts"),
            Field("day", msg("Date"), initial=today),
            Field("valid_until", msg("Valid until")),
            Field("deliver_on", msg("Deliver on")),
            Field("reference", msg("Customer's number"), required=False),
            Field("salesperson_id", msg("Salesperson"), reference="core.users"),
            Field("currency", msg("Currency"), initial=company_currency, required=False),
            Field(
                "coupon_codes",
                msg("Coupons"),
                required=False,
                help=msg("Codes with a blank between them."),
            ),
            Field("state", msg("State"), choices=ORDER_STATES, readonly=True),
        ),
    ),
    Section(
        msg("Sums"),
        (
            Field("discount_percent", msg("Discount on all, percent"), required=False),
            Field("discount", msg("Discount on all"), widget="money", required=False),
            Field("net", msg("Net"), widget="money", readonly=True),
            Field("tax", msg("Taxes"), widget="money", readonly=True),
            Field("total", msg("Total"), widget="money", readonly=True),
            Field("delivery_progress", msg("Delivered"), choices=PROGRESS, readonly=True),
            Field("invoice_progress", msg("Invoiced"), choices=PROGRESS, readonly=True),
        ),
        below_lines=True,
    ),
    Section(
        msg("Details"),
        (
            Field(
                "number",
                msg("Number"),
                required=False,
                help=msg("Left empty: the next one, when it is sent or confirmed."),
            ),
            Field(
                "template_id",
                msg("Template"),
                reference="sales.quote-templates",
                help=msg("Its lines are taken where you write none."),
            ),
            Field("invoice_policy", msg("Invoiced by"), choices=INVOICE_POLICIES, required=False),
            Field("with_promotions", msg("Promotions apply"), required=False),
            Field("branch_id", msg("Branch"), reference="core.branches"),
            Field("team_id", msg("Team"), reference="core.teams"),
            Field(
                "warehouse",
                msg("Warehouse"),
                required=False,
                suggest=suggest_warehouses,
                help=msg("Where goods shall leave from another one than usual."),
            ),
            Field(
                "rate",
                msg("Rate"),
                help=msg("What one unit of the currency is worth. Left empty, the books know."),
            ),
            Field("terms", msg("Terms"), widget="multiline", required=False),
            Field("note", msg("Note"), widget="multiline", required=False),
            Field(
                "credit_reason",
                msg("Why beyond the credit limit"),
                required=False,
                help=msg("Asked of whoever may confirm an order beyond a limit."),
            ),
            Field("hold_reason", msg("On hold because"), readonly=True),
            Field(
                "lost_reason_id",
                msg("Lost because"),
                reference="sales.lost-reasons",
                readonly=True,
            ),
            Field("lost_note", msg("How it was lost"), readonly=True),
            Field("quote_version", msg("Version"), readonly=True),
        ),
        below_lines=True,
    ),
)
