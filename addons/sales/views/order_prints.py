"""Quotations, orders and proforma invoices on paper."""

from __future__ import annotations

from typing import Any, Final

from addons.sales.services.customers import address_of
from core.api import LineColumn, Print, PrintSum, msg

_LEFT_OUT: Final = (
    "number",
    "state",
    "template_id",
    "invoice_policy",
    "with_promotions",
    "branch_id",
    "team_id",
    "warehouse",
    "salesperson_id",
    "rate",
    "credit_reason",
    "hold_reason",
    "lost_reason_id",
    "lost_note",
    "delivery_progress",
    "invoice_progress",
    "quote_version",
    "net",
    "tax",
    "total",
    "lines.price_why",
    "lines.kind",
    "lines.supply",
    "lines.taxes",
    "lines.delivered",
    "lines.invoiced",
    "lines.returned",
    "lines.net",
)
_PAPER: Final[dict[str, Any]] = {
    "party": "contact_id",
    "address": address_of,
    "sums": (PrintSum(msg("Net"), "net"), PrintSum(msg("Taxes"), "tax")),
    "columns": (LineColumn(msg("Amount"), lambda line: line.net, total=True),),
    "leave_out": _LEFT_OUT,
    "barcode": "number",
}

PRINTS: Final = (
    Print(
        "quotation",
        msg("Quotation"),
        when=lambda order: order.state in ("draft", "sent", "lost"),
        **_PAPER,
    ),
    Print(
        "order",
        msg("Order confirmation"),
        when=lambda order: order.state not in ("draft", "sent", "lost"),
        **_PAPER,
    ),
    Print(
        "proforma",
        msg("Proforma invoice"),
        when=lambda order: order.state not in ("lost", "cancelled"),
        **_PAPER,
    ),
)
