"""Budgets: their list and form, and the page that compares one with the books."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import (
    BUDGET_CONTROLS,
    BUDGET_SPANS,
    BUDGET_STATES,
    Budget,
    BudgetOverride,
)
from addons.accounting.permissions import EDIT_BUDGETS, OVERRIDE_BUDGET, VIEW_BOOKS
from addons.accounting.services.budgets import keeping, report
from addons.accounting.views.typed import money_digits, typed_amount, typed_number
from core.api import (
    Access,
    Action,
    Column,
    Duplicate,
    Field,
    Filter,
    Importing,
    InvalidInput,
    Lines,
    NotFound,
    Operations,
    Page,
    Redirect,
    Report,
    Request,
    Resource,
    Route,
    Section,
    msg,
    phrase,
)


def _put_in_force(session: Session, budget: Budget) -> str:
    keeping.put_in_force(session, budget)
    return phrase("Edition {edition} is in force.", edition=budget.edition)


BUDGETS: Final = Resource(
    name="budgets",
    model=Budget,
    title=msg("Budgets"),
    singular=msg("Budget"),
    help=msg("What the company means to earn and spend, and whether entries are held to it."),
    access=Access(VIEW_BOOKS, EDIT_BUDGETS, EDIT_BUDGETS, EDIT_BUDGETS),
    columns=(
        Column("name", msg("Name")),
        Column("edition", msg("Edition")),
        Column("fiscal_year.name", msg("Fiscal year")),
        Column("control", msg("When it is exceeded"), choices=BUDGET_CONTROLS),
        Column("state", msg("State"), choices=BUDGET_STATES, tones=(("active", "good"),)),
    ),
    record_title=lambda budget: f"{budget.name} {budget.fiscal_year.name}/{budget.edition}",
    form=(
        Section(
            msg("Budget"),
            (
                Field("name", msg("Name")),
                Field("edition", msg("Edition"), required=False),
                Field("fiscal_year_id", msg("Fiscal year"), reference="accounting.fiscal-years"),
                Field("control", msg("When it is exceeded"), choices=BUDGET_CONTROLS),
                Field("span", msg("Compared over"), choices=BUDGET_SPANS),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("Lines"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("prefix", msg("Or codes that begin so")),
                Field("report_line", msg("Or report line")),
                Field(
                    "dimension_value_id",
                    msg("Dimension value"),
                    reference="accounting.dimension-values",
                ),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("month", msg("Month; empty for the year")),
                Field("amount", msg("Amount"), widget="money"),
            ),
            totals=("amount",),
            order="position",
        ),
    ),
    search=("name",),
    filters=(
        Filter("state", msg("State"), choices=BUDGET_STATES),
        Filter("fiscal_year_id", msg("Fiscal year"), reference="accounting.fiscal-years"),
    ),
    order=("name", "-id"),
    actions=(
        Action(
            "put-in-force",
            msg("Put in force"),
            EDIT_BUDGETS,
            _put_in_force,
            when=lambda budget: budget.state == "draft",
            confirm=msg("It replaces the edition that is in force now. Go on?"),
            style="primary",
        ),
    ),
    operations=Operations(keeping.create_budget, keeping.update_budget, keeping.delete_budget),
    editable=lambda budget: budget.state == "draft",
    state="state",
    duplicate=Duplicate(run=keeping.next_edition),
    importing=Importing(),
)


def show_report(session: Session, request: Request) -> Page:
    """A budget beside the books, for the months asked for."""
    budget = _budget(session, request)
    year = budget.fiscal_year
    start, end = _day(request, "from") or year.start_date, _day(request, "to") or year.end_date
    ids = [line.id for line in budget.lines]
    given = select(BudgetOverride).where(BudgetOverride.budget_line_id.in_(ids))
    return Page(
        "accounting/closing/budget.html",
        {
            "digits": money_digits(session),
            "budget": budget,
            "start": start,
            "end": end,
            "rows": report.compare(session, budget, start, end),
            "overrides": session.scalars(given.order_by(BudgetOverride.id.desc())).all(),
            "url": f"/accounting/budget-report/{budget.id}",
            "may_override": request.actor.may(OVERRIDE_BUDGET.code) and budget.state == "active",
        },
    )


def allow_more(session: Session, request: Request) -> Redirect:
    """Allow a target more than is planned, with a reason."""
    keeping.allow_more(
        session,
        typed_number(request, "line_id"),
        typed_amount(request, "amount"),
        request.form.get("reason", ""),
    )
    return Redirect(request.path.rpartition("/")[0], phrase("Allowed, and kept with its reason."))


def _budget(session: Session, request: Request) -> Budget:
    budget = session.get(Budget, request.path_params["budget_id"])
    if budget is None:
        raise NotFound(phrase("There is no such budget."))
    return budget


def _day(request: Request, name: str) -> date | None:
    written = request.query.get(name, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InvalidInput.of(name, phrase("Give a date such as 2026-01-31.")) from None


RESOURCES: Final[tuple[Resource, ...]] = (BUDGETS,)
REPORTS: Final = (Report("accounting.budget", msg("Budget and books"), VIEW_BOOKS, report.report),)
ROUTES: Final = (
    Route("GET", "/budget-report/{budget_id:int}", show_report, VIEW_BOOKS),
    Route("POST", "/budget-report/{budget_id:int}/allow", allow_more, OVERRIDE_BUDGET),
)
