"""Invoices and credit notes on paper. A second language and the texts are the company's setting;
the QR code of an electronic invoice comes from the addon that sends it to the authority."""

from __future__ import annotations

from typing import Any, Final

from addons.sales.services.stamps import buyer_of, file_of, qr_of, title_of
from core.api import LineColumn, Print, PrintSum, msg

_LEFT_OUT: Final = (
    "kind",
    "state",
    "payment_progress",
    "given_number",
    "salesperson_id",
    "branch_id",
    "with_promotions",
    "basis",
    "settled",
    "net",
    "tax",
    "total",
    "lines.kind",
    "lines.net",
)
_PAPER: Final[dict[str, Any]] = {
    "titled": title_of,
    "number": "number",
    "party": "contact_id",
    "address": buyer_of,
    "sums": (PrintSum(msg("Net"), "net"), PrintSum(msg("Taxes"), "tax")),
    "columns": (
        LineColumn(msg("Net"), lambda line: line.net, total=True),
        LineColumn(msg("Tax amount"), lambda line: line.tax, total=True),
        LineColumn(msg("Amount"), lambda line: line.net + line.tax, total=True),
    ),
    "leave_out": _LEFT_OUT,
    "barcode": "number",
    "qr": qr_of,
    "attach": file_of,
}

PRINTS: Final = (
    Print(
        "invoice",
        msg("Invoice"),
        when=lambda invoice: not invoice.is_draft and invoice.kind == "invoice",
        **_PAPER,
    ),
    Print(
        "credit_note",
        msg("Credit note"),
        when=lambda invoice: not invoice.is_draft and invoice.kind == "credit_note",
        **_PAPER,
    ),
    Print(
        "draft",
        msg("Draft of an invoice"),
        when=lambda invoice: invoice.is_draft,
        **{**_PAPER, "number": "", "barcode": ""},
    ),
)
