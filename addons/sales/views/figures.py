"""Figures of sales: what was sold, what waits for goods or an invoice, what customers owe."""

from __future__ import annotations

from typing import Final

from addons.sales.models import (
    INVOICE_KINDS,
    LINE_ROLES,
    ORDER_STATES,
    PAYMENT_KINDS,
    BackOrder,
    OpenDocument,
    SoldLine,
    ToInvoice,
)
from addons.sales.permissions import SEE_MARGIN, VIEW_INVOICES, VIEW_ORDERS
from core.api import (
    Access,
    Column,
    Displays,
    Filter,
    ListView,
    Pivot,
    RecordRules,
    Related,
    Resource,
    Tone,
    msg,
)

_WHOSE: Final = RecordRules(owner="salesperson_id", team="team_id", branch="branch_id")
_COMMON: Final = (
    Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
    Filter("product_id", msg("Product"), reference="catalog.products"),
    Filter("salesperson_id", msg("Salesperson"), reference="core.users"),
    Filter("branch_id", msg("Branch"), reference="core.branches"),
    Filter("day", msg("Date")),
    Filter("currency", msg("Currency")),
)

SOLD_LINES: Final = Resource(
    name="sold-lines",
    model=SoldLine,
    title=msg("What was sold"),
    singular=msg("Sold line"),
    help=msg("The lines of posted invoices; those of credit notes are negative."),
    access=Access(VIEW_INVOICES),
    columns=(
        Column("number", msg("Invoice")),
        Column("day", msg("Date")),
        Column("contact_name", msg("Customer")),
        Column("sku", msg("Code")),
        Column("description", msg("Description")),
        Column("quantity", msg("Quantity"), total=True),
        Column("net", msg("Net"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("company_net", msg("In the company's currency"), widget="money", total=True),
        Column(
            "cost", msg("Cost"), widget="money", total=True, optional=True, permission=SEE_MARGIN
        ),
        Column(
            "margin",
            msg("Margin"),
            widget="money",
            total=True,
            optional=True,
            permission=SEE_MARGIN,
        ),
        Column("kind", msg("Kind"), choices=INVOICE_KINDS, optional=True),
        Column("role", msg("For"), choices=LINE_ROLES, optional=True),
    ),
    record_title=lambda line: f"{line.number} {line.description}",
    search=("number", "contact_name", "sku", "description"),
    filters=(
        *_COMMON,
        Filter("category_id", msg("Category"), reference="catalog.categories"),
        Filter("team_id", msg("Team"), reference="core.teams"),
        Filter("kind", msg("Kind"), choices=INVOICE_KINDS),
        Filter("role", msg("For"), choices=LINE_ROLES),
    ),
    views=(
        ListView("by_customer", msg("By customer"), group=("contact_id", "day:month")),
        ListView("by_product", msg("By product"), group=("product_id", "day:month")),
        ListView("by_category", msg("By category"), group=("category_id", "day:month")),
        ListView("by_salesperson", msg("By salesperson"), group=("salesperson_id", "day:month")),
        ListView("by_branch", msg("By branch"), group=("branch_id", "day:month")),
        ListView("by_month", msg("By month"), group=("day:month",)),
    ),
    order=("-day", "-id"),
    rules=_WHOSE,
    displays=Displays(pivot=Pivot("contact_id", "day:month", "company_net", "bar")),
    related=lambda session, line: [
        Related("sales.invoices", line.invoice_id, msg("Invoice"), before=True)
    ],
    discussed=False,
    customizable=False,
)
BACK_ORDERS: Final = Resource(
    name="back-orders",
    model=BackOrder,
    title=msg("Back-orders"),
    singular=msg("Back-order"),
    help=msg("Goods that customers ordered and did not get yet."),
    access=Access(VIEW_ORDERS),
    columns=(
        Column("number", msg("Order")),
        Column("contact_name", msg("Customer")),
        Column("deliver_on", msg("Deliver on")),
        Column("sku", msg("Code")),
        Column("description", msg("Description")),
        Column("quantity", msg("Ordered")),
        Column("delivered", msg("Delivered")),
        Column("open_quantity", msg("Left"), total=True),
        Column("unit", msg("Unit")),
        Column("open_net", msg("Worth"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency"), optional=True),
        Column("day", msg("Date"), optional=True),
        Column("state", msg("State"), choices=ORDER_STATES, optional=True),
    ),
    record_title=lambda line: f"{line.number} {line.description}",
    search=("number", "contact_name", "sku", "description"),
    filters=(
        *_COMMON,
        Filter("deliver_on", msg("Deliver on")),
        Filter("order_id", msg("Order"), reference="sales.orders"),
        Filter("state", msg("State"), choices=ORDER_STATES),
    ),
    views=(
        ListView("by_product", msg("By product"), group=("product_id",)),
        ListView("by_customer", msg("By customer"), group=("contact_id",)),
    ),
    order=("deliver_on", "id"),
    rules=_WHOSE,
    related=lambda session, line: [
        Related("sales.orders", line.order_id, msg("Order"), before=True)
    ],
    discussed=False,
    customizable=False,
)
TO_INVOICE: Final = Resource(
    name="to-invoice",
    model=ToInvoice,
    title=msg("Not yet invoiced"),
    singular=msg("Line to be invoiced"),
    help=msg("What may be invoiced of confirmed orders, and was not."),
    access=Access(VIEW_ORDERS),
    columns=(
        Column("number", msg("Order")),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("sku", msg("Code")),
        Column("description", msg("Description")),
        Column("open_quantity", msg("Quantity"), total=True),
        Column("unit", msg("Unit")),
        Column("open_net", msg("Net"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
    ),
    record_title=lambda line: f"{line.number} {line.description}",
    search=("number", "contact_name", "sku", "description"),
    filters=(*_COMMON, Filter("order_id", msg("Order"), reference="sales.orders")),
    views=(
        ListView("by_customer", msg("By customer"), group=("contact_id", "order_id")),
        ListView("by_month", msg("By month"), group=("day:month",)),
    ),
    order=("day", "id"),
    rules=_WHOSE,
    related=lambda session, line: [
        Related("sales.orders", line.order_id, msg("Order"), before=True)
    ],
    discussed=False,
    customizable=False,
)
_KINDS: Final = (*INVOICE_KINDS, *PAYMENT_KINDS)
_OPEN_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("credit_note", "good"),
    ("payment", "good"),
)
OPEN_DOCUMENTS: Final = Resource(
    name="open-documents",
    model=OpenDocument,
    title=msg("Open of customers"),
    singular=msg("Open document"),
    help=msg("What customers owe; what they have to their credit is negative."),
    access=Access(VIEW_INVOICES),
    columns=(
        Column("number", msg("Number")),
        Column("kind", msg("Kind"), choices=_KINDS, tones=_OPEN_TONES),
        Column("contact_name", msg("Customer")),
        Column("day", msg("Date")),
        Column("due_day", msg("Due")),
        Column("total", msg("Total"), widget="money", total=True, currency="currency"),
        Column("open_amount", msg("Open"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("reference", msg("Reference"), optional=True),
    ),
    record_title=lambda one: f"{one.number} {one.contact_name}",
    search=("number", "contact_name", "reference"),
    filters=(
        Filter("contact_id", msg("Customer"), reference="contacts.contacts"),
        Filter("kind", msg("Kind"), choices=_KINDS),
        Filter("day", msg("Date")),
        Filter("due_day", msg("Due")),
        Filter("currency", msg("Currency")),
        Filter("branch_id", msg("Branch"), reference="core.branches"),
    ),
    views=(
        ListView("by_customer", msg("By customer"), group=("contact_id",)),
        ListView("by_due", msg("By due date"), group=("due_day:month",), sort=("due_day",)),
    ),
    order=("due_day", "id"),
    rules=RecordRules(branch="branch_id"),
    related=lambda session, one: [
        Related("sales.invoices", one.invoice_id, msg("Invoice"), before=True),
        Related("sales.payments", one.payment_id, msg("Payment"), before=True),
    ],
    discussed=False,
    customizable=False,
)
