"""The form of invoices and credit notes."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.catalog.api import company_currency
from addons.sales.models import INVOICE_BASES, INVOICE_KINDS, INVOICE_STATES, PAYMENT_PROGRESS
from addons.sales.services.scanning import scan_line
from core.api import Field, Lines, Section, msg, today

_KINDS: Final = (("product", msg("Product")), ("section", msg("Section")), ("note", msg("Note")))

FORM: Final = (
    Section(
        msg("Invoice"),
        (
            Field("kind", msg("Kind"), choices=INVOICE_KINDS),
            Field("contact_id", msg("Customer"), reference="contacts.contacts"),
            Field("day", msg("Date"), initial=today),
            Field("supply_day", msg("Day of supply")),
            Field("reference", msg("Customer's number"), required=False),
            Field("currency", msg("Currency"), initial=company_currency, required=False),
            Field(
                "coupon_codes",
                msg("Coupons"),
                required=False,
                help=msg("Codes with a blank between them."),
            ),
            Field("state", msg("State"), choices=INVOICE_STATES, readonly=True),
            Field("payment_progress", msg("Payment"), choices=PAYMENT_PROGRESS, readonly=True),
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
            Field("retained", msg("Kept back"), widget="money", readonly=True),
            Field("settled", msg("Paid, credited or kept back"), widget="money", readonly=True),
        ),
        below_lines=True,
    ),
    Section(
        msg("Details"),
        (
            Field(
                "given_number",
                msg("Number given elsewhere"),
                required=False,
                help=msg("Left empty: the next one, when it is posted."),
            ),
            Field("salesperson_id", msg("Salesperson"), reference="core.users"),
            Field("branch_id", msg("Branch"), reference="core.branches"),
            Field("with_promotions", msg("Promotions apply"), required=False),
            Field(
                "rate",
                msg("Rate"),
                help=msg("What one unit of the currency is worth. Left empty, the books know."),
            ),
            Field(
                "retention_percent",
                msg("Retention, percent"),
                required=False,
                help=msg("Of the net: the customer keeps it back until the work is accepted."),
            ),
            Field("retained_until", msg("Kept back until")),
            Field("basis", msg("For"), choices=INVOICE_BASES, readonly=True),
            Field("releases_id", msg("Releases"), reference="sales.invoices", readonly=True),
            Field("corrects_id", msg("Corrects"), reference="sales.invoices", readonly=True),
            Field("reason", msg("Reason"), required=False),
            Field("terms", msg("Terms"), widget="multiline", required=False),
            Field("note", msg("Note"), widget="multiline", required=False),
        ),
        below_lines=True,
    ),
)
LINES: Final = (
    Lines(
        "lines",
        msg("Lines"),
        (
            Field("product_id", msg("Product"), reference="catalog.products"),
            Field("description", msg("Description"), required=False),
            Field("quantity", msg("Quantity"), required=False, initial=lambda session: Decimal(1)),
            Field("unit_id", msg("Unit"), reference="catalog.units"),
            Field("price", msg("Price"), widget="money", required=False),
            Field("discount_percent", msg("Discount, percent"), required=False),
            Field("discount", msg("Discount"), widget="money", required=False),
            Field("promotion_discount", msg("Promotions"), widget="money", readonly=True),
            Field("taxes", msg("Taxes"), required=False),
            Field("net", msg("Net"), widget="money", readonly=True),
            Field("kind", msg("Kind"), choices=_KINDS, required=False),
            Field("order_id", msg("Order"), reference="sales.orders"),
        ),
        totals=("net",),
        order="position",
        scan=scan_line,
    ),
    Lines(
        "taxes",
        msg("Taxes"),
        (
            Field("code", msg("Tax"), readonly=True),
            Field("base", msg("On"), widget="money", readonly=True),
            Field("amount", msg("Amount"), widget="money", readonly=True),
        ),
        totals=("amount",),
    ),
    Lines(
        "instalments",
        msg("Due"),
        (
            Field("due", msg("Due"), readonly=True),
            Field("amount", msg("Amount"), widget="money", readonly=True),
        ),
        totals=("amount",),
    ),
)
