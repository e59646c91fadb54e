"""What there is, what is to be done, and where a lot came from and went."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products
from addons.inventory.models import Lot, OnHand, StockCount, Warehouse
from addons.inventory.models.transfers import TRANSFER_KINDS
from addons.inventory.permissions import VIEW_STOCK
from addons.inventory.services.keeping import available
from addons.inventory.services.overview import by_warehouse, expiring, to_do
from addons.inventory.services.reorder.forecasting import suggestions
from addons.inventory.services.tracing.lots import held_now, holders, moves_of
from core.api import (
    Access,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    NotFound,
    Page,
    Pivot,
    Request,
    Resource,
    Route,
    Section,
    Slot,
    msg,
    phrase,
    today,
)

STOCK: Final = Resource(
    name="stock",
    model=OnHand,
    title=msg("Stock on hand"),
    singular=msg("Stock on hand"),
    help=msg("What there is of each product, by place and lot."),
    access=Access(VIEW_STOCK),
    columns=(
        Column("product_id", msg("Product")),
        Column("location_id", msg("Place")),
        Column("lot_id", msg("Lot or serial number")),
        Column("quantity", msg("Quantity")),
        Column("reserved", msg("Reserved")),
        Column("since", msg("There since"), optional=True),
    ),
    record_title=lambda pile: f"#{pile.id}",
    filters=(
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("location_id", msg("Place"), reference="inventory.locations"),
        Filter("lot_id", msg("Lot or serial number"), reference="inventory.lots"),
        Filter("quantity", msg("Quantity")),
    ),
    views=(
        ListView(
            "there",
            msg("In stock"),
            where=(("quantity__ne", "0"),),
            default_for=("inventory.manager", "inventory.storekeeper", "inventory.reader"),
        ),
        ListView("reserved", msg("Reserved"), where=(("reserved__gt", "0"),)),
        ListView("negative", msg("Less than nothing"), where=(("quantity__lt", "0"),)),
    ),
    order=("product_id", "location_id"),
    form=(
        Section(
            msg("Stock on hand"),
            (
                Field("product_id", msg("Product"), reference="catalog.products", readonly=True),
                Field("location_id", msg("Place"), reference="inventory.locations", readonly=True),
                Field(
                    "lot_id",
                    msg("Lot or serial number"),
                    reference="inventory.lots",
                    readonly=True,
                ),
                Field("quantity", msg("Quantity"), readonly=True),
                Field("reserved", msg("Reserved"), readonly=True),
            ),
        ),
    ),
    discussed=False,
    customizable=False,
    displays=Displays(calendar=False, pivot=Pivot(rows="product_id", across="location_id")),
)

RESOURCES: Final = (STOCK,)


def overview(session: Session, request: Request) -> Page:
    """What is to be received, picked, packed, shipped and counted, and what is late."""
    written = request.query.get("warehouse", "")
    warehouse_id = int(written) if written.isdecimal() and len(written) < 19 else None
    lots = expiring(session)
    counting = select(func.count()).where(StockCount.state.in_(("draft", "counting", "review")))
    return Page(
        "inventory/stock/overview.html",
        {
            "todo": to_do(session, warehouse_id),
            "kinds": TRANSFER_KINDS,
            "expiring": lots,
            "products": get_products(session, {one.product_id for one in lots}),
            "to_order": len(suggestions(session)),
            "counts": session.scalar(counting) or 0,
            "today": today(session),
            "warehouse_id": warehouse_id,
            "warehouses": session.scalars(
                select(Warehouse).where(Warehouse.active).order_by(Warehouse.code)
            ).all(),
        },
    )


def trace(session: Session, request: Request) -> Page:
    """Where a lot came from, where it is, and who has it."""
    lot = session.get(Lot, request.path_params["lot"])
    if lot is None:
        raise NotFound(phrase("There is no such lot."))
    return Page(
        "inventory/stock/trace.html",
        {
            "lot": lot,
            "product": get_products(session, [lot.product_id])[lot.product_id],
            "moves": moves_of(session, lot.id),
            "held": held_now(session, lot.id),
            "holders": holders(session, lot.id),
            "today": today(session),
        },
    )


def beside_product(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What there is of a product, beside it."""
    product = given["record"]
    if product.kind != "goods":
        return None
    return {
        "product": product,
        "rows": by_warehouse(session, product.id),
        "known": available(session, [product.id])[product.id],
    }


def beside_lot(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way from a lot to its story."""
    return {"lot": given["record"], "held": held_now(session, given["record"].id)}


def beside_transfer(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The way from a transfer to the page on which it is worked off."""
    transfer = given["record"]
    return {"transfer": transfer} if transfer.state in ("waiting", "ready") else None


def beside_count(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The way from a count to the page on which one counts."""
    count = given["record"]
    return {"count": count} if count.state != "draft" else None


SLOTS: Final = (
    Slot(
        "catalog.products.side",
        "inventory/stock/product_side.html",
        beside_product,
        VIEW_STOCK,
        order=20,
    ),
    Slot("inventory.lots.side", "inventory/stock/lot_side.html", beside_lot, VIEW_STOCK),
    Slot(
        "inventory.transfers.side",
        "inventory/transfers/side.html",
        beside_transfer,
        VIEW_STOCK,
        order=10,
    ),
    Slot("inventory.counts.side", "inventory/counts/side.html", beside_count, VIEW_STOCK),
)
ROUTES: Final = (
    Route("GET", "/overview", overview, VIEW_STOCK),
    Route("GET", "/trace/{lot:int}", trace, VIEW_STOCK),
)
