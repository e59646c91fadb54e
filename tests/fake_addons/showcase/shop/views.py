"""The shop's documents as its users see them."""

from __future__ import annotations

from datetime import date

from core.api import (
    Access,
    Action,
    Board,
    Column,
    Discussion,
    Displays,
    Field,
    Filter,
    Importing,
    LineColumn,
    Lines,
    ListView,
    Operations,
    Print,
    RecordRules,
    Resource,
    Section,
    Tone,
)
from tests.fake_addons.showcase.shop import permissions, services
from tests.fake_addons.showcase.shop.models import Customer, Order, Product, Status

KINDS = (("person", "Person"), ("company", "Company"))
CURRENCIES = (("SAR", "Saudi riyal"), ("BDT", "Taka"), ("KWD", "Kuwaiti dinar"))
TONES: tuple[tuple[str, Tone], ...] = (("confirmed", "good"), ("cancelled", "bad"))

CUSTOMERS = Resource(
    name="customers",
    discussed=Discussion(write=permissions.READ_CUSTOMERS),
    importing=Importing(key=("name",), synonyms=(("name", "Client"), ("city", "Town"))),
    model=Customer,
    title="Customers",
    singular="Customer",
    help="Whoever buys from you is kept here.",
    access=Access(
        read=permissions.READ_CUSTOMERS,
        create=permissions.WRITE_CUSTOMERS,
        update=permissions.WRITE_CUSTOMERS,
        delete=permissions.WRITE_CUSTOMERS,
    ),
    columns=(
        Column("name"),
        Column("city"),
        Column("kind", choices=KINDS),
        Column("credit", widget="money", total=True),
        Column("active"),
        Column("since"),
        Column("seen_at", "Last seen"),
        Column("visits"),
    ),
    record_title=lambda customer: customer.name,
    search=("name", "city", "email"),
    filters=(
        Filter("city"),
        Filter("kind", choices=KINDS),
        Filter("active"),
        Filter("credit"),
        Filter("since"),
        Filter("seen_at"),
        Filter("visits"),
    ),
    order=("name",),
    form=(
        Section(
            "Customer",
            (
                Field("name"),
                Field("kind", choices=KINDS),
                Field("email", widget="email"),
                Field("city"),
                Field("active"),
            ),
        ),
        Section(
            "Dealings",
            (
                Field("credit", "Credit limit", widget="money", help="Empty means no limit."),
                Field("since", "Customer since"),
                Field("opens_at", "Opens at"),
                Field("seen_at", "Last seen"),
                Field("visits"),
                Field("portal_password", widget="password"),
                Field("note", widget="multiline"),
            ),
        ),
    ),
)

PRODUCTS = Resource(
    name="products",
    model=Product,
    title="Products",
    singular="Product",
    access=Access(read=permissions.READ_PRODUCTS),
    columns=(Column("code"), Column("name"), Column("price", widget="money")),
    record_title=lambda product: f"{product.code} {product.name}",
    search=("code", "name"),
    order=("code",),
    prints=(Print("label", "Label", kind="label", fields=("price",), barcode="code"),),
)

ORDERS = Resource(
    name="orders",
    importing=Importing(key=("number",)),
    model=Order,
    title="Orders",
    singular="Order",
    help="An order says who buys what, and at which price.",
    access=Access(
        read=permissions.READ_ORDERS,
        create=permissions.WRITE_ORDERS,
        update=permissions.WRITE_ORDERS,
        delete=permissions.WRITE_ORDERS,
    ),
    columns=(
        Column("number"),
        Column("customer.name", "Customer"),
        Column("date"),
        Column("status", tones=TONES),
        Column("currency"),
        Column("total", widget="money", total=True, currency="currency"),
        Column("customer.city", "City", optional=True),
        Column(
            "customer.credit",
            "Credit limit",
            widget="money",
            optional=True,
            permission=permissions.READ_CUSTOMERS,
        ),
    ),
    record_title=lambda order: order.number,
    search=("number", "customer.name"),
    filters=(
        Filter("status"),
        Filter("customer_id"),
        Filter("date"),
        Filter("total"),
        Filter("number"),
    ),
    order=("-date", "-number"),
    form=(
        Section(
            "Order",
            (
                Field("number"),
                Field("customer_id", reference="shop.customers"),
                Field("date", initial=lambda session: date(2026, 11, 22)),
                Field("currency", choices=CURRENCIES),
                Field("status", readonly=True),
                Field("total", widget="money", readonly=True),
                Field("remark", widget="multiline"),
            ),
            help="Who buys, when, and in which currency.",
        ),
    ),
    lines=(
        Lines(
            "lines",
            "Lines",
            (
                Field("product_id", reference="shop.products"),
                Field("description"),
                Field("quantity"),
                Field("price", widget="money"),
            ),
            totals=("quantity", "price"),
            order="position",
            scan=services.scan,
        ),
    ),
    actions=(
        Action(
            "confirm",
            "Confirm",
            permissions.CONFIRM_ORDERS,
            services.confirm,
            when=lambda order: order.status is Status.DRAFT,
            style="primary",
            bulk=True,
        ),
        Action(
            "cancel",
            "Cancel the order",
            permissions.WRITE_ORDERS,
            services.cancel,
            when=lambda order: order.status is not Status.CANCELLED,
            confirm="The customer gets nothing then.",
            style="danger",
        ),
    ),
    operations=Operations(create=services.create_order, update=services.change_order),
    rules=RecordRules(owner="seller_id", team="team_id", branch="branch_id"),
    editable=lambda order: order.status is Status.DRAFT,
    state="status",
    displays=Displays(board=Board("status", (("confirmed", "confirm"), ("cancelled", "cancel")))),
    related=services.related,
    views=(
        ListView("drafts", "Drafts", where=(("status", "draft"),), sort=("-date",)),
        ListView(
            "by_month",
            "By month and customer",
            where=(("status__ne", "cancelled"),),
            group=("date:month", "customer_id"),
            columns=("number", "status", "total", "customer.city"),
        ),
    ),
    prints=(
        Print(
            party="customer_id",
            address=services.address,
            columns=(LineColumn("Amount", lambda line: line.quantity * line.price, total=True),),
            barcode="number",
        ),
        Print(
            "receipt",
            "Receipt",
            kind="receipt",
            party="customer_id",
            columns=(LineColumn("Amount", lambda line: line.quantity * line.price),),
            qr=lambda session, order: f"shop:{order.number}",
        ),
    ),
)

ALL = [CUSTOMERS, PRODUCTS, ORDERS]
