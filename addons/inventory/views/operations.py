"""The operations of the store as plugin.py lists them: resources, pages, menu, slots and cards."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy.orm import Session

from addons.inventory.permissions import COUNT_STOCK, MOVE_GOODS, SET_UP_STOCK, VIEW_STOCK
from addons.inventory.services.overview import expiring, to_do
from addons.inventory.services.reorder.forecasting import suggestions
from addons.inventory.views import (
    batches,
    counts,
    gathering,
    lent,
    order_links,
    packages,
    packing,
    places,
    reorder,
    stock,
    transfers,
    work,
)
from core.api import (
    SETUP_GROUP,
    Amount,
    Card,
    FigureCard,
    ListCard,
    MenuItem,
    Resource,
    Route,
    Slot,
    msg,
)

RESOURCES: Final[tuple[Resource, ...]] = (
    *transfers.RESOURCES,
    *batches.RESOURCES,
    *packages.RESOURCES,
    *stock.RESOURCES,
    *lent.RESOURCES,
    *places.RESOURCES,
    *counts.RESOURCES,
    *reorder.RESOURCES,
)
ROUTES: Final[tuple[Route, ...]] = (
    *stock.ROUTES,
    *work.ROUTES,
    *packing.ROUTES,
    *batches.ROUTES,
    *gathering.ROUTES,
    *counts.ROUTES,
    *reorder.ROUTES,
)
SLOTS: Final[tuple[Slot, ...]] = (
    *stock.SLOTS,
    *batches.SLOTS,
    *order_links.SLOTS,
    *packages.SLOTS,
    *packing.SLOTS,
)

_SECTION: Final = msg("Inventory")
MENU: Final[tuple[MenuItem, ...]] = (
    *lent.MENU,
    MenuItem(msg("Operations"), "/inventory/overview", VIEW_STOCK, _SECTION, "clipboard-check", 10),
    MenuItem(msg("Transfers"), "/inventory/transfers", VIEW_STOCK, _SECTION, "truck", 20),
    MenuItem(msg("Stock on hand"), "/inventory/stock", VIEW_STOCK, _SECTION, "boxes", 30),
    MenuItem(msg("Counts"), "/inventory/counts", COUNT_STOCK, _SECTION, "123", 40),
    MenuItem(msg("To order"), "/inventory/to-order", MOVE_GOODS, _SECTION, "cart-plus", 50),
    MenuItem(msg("Lots and serial numbers"), "/inventory/lots", VIEW_STOCK, _SECTION, "upc", 60),
    MenuItem(msg("Batches"), "/inventory/batches", MOVE_GOODS, _SECTION, "collection", 65),
    MenuItem(
        msg("Gather transfers"),
        "/inventory/batch-gathering",
        MOVE_GOODS,
        _SECTION,
        "basket",
        64,
    ),
    MenuItem(msg("Packages"), "/inventory/packages", VIEW_STOCK, _SECTION, "box-seam", 66),
    MenuItem(msg("Scan packages"), "/inventory/package-scan", MOVE_GOODS, _SECTION, "upc-scan", 67),
    MenuItem(
        msg("Kinds of packages"),
        "/inventory/package-types",
        SET_UP_STOCK,
        _SECTION,
        "box2",
        75,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Carriers"),
        "/inventory/carriers",
        SET_UP_STOCK,
        _SECTION,
        "truck-front",
        76,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Warehouses"),
        "/inventory/warehouses",
        SET_UP_STOCK,
        _SECTION,
        "building",
        70,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Locations"), "/inventory/locations", SET_UP_STOCK, _SECTION, "geo", 71, SETUP_GROUP
    ),
    MenuItem(
        msg("Storage rules"),
        "/inventory/storage-rules",
        SET_UP_STOCK,
        _SECTION,
        "signpost-2",
        72,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Reorder rules"),
        "/inventory/reorder-rules",
        SET_UP_STOCK,
        _SECTION,
        "arrow-repeat",
        73,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Count plans"),
        "/inventory/count-plans",
        SET_UP_STOCK,
        _SECTION,
        "calendar-check",
        74,
        SETUP_GROUP,
    ),
)


def _late(session: Session) -> Iterable[Amount]:
    return [Amount(sum(one.late for one in to_do(session).values()))]


def _to_order(session: Session) -> Iterable[Amount]:
    return [Amount(len(suggestions(session)))]


def _expiring(session: Session) -> Iterable[Amount]:
    return [Amount(len(expiring(session, 1000)))]


CARDS: Final[tuple[Card, ...]] = (
    FigureCard(
        name="inventory.late",
        title=msg("Late transfers"),
        permission=VIEW_STOCK,
        figures=_late,
        good="less",
        url="/inventory/overview",
        reads=("inventory.transfers",),
        order=60,
    ),
    FigureCard(
        name="inventory.to_order",
        title=msg("Products to order"),
        permission=VIEW_STOCK,
        figures=_to_order,
        url="/inventory/to-order",
        reads=("inventory.transfers", "inventory.replenishments"),
        slow=True,
        order=61,
    ),
    FigureCard(
        name="inventory.expiring",
        title=msg("Lots that expire soon"),
        permission=VIEW_STOCK,
        figures=_expiring,
        good="less",
        url="/inventory/overview",
        reads=("inventory.transfers", "inventory.lots"),
        slow=True,
        shown=False,
        order=62,
    ),
    ListCard(
        name="inventory.to_do",
        title=msg("Transfers to do"),
        resource="inventory.transfers",
        where=(("state", "ready"),),
        sort=("day",),
        columns=("id", "kind", "source_number", "day"),
        order=63,
    ),
)
