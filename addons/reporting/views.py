"""What is declared of reports: when they are sent, and the reports of the command line."""

from __future__ import annotations

from collections.abc import Callable
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import VIEW_BOOKS
from addons.reporting.services.command_line import table_of
from addons.reporting.services.definitions.shipped import ALL
from addons.reporting.services.schedules import SCHEDULES
from core.api import Period, Report, ReportTable


def _run(key: str) -> Callable[[Session, Period], ReportTable]:
    return lambda session, period: table_of(session, key, period)


RESOURCES: Final = (SCHEDULES,)
# Apart from the names of accounting's own reports, which scripts ask for without the addon's.
_NAMES: Final = {"trial-balance": "balances", "balance-sheet": "financial_position"}
REPORTS: Final = tuple(
    Report(
        f"reporting.{_NAMES.get(one.key, one.key.replace('-', '_'))}",
        one.titles["en"],
        VIEW_BOOKS,
        _run(one.key),
    )
    for one in ALL
)
