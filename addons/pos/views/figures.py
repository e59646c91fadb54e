"""Reports over a period, for their pages, the command line and other programs."""

from __future__ import annotations

from typing import Final

from addons.pos.permissions import VIEW_SALES
from addons.pos.services import figures
from core.api import Report, msg

REPORTS: Final = (
    Report("pos.by_product", msg("Best sellers of the tills"), VIEW_SALES, figures.by_product),
    Report("pos.by_hour", msg("Tills by hour"), VIEW_SALES, figures.by_hour),
    Report("pos.by_cashier", msg("Tills by cashier"), VIEW_SALES, figures.by_cashier),
    Report("pos.by_register", msg("Sales by till"), VIEW_SALES, figures.by_register),
    Report("pos.by_method", msg("Tills by way to pay"), VIEW_SALES, figures.by_method),
)
