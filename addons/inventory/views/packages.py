"""Packages, their kinds and who carries them: lists, forms, labels, and each package's story."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import VIEW_PRODUCTS
from addons.inventory.models import Carrier, Package, PackageType
from addons.inventory.models.packages import PACKAGE_KINDS, PACKAGE_STATES, STEP_KINDS
from addons.inventory.permissions import MOVE_GOODS, SET_UP_STOCK, VIEW_STOCK
from addons.inventory.services.packages import kinds, standing
from addons.inventory.services.packages.story import contents_of, follow_url, story_of
from core.api import (
    Access,
    Action,
    Column,
    Displays,
    Duplicate,
    Field,
    Filter,
    Lines,
    ListView,
    Operations,
    Print,
    Related,
    Resource,
    Section,
    Slot,
    msg,
    phrase,
)


def _unpack(session: Session, package: Package) -> str:
    number = package.number
    standing.unpack(session, package.id)
    return phrase("{number} was unpacked. What lay in it lies loose.", number=number)


def _related(session: Session, package: Package) -> Iterable[Related]:
    yield Related("inventory.packages", package.parent_id, msg("Lies on or in"), before=True)
    yield Related("inventory.transfers", package.transfer_id, msg("Moved by"), before=True)
    inner = select(Package.id).where(Package.parent_id == package.id).order_by(Package.id)
    for one in session.scalars(inner):
        yield Related("inventory.packages", one, msg("Lies in it"))


PACKAGES: Final = Resource(
    name="packages",
    model=Package,
    title=msg("Packages"),
    singular=msg("Package"),
    help=msg("Parcels and pallets: what lies in each, where it is, and where it went."),
    access=Access(VIEW_STOCK, MOVE_GOODS, MOVE_GOODS, MOVE_GOODS),
    columns=(
        Column("number", msg("Number")),
        Column("type.name", msg("Kind")),
        Column(
            "state",
            msg("State"),
            choices=PACKAGE_STATES,
            tones=(("packed", "good"), ("open", "warning")),
        ),
        Column("location.path", msg("Place")),
        Column("parent.number", msg("Lies on or in"), optional=True),
        Column("weight", msg("Weighed, in kg"), optional=True),
        Column("tracking_number", msg("Tracking number"), optional=True),
        Column("transfer.number", msg("Transfer"), optional=True),
    ),
    record_title=lambda package: package.number,
    search=("number", "tracking_number"),
    filters=(
        Filter("state", msg("State"), choices=PACKAGE_STATES),
        Filter("type_id", msg("Kind"), reference="inventory.package-types"),
        Filter("location_id", msg("Place"), reference="inventory.locations"),
        Filter("transfer_id", msg("Transfer"), reference="inventory.transfers"),
    ),
    views=(
        ListView("here", msg("In the warehouse"), where=(("state", "packed"),)),
        ListView("packing", msg("Being packed"), where=(("state", "open"),)),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Package"),
            (
                Field("number", msg("Number"), readonly=True),
                Field(
                    "type_id", msg("Kind"), reference="inventory.package-types", required=False
                ),
                Field("state", msg("State"), choices=PACKAGE_STATES, readonly=True),
                Field(
                    "location_id",
                    msg("Place"),
                    reference="inventory.locations",
                    required=False,
                    help=msg("Where the goods lie that are packed. Moved by scanning."),
                ),
                Field(
                    "parent_id",
                    msg("Lies on or in"),
                    reference="inventory.packages",
                    required=False,
                ),
                Field(
                    "weight",
                    msg("Weighed, in kg"),
                    required=False,
                    help=msg("Left empty, it is worked out of the goods and the empty package."),
                ),
                Field("tracking_number", msg("Tracking number")),
                Field("note", msg("Note"), widget="multiline"),
            ),
        ),
    ),
    lines=(
        Lines(
            "items",
            msg("Contents"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field(
                    "lot_id",
                    msg("Lot or serial number"),
                    reference="inventory.lots",
                    required=False,
                ),
                Field("quantity", msg("Quantity")),
            ),
        ),
    ),
    actions=(
        Action(
            "unpack",
            msg("Unpack"),
            MOVE_GOODS,
            _unpack,
            when=lambda package: package.state == "packed",
            confirm=msg("What lies in it will lie loose in its place."),
            bulk=True,
        ),
    ),
    operations=Operations(
        standing.create_package, standing.update_package, standing.delete_package
    ),
    editable=lambda package: package.state != "unpacked",
    state="state",
    related=_related,
    duplicate=Duplicate(leave_out=("number", "state", "location_id", "parent_id", "weight",
                                   "tracking_number")),
    prints=(
        Print(title=msg("Packing list"), barcode="label_code"),
        Print(
            "label",
            msg("Label"),
            kind="label",
            fields=("tracking_number",),
            barcode="label_code",
        ),
    ),
    displays=Displays(board=False),
)  # fmt: skip

TYPES: Final = Resource(
    name="package-types",
    model=PackageType,
    title=msg("Kinds of packages"),
    singular=msg("Kind of package"),
    help=msg("Boxes and pallets: how large they are, what they weigh empty and carry."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    columns=(
        Column("name", msg("Name")),
        Column("kind", msg("Kind"), choices=PACKAGE_KINDS),
        Column("length", msg("Length in cm")),
        Column("width", msg("Width in cm")),
        Column("height", msg("Height in cm")),
        Column("tare", msg("Empty weight in kg")),
        Column("max_weight", msg("Most it may weigh, in kg")),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda one: one.name,
    search=("name",),
    order=("name",),
    form=(
        Section(
            msg("Kind of package"),
            (
                Field("name", msg("Name")),
                Field("kind", msg("Kind"), choices=PACKAGE_KINDS, initial=lambda session: "parcel"),
                Field("length", msg("Length in cm"), required=False),
                Field("width", msg("Width in cm"), required=False),
                Field("height", msg("Height in cm"), required=False),
                Field("tare", msg("Empty weight in kg")),
                Field(
                    "max_weight",
                    msg("Most it may weigh, in kg"),
                    required=False,
                    help=msg("With all that lies in it. Nobody can pack more."),
                ),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(kinds.create_kind, kinds.update_kind),
)

CARRIERS: Final = Resource(
    name="carriers",
    model=Carrier,
    title=msg("Carriers"),
    singular=msg("Carrier"),
    help=msg("Who brings goods to customers, and where a shipment is followed."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    columns=(
        Column("name", msg("Name")),
        Column("tracking_url", msg("Address of shipments")),
        Column("active", msg("Active"), optional=True),
    ),
    record_title=lambda one: one.name,
    search=("name",),
    order=("name",),
    form=(
        Section(
            msg("Carrier"),
            (
                Field("name", msg("Name")),
                Field(
                    "tracking_url",
                    msg("Address of shipments"),
                    required=False,
                    help=msg("With the word number in braces where the tracking number stands."),
                ),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(kinds.create_carrier, kinds.update_carrier),
)


def beside_package(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What lies in a package, packages in it too, and what became of it."""
    package: Package = given["record"]
    return {
        "package": package,
        "contents": contents_of(session, package),
        "story": story_of(session, package.id),
        "follow": follow_url(session, package),
        "step_kinds": dict(STEP_KINDS),
    }


def labels_of(kind: str) -> Callable[[Session, Mapping[str, Any]], Mapping[str, Any]]:
    """What shows the way from a record to its designed labels."""
    return lambda session, given: {
        "href": f"/catalog/labels/print?kind={kind}&items={given['record'].id}"
    }


RESOURCES: Final = (PACKAGES, TYPES, CARRIERS)
SLOTS: Final = (
    Slot("inventory.packages.side", "inventory/packages/side.html", beside_package, VIEW_STOCK),
    *(
        Slot(
            f"inventory.{resource}.side",
            "inventory/packages/labels_side.html",
            labels_of(kind),
            VIEW_PRODUCTS,
            order=190,
        )
        for resource, kind in (("packages", "package"), ("lots", "lot"), ("locations", "bin"))
    ),
)
