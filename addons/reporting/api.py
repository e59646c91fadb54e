"""What other addons may use of reporting: the extension point for books beside the ledger."""

from __future__ import annotations

from addons.reporting.extension_points import SubLedger, SubLedgerFigure

__all__ = ["SubLedger", "SubLedgerFigure"]
