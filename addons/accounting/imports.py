"""The kinds of file that can be brought into the books."""

from __future__ import annotations

from typing import Final

from addons.accounting.permissions import IMPORT_LEDGER
from addons.accounting.services.chart_import import import_chart
from addons.accounting.services.ledger_import import import_ledger
from core.api import Importer, msg

IMPORTS: Final = (
    Importer(
        "accounting.ledger",
        msg("Ledger (CSV of hledger, beancount or one line per posting)"),
        IMPORT_LEDGER,
        import_ledger,
    ),
    Importer(
        "accounting.chart",
        msg("Chart of accounts (CSV with account and type)"),
        IMPORT_LEDGER,
        import_chart,
    ),
)
