"""What purchases put on the start page."""

from __future__ import annotations

from typing import Final

from addons.purchases.permissions import EDIT_PRICES, VIEW_PURCHASES
from addons.purchases.services import figures
from core.api import ChartCard, FigureCard, ListCard, OnboardingStep, msg

CARDS: Final = (
    FigureCard(
        name="purchases.late",
        title=msg("Late from suppliers"),
        permission=VIEW_PURCHASES,
        figures=figures.late_orders,
        good="less",
        url="/purchases/orders?view=awaited",
        reads=("purchases.orders",),
        order=60,
    ),
    FigureCard(
        name="purchases.due",
        title=msg("Bills due this week"),
        permission=VIEW_PURCHASES,
        figures=figures.due_this_week,
        good="less",
        url="/purchases/bills?view=to_pay",
        reads=("purchases.bills", "purchases.payments"),
        order=61,
    ),
    FigureCard(
        name="purchases.differing",
        title=msg("Bills that differ"),
        permission=VIEW_PURCHASES,
        figures=figures.differing,
        good="less",
        url="/purchases/bills?view=differing",
        reads=("purchases.bills",),
        order=62,
    ),
    ChartCard(
        name="purchases.by_month",
        title=msg("Bought by month"),
        permission=VIEW_PURCHASES,
        points=figures.bought_by_month,
        url="/purchases/purchase-lines",
        reads=("purchases.bills",),
        order=63,
        slow=True,
    ),
    ListCard(
        name="purchases.to_approve",
        title=msg("Orders to be approved"),
        resource="purchases.orders",
        where=(("state", "to_approve"),),
        columns=("contact_name", "date", "total"),
        order=64,
    ),
)

STEPS: Final = (
    OnboardingStep(
        "purchases.prices",
        msg("Enter what your suppliers ask for"),
        msg("Prices and days of delivery are then proposed in every order."),
        "/purchases/prices",
        EDIT_PRICES,
        figures.has_prices,
        order=60,
    ),
)
