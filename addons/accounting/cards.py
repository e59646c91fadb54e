"""What accounting puts on the start page, and the first steps in the books."""

from __future__ import annotations

from typing import Final

from addons.accounting.permissions import CLOSE_PERIOD, EDIT_CHART, POST_ENTRY, VIEW_BOOKS
from addons.accounting.services import dashboard
from addons.accounting.services.closing.dashboard import steps_left
from addons.accounting.services.collections import figures
from core.api import ChartCard, FigureCard, ListCard, OnboardingStep, msg

_BOOKS: Final = ("accounting.entries",)
_OWED: Final = ("accounting.entries", "accounting.open-items")

CARDS: Final = (
    FigureCard(
        name="accounting.money",
        title=msg("Bank and cash"),
        permission=VIEW_BOOKS,
        figures=dashboard.money_at_hand,
        compared=msg("when the month began"),
        good="more",
        url="/accounting/accounts?view=money",
        reads=_BOOKS,
        order=10,
    ),
    FigureCard(
        name="accounting.income",
        title=msg("Income of the last month"),
        permission=VIEW_BOOKS,
        figures=dashboard.income_last_month,
        good="more",
        url="/accounting/income-statement",
        reads=_BOOKS,
        order=20,
    ),
    FigureCard(
        name="accounting.expenses",
        title=msg("Expenses of the last month"),
        permission=VIEW_BOOKS,
        figures=dashboard.expenses_last_month,
        good="less",
        url="/accounting/income-statement",
        reads=_BOOKS,
        order=30,
    ),
    FigureCard(
        name="accounting.receivables_overdue",
        title=msg("Receivables overdue"),
        permission=VIEW_BOOKS,
        figures=figures.receivables_overdue,
        good="less",
        url="/accounting/ages/receivable",
        reads=_OWED,
        order=41,
        slow=True,
    ),
    FigureCard(
        name="accounting.payables_this_week",
        title=msg("Payables due this week"),
        permission=VIEW_BOOKS,
        figures=figures.payables_this_week,
        url="/accounting/ages/payable",
        reads=_OWED,
        order=42,
        slow=True,
    ),
    FigureCard(
        name="accounting.cheques_today",
        title=msg("Cheques payable today"),
        permission=VIEW_BOOKS,
        figures=figures.cheques_today,
        url="/accounting/cheques?view=waiting",
        reads=("accounting.cheques",),
        order=43,
    ),
    FigureCard(
        name="accounting.closing",
        title=msg("Steps left to close the last month"),
        permission=CLOSE_PERIOD,
        figures=steps_left,
        good="less",
        url="/accounting/closing",
        reads=("accounting.periods", "accounting.entries"),
        order=44,
        slow=True,
    ),
    ChartCard(
        name="accounting.result",
        title=msg("Income and expenses by month"),
        permission=VIEW_BOOKS,
        points=dashboard.result_by_month,
        url="/accounting/income-statement",
        reads=_BOOKS,
        order=50,
        wide=True,
    ),
    ListCard(
        name="accounting.latest",
        title=msg("Latest entries"),
        resource="accounting.entries",
        columns=("number", "date", "partner", "narration"),
        sort=("-date",),
        limit=6,
        order=60,
        wide=True,
    ),
)

STEPS: Final = (
    OnboardingStep(
        "accounting.chart",
        msg("Set up your chart of accounts"),
        msg("Take the one of your country, bring it along as a file, or write it yourself."),
        "/accounting/charts",
        EDIT_CHART,
        dashboard.has_accounts,
        order=30,
    ),
    OnboardingStep(
        "accounting.opening",
        msg("Take over your opening balances"),
        msg("What the company owned and owed on the day that its books begin here."),
        "/accounting/openings",
        POST_ENTRY,
        dashboard.has_entries,
        order=40,
    ),
)
