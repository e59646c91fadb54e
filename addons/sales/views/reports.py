"""Reports over a period, for the command line and other programs; their pages are the lists of what
was sold and what is open."""

from __future__ import annotations

from typing import Final

from addons.sales.permissions import SEE_MARGIN, VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services import reports
from core.api import Report, msg

REPORTS: Final = (
    Report("sales.by_customer", msg("Sales by customer"), VIEW_INVOICES, reports.by_customer),
    Report("sales.by_product", msg("Sales by product"), VIEW_INVOICES, reports.by_product),
    Report(
        "sales.by_salesperson", msg("Sales by salesperson"), VIEW_INVOICES, reports.by_salesperson
    ),
    Report("sales.by_month", msg("Sales by month"), VIEW_INVOICES, reports.by_month),
    Report("sales.by_branch", msg("Sales by branch"), VIEW_INVOICES, reports.by_branch),
    Report("sales.margins", msg("Margins by product"), SEE_MARGIN, reports.margins),
    Report("sales.by_promotion", msg("What promotions gave"), VIEW_ORDERS, reports.by_promotion),
    Report("sales.open", msg("Open of customers"), VIEW_INVOICES, reports.open_of_customers),
)
