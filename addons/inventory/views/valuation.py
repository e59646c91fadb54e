"""What the stock is worth, as plugin.py lists it: resources, pages, menu, reports and cards."""

from __future__ import annotations

from typing import Final

from addons.inventory.permissions import SET_UP_STOCK, VIEW_STOCK, VIEW_VALUE
from addons.inventory.services.valuation import figures, turnover_tables
from addons.inventory.views import costs, ledger, stock_setup, turnover_pages, value_pages
from core.api import (
    ANALYSIS_GROUP,
    SETUP_GROUP,
    Card,
    ChartCard,
    FigureCard,
    MenuItem,
    Report,
    Resource,
    Route,
    Slot,
    msg,
)

RESOURCES: Final[tuple[Resource, ...]] = (
    *ledger.RESOURCES,
    *costs.RESOURCES,
    *stock_setup.RESOURCES,
)
ROUTES: Final[tuple[Route, ...]] = (*value_pages.ROUTES, *turnover_pages.ROUTES)
SLOTS: Final[tuple[Slot, ...]] = value_pages.SLOTS

_SECTION: Final = msg("Inventory")
MENU: Final[tuple[MenuItem, ...]] = (
    MenuItem(
        msg("Stock moves"),
        "/inventory/moves",
        VIEW_STOCK,
        _SECTION,
        "arrow-left-right",
        32,
        ANALYSIS_GROUP,
    ),
    MenuItem(msg("Stock valuation"), "/inventory/valuation", VIEW_VALUE, _SECTION, "coin", 34),
    MenuItem(
        msg("Landed costs"), "/inventory/landed-costs", VIEW_VALUE, _SECTION, "truck-flatbed", 36
    ),
    MenuItem(
        msg("Revaluations"), "/inventory/revaluations", VIEW_VALUE, _SECTION, "graph-up-arrow", 37
    ),
    MenuItem(
        msg("Changes of value"),
        "/inventory/valuations",
        VIEW_VALUE,
        _SECTION,
        "journal-text",
        38,
        ANALYSIS_GROUP,
    ),
    MenuItem(
        msg("Value lines"),
        "/inventory/value-lines",
        VIEW_VALUE,
        _SECTION,
        "list-ol",
        39,
        ANALYSIS_GROUP,
    ),
    MenuItem(
        msg("ABC analysis"),
        "/inventory/abc",
        VIEW_VALUE,
        _SECTION,
        "bar-chart-steps",
        40,
        ANALYSIS_GROUP,
    ),
    MenuItem(
        msg("Slow movers"),
        "/inventory/slow-movers",
        VIEW_VALUE,
        _SECTION,
        "hourglass-split",
        41,
        ANALYSIS_GROUP,
    ),
    MenuItem(
        msg("Stock rules"),
        "/inventory/stock-rules",
        SET_UP_STOCK,
        _SECTION,
        "sliders",
        75,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Opening stock"),
        "/inventory/opening-stock",
        VIEW_VALUE,
        _SECTION,
        "box-arrow-in-right",
        76,
        SETUP_GROUP,
    ),
)

REPORTS: Final = (
    Report("inventory.valuation", msg("Stock valuation"), VIEW_VALUE, figures.valuation_report),
    Report("inventory.movement", msg("Stock movement"), VIEW_VALUE, figures.movement_report),
    Report("inventory.abc", msg("ABC analysis"), VIEW_VALUE, turnover_tables.abc_report),
    Report("inventory.slow_movers", msg("Slow movers"), VIEW_VALUE, turnover_tables.slow_report),
)

_VALUED: Final = ("inventory.valuations",)
CARDS: Final[tuple[Card, ...]] = (
    FigureCard(
        name="inventory.value",
        title=msg("Value of the stock"),
        permission=VIEW_VALUE,
        figures=figures.value_now,
        compared=msg("when the month began"),
        url="/inventory/valuation",
        reads=_VALUED,
        slow=True,
        order=50,
    ),
    FigureCard(
        name="inventory.short",
        title=msg("Products below zero"),
        permission=VIEW_STOCK,
        figures=figures.short_products,
        good="less",
        url="/inventory/stock",
        reads=("inventory.moves",),
        order=51,
    ),
    FigureCard(
        name="inventory.landed_waiting",
        title=msg("Landed costs to post"),
        permission=VIEW_VALUE,
        figures=figures.landed_waiting,
        good="less",
        url="/inventory/landed-costs?view=drafts",
        reads=("inventory.landed-costs",),
        order=52,
    ),
    ChartCard(
        name="inventory.value_by_month",
        title=msg("Value of the stock by month"),
        permission=VIEW_VALUE,
        points=figures.value_by_month,
        kind="line",
        reads=_VALUED,
        slow=True,
        shown=False,
        order=53,
    ),
)
