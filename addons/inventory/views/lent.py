"""What lies elsewhere than with its owner: suppliers' goods here, the company's with customers."""

from __future__ import annotations

from typing import Final

from addons.inventory.models import WHOSE, LentGoods
from addons.inventory.permissions import VIEW_STOCK
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    MenuItem,
    Pivot,
    Resource,
    Section,
    msg,
)

LENT: Final = Resource(
    name="lent-goods",
    model=LentGoods,
    title=msg("Consigned goods"),
    singular=msg("Consigned goods"),
    help=msg(
        "Goods of suppliers that lie here until they are used, and our goods that lie with"
        " customers."
    ),
    access=Access(VIEW_STOCK),
    columns=(
        Column("whose", msg("Whose"), choices=WHOSE, tones=(("theirs", "warning"),)),
        Column("contact_id", msg("Contact")),
        Column("product_id", msg("Product")),
        Column("location_id", msg("Place")),
        Column("lot_id", msg("Lot or serial number")),
        Column("quantity", msg("Quantity")),
        Column("since", msg("There since"), optional=True),
    ),
    record_title=lambda pile: f"#{pile.id}",
    filters=(
        Filter("whose", msg("Whose"), choices=WHOSE),
        Filter("contact_id", msg("Contact"), reference="contacts.contacts"),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("location_id", msg("Place"), reference="inventory.locations"),
        Filter("lot_id", msg("Lot or serial number"), reference="inventory.lots"),
    ),
    views=(
        ListView("theirs", msg("Of suppliers, with us"), where=(("whose", "theirs"),)),
        ListView("ours", msg("Ours, with customers"), where=(("whose", "ours"),)),
    ),
    order=("whose", "contact_id", "product_id"),
    form=(
        Section(
            msg("Consigned goods"),
            (
                Field("whose", msg("Whose"), choices=WHOSE, readonly=True),
                Field("contact_id", msg("Contact"), reference="contacts.contacts", readonly=True),
                Field("product_id", msg("Product"), reference="catalog.products", readonly=True),
                Field("location_id", msg("Place"), reference="inventory.locations", readonly=True),
                Field(
                    "lot_id",
                    msg("Lot or serial number"),
                    reference="inventory.lots",
                    readonly=True,
                ),
                Field("quantity", msg("Quantity"), readonly=True),
            ),
        ),
    ),
    discussed=False,
    customizable=False,
    displays=Displays(calendar=False, pivot=Pivot(rows="product_id", across="contact_id")),
)
RESOURCES: Final = (LENT,)
MENU: Final = (
    MenuItem(
        msg("Consigned goods"),
        "/inventory/lent-goods",
        VIEW_STOCK,
        msg("Inventory"),
        "arrow-left-right",
        35,
    ),
)
