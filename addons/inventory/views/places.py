"""Warehouses, places, lots, and the rules of where goods are kept."""

from __future__ import annotations

from typing import Final

from addons.inventory.models import LOCATION_KINDS, Location, Lot, StorageRule, Warehouse
from addons.inventory.models.reservations import REMOVALS, STRATEGIES
from addons.inventory.permissions import MOVE_GOODS, SET_UP_STOCK, VIEW_STOCK
from addons.inventory.services import places
from addons.inventory.services.lots import create_lot, delete_lot, update_lot
from addons.inventory.services.storage_rules import create_rule, update_rule
from core.api import (
    Access,
    Column,
    Field,
    Filter,
    Importing,
    ListView,
    Operations,
    Print,
    Resource,
    Section,
    msg,
)

WAREHOUSES: Final = Resource(
    name="warehouses",
    model=Warehouse,
    title=msg("Warehouses"),
    singular=msg("Warehouse"),
    help=msg("Warehouses, shops and vans: where goods come in and go out."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    importing=Importing(key=("code",)),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("receipt_steps", msg("Steps in")),
        Column("delivery_steps", msg("Steps out")),
        Column("contact_id", msg("Lies with"), optional=True),
        Column("active", msg("Active")),
    ),
    record_title=lambda one: f"{one.code} {one.name}",
    search=("code", "name"),
    filters=(
        Filter("active", msg("Active")),
        Filter("contact_id", msg("Lies with"), reference="contacts.contacts"),
    ),
    order=("code",),
    form=(
        Section(
            msg("Warehouse"),
            (
                Field("code", msg("Code"), help=msg("Short: it begins the names of its places.")),
                Field("name", msg("Name")),
                Field(
                    "contact_id",
                    msg("Lies with"),
                    reference="contacts.contacts",
                    required=False,
                    help=msg("A customer who has our goods with him until he uses them."),
                ),
                Field(
                    "receipt_steps",
                    msg("Steps in"),
                    initial=lambda session: 1,
                    help=msg("1 into stock; 2 arrive, put away; 3 arrive, check, put away."),
                ),
                Field(
                    "delivery_steps",
                    msg("Steps out"),
                    initial=lambda session: 1,
                    help=msg("1 out of stock; 2 pick, ship; 3 pick, pack, ship."),
                ),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(
        places.create_warehouse, places.update_warehouse, places.delete_warehouse
    ),
)

LOCATIONS: Final = Resource(
    name="locations",
    model=Location,
    title=msg("Locations"),
    singular=msg("Location"),
    help=msg("The places in a warehouse: zones, shelves and bins, each within another."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    importing=Importing(key=("parent_id", "name")),
    columns=(
        Column("path", msg("Place")),
        Column("kind", msg("Kind"), choices=LOCATION_KINDS),
        Column("barcode", msg("Barcode")),
        Column("removal", msg("Taken out"), choices=REMOVALS),
        Column("active", msg("Active")),
    ),
    record_title=lambda one: one.path,
    search=("path", "barcode"),
    filters=(
        Filter("warehouse_id", msg("Warehouse"), reference="inventory.warehouses"),
        Filter("kind", msg("Kind"), choices=LOCATION_KINDS),
        Filter("contact_id", msg("Owner of the goods"), reference="contacts.contacts"),
        Filter("active", msg("Active")),
    ),
    views=(
        ListView("storage", msg("Storage"), where=(("kind", "internal"),)),
        ListView("consigned", msg("Goods of suppliers"), where=(("kind", "consigned"),)),
    ),
    order=("path",),
    form=(
        Section(
            msg("Location"),
            (
                Field("name", msg("Name")),
                Field(
                    "parent_id",
                    msg("Within"),
                    reference="inventory.locations",
                    required=True,
                ),
                Field(
                    "kind", msg("Kind"), choices=LOCATION_KINDS, initial=lambda session: "internal"
                ),
                Field(
                    "contact_id",
                    msg("Owner of the goods"),
                    reference="contacts.contacts",
                    required=False,
                    help=msg("The supplier whose goods lie there until they are used."),
                ),
                Field("barcode", msg("Barcode"), help=msg("What a scanner reads at the shelf.")),
                Field(
                    "removal",
                    msg("Taken out"),
                    choices=REMOVALS,
                    help=msg("Left empty: as of the place above; else what expires first."),
                ),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(places.create_location, places.update_location, places.delete_location),
    prints=(
        Print(),
        Print("label", msg("Label"), kind="label", fields=("path",), barcode="barcode"),
    ),
)

LOTS: Final = Resource(
    name="lots",
    model=Lot,
    title=msg("Lots and serial numbers"),
    singular=msg("Lot or serial number"),
    help=msg("Goods that are told apart, with the day on which they expire."),
    access=Access(VIEW_STOCK, MOVE_GOODS, MOVE_GOODS, MOVE_GOODS),
    importing=Importing(key=("product_id", "name")),
    columns=(
        Column("name", msg("Lot or serial number")),
        Column("product_id", msg("Product")),
        Column("expires_on", msg("Expires on")),
        Column("made_on", msg("Made on"), optional=True),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda lot: lot.name,
    search=("name",),
    filters=(
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("expires_on", msg("Expires on")),
    ),
    views=(
        ListView(
            "expiring",
            msg("Expire this month"),
            where=(("expires_on__during", "this_month"),),
            sort=("expires_on",),
        ),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Lot or serial number"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("name", msg("Lot or serial number")),
                Field("made_on", msg("Made on")),
                Field("expires_on", msg("Expires on")),
                Field("note", msg("Note"), widget="multiline"),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(create_lot, update_lot, delete_lot),
    prints=(
        Print(),
        Print("label", msg("Label"), kind="label", fields=("expires_on",), barcode="name"),
    ),
)

STORAGE_RULES: Final = Resource(
    name="storage-rules",
    model=StorageRule,
    title=msg("Storage rules"),
    singular=msg("Storage rule"),
    help=msg("Where goods are put away in a warehouse, and how they are taken out."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    columns=(
        Column("warehouse_id", msg("Warehouse")),
        Column("category_id", msg("Category")),
        Column("product_id", msg("Product")),
        Column("package_type_id", msg("Kind of package"), optional=True),
        Column("put_into.path", msg("Put into")),
        Column("strategy", msg("Bin"), choices=STRATEGIES),
        Column("capacity", msg("Most in a bin"), optional=True),
        Column("removal", msg("Taken out"), choices=REMOVALS),
    ),
    record_title=lambda rule: f"#{rule.id}",
    filters=(
        Filter("warehouse_id", msg("Warehouse"), reference="inventory.warehouses"),
        Filter("category_id", msg("Category"), reference="catalog.categories"),
    ),
    form=(
        Section(
            msg("Storage rule"),
            (
                Field("warehouse_id", msg("Warehouse"), reference="inventory.warehouses"),
                Field(
                    "category_id",
                    msg("Category"),
                    reference="catalog.categories",
                    help=msg("With all categories below it. Neither of the two: all goods."),
                ),
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field(
                    "package_type_id",
                    msg("Kind of package"),
                    reference="inventory.package-types",
                    required=False,
                    help=msg("Where whole packages go, whatever lies in them."),
                ),
                Field("put_into_id", msg("Put into"), reference="inventory.locations"),
                Field(
                    "strategy",
                    msg("Bin"),
                    choices=STRATEGIES,
                    initial=lambda session: "fixed",
                    help=msg("Of a place with bins in it, which of them is taken."),
                ),
                Field(
                    "capacity",
                    msg("Most in a bin"),
                    required=False,
                    help=msg("Of one product in its unit; for packages, how many of them."),
                ),
                Field("removal", msg("Taken out"), choices=REMOVALS),
            ),
        ),
    ),
    operations=Operations(create_rule, update_rule),
)

RESOURCES: Final = (WAREHOUSES, LOCATIONS, LOTS, STORAGE_RULES)
