"""The kinds of file that can be brought into the books."""

from __future__ import annotations

from typing import Final

from addons.accounting.permissions import EDIT_RATES, IMPORT_LEDGER, OPEN_BOOKS
from addons.accounting.services.chart_import import import_chart
from addons.accounting.services.ledger_import import import_ledger
from addons.accounting.services.opening.reading import import_open_items, import_trial_balance
from addons.accounting.services.rates_file import import_ecb_rates
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
    Importer(
        "accounting.opening_trial_balance",
        msg("Opening: trial balance of the older system (CSV or XLSX)"),
        OPEN_BOOKS,
        import_trial_balance,
    ),
    Importer(
        "accounting.opening_items",
        msg("Opening: open items of the older system (CSV or XLSX)"),
        OPEN_BOOKS,
        import_open_items,
    ),
    Importer(
        "accounting.rates_ecb",
        msg("Currency rates (XML of the European Central Bank)"),
        EDIT_RATES,
        import_ecb_rates,
    ),
)
