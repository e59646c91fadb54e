"""Lists, forms and pages of purchases."""

from __future__ import annotations

from typing import Final

from addons.purchases.views import (
    agreements,
    analysis,
    approvals,
    bills,
    consumption,
    offers,
    orders,
    payments,
    quotations,
    receipts,
    requests,
)
from core.api import Resource

RESOURCES: Final[tuple[Resource, ...]] = (
    *requests.RESOURCES,
    *quotations.RESOURCES,
    *offers.RESOURCES,
    *orders.RESOURCES,
    *receipts.RESOURCES,
    *bills.RESOURCES,
    *payments.RESOURCES,
    *agreements.RESOURCES,
    *approvals.RESOURCES,
    *consumption.RESOURCES,
    *analysis.RESOURCES,
)
