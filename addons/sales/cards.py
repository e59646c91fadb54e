"""What sales put on the start page."""

from __future__ import annotations

from typing import Final

from addons.sales.permissions import VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services import figures
from core.api import Card, ChartCard, FigureCard, ListCard, msg

_ORDERS: Final = ("sales.orders",)
_INVOICES: Final = ("sales.invoices",)

CARDS: Final[tuple[Card, ...]] = (
    FigureCard(
        name="sales.sold",
        title=msg("Sold this month"),
        permission=VIEW_INVOICES,
        figures=figures.sold_this_month,
        compared=msg("in the month before, up to the same day"),
        good="more",
        url="/sales/sold-lines",
        reads=_INVOICES,
        order=20,
    ),
    FigureCard(
        name="sales.overdue",
        title=msg("Overdue of customers"),
        permission=VIEW_INVOICES,
        figures=figures.overdue,
        good="less",
        url="/sales/open-documents",
        reads=("sales.invoices", "sales.payments"),
        order=21,
    ),
    FigureCard(
        name="sales.to_invoice",
        title=msg("Not yet invoiced"),
        permission=VIEW_ORDERS,
        figures=figures.to_be_invoiced,
        good="less",
        url="/sales/to-invoice",
        reads=("sales.orders", "sales.invoices"),
        order=22,
    ),
    FigureCard(
        name="sales.quotations",
        title=msg("Quotations that wait for an answer"),
        permission=VIEW_ORDERS,
        figures=figures.open_quotations,
        url="/sales/orders?state=sent",
        reads=_ORDERS,
        order=23,
    ),
    FigureCard(
        name="sales.late",
        title=msg("Late to customers"),
        permission=VIEW_ORDERS,
        figures=figures.late_deliveries,
        good="less",
        url="/sales/back-orders",
        reads=("sales.orders", "sales.deliveries"),
        order=24,
    ),
    ChartCard(
        name="sales.by_month",
        title=msg("Sales by month"),
        permission=VIEW_INVOICES,
        points=figures.sold_by_month,
        url="/sales/sold-lines",
        reads=_INVOICES,
        order=30,
        slow=True,
    ),
    ListCard(
        name="sales.to_deliver",
        title=msg("To be delivered next"),
        resource="sales.orders",
        where=(("state", "confirmed"), ("delivery_progress__ne", "all")),
        sort=("deliver_on",),
        columns=("number", "contact_name", "deliver_on", "total"),
        order=40,
    ),
)
