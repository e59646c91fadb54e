"""Plans of commissions, and statements of what they bring."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models.commissions import (
    BASES,
    EARNED_ON,
    LINE_KINDS,
    STATEMENT_STATES,
    TIER_PERIODS,
    TIER_WAYS,
    CommissionPlan,
    CommissionStatement,
)
from addons.sales.permissions import APPROVE_COMMISSIONS, SET_UP_COMMISSIONS, VIEW_COMMISSIONS
from addons.sales.services.commissions import plans, statements
from addons.sales.services.commissions.statements import statement_title
from core.api import (
    Access,
    Action,
    Column,
    Discussion,
    Displays,
    Field,
    Filter,
    Job,
    Lines,
    ListView,
    Operations,
    Print,
    RecordRules,
    Resource,
    Schedule,
    Section,
    Tone,
    msg,
    phrase,
    today,
)

_LATELY: Final = 3
"""Months that are worked out every night."""
_TONES: Final[tuple[tuple[str, Tone], ...]] = (("draft", "warning"), ("approved", "good"))


def _work_out(session: Session, statement: CommissionStatement) -> str:
    statements.work_out(session, statement.first_day)
    session.refresh(statement)
    return phrase(
        "It comes to {total} {currency}.",
        total=f"{statement.total:f}",
        currency=statement.currency,
    )


def _approve(session: Session, statement: CommissionStatement) -> str:
    approved = statements.approve(session, statement)
    return phrase(
        "{total} {currency} were approved.",
        total=f"{approved.total:f}",
        currency=approved.currency,
    )


def work_out_lately(session: Session) -> str:
    """Work out the statements of these months, and of older ones that are drafts still."""
    found = statements.work_out_open(session, today(session), months=_LATELY)
    return phrase("{count} statements were worked out", count=found)


def _work_out_all(session: Session, plan: CommissionPlan) -> str:
    found = statements.work_out_open(session, today(session))
    return phrase("{count} statements were worked out", count=found)


PLANS: Final = Resource(
    name="commission-plans",
    model=CommissionPlan,
    title=msg("Plans of commissions"),
    singular=msg("Plan of commissions"),
    help=msg("What is paid for which sales, and to whom."),
    access=Access(SET_UP_COMMISSIONS, SET_UP_COMMISSIONS, SET_UP_COMMISSIONS, SET_UP_COMMISSIONS),
    columns=(
        Column("name", msg("Name")),
        Column("base", msg("Percent of"), choices=BASES),
        Column("earned_on", msg("Earned"), choices=EARNED_ON),
        Column("tier_period", msg("Tiers count"), choices=TIER_PERIODS),
        Column("valid_from", msg("From")),
        Column("valid_until", msg("Until")),
    ),
    record_title=lambda plan: plan.name,
    search=("name",),
    filters=(
        Filter("base", msg("Percent of"), choices=BASES),
        Filter("earned_on", msg("Earned"), choices=EARNED_ON),
        Filter("valid_from", msg("From")),
    ),
    order=("name",),
    form=(
        Section(
            msg("Plan"),
            (
                Field("name", msg("Name")),
                Field("base", msg("Percent of"), choices=BASES),
                Field("earned_on", msg("Earned"), choices=EARNED_ON),
                Field("tier_period", msg("Tiers count"), choices=TIER_PERIODS),
                Field("tier_way", msg("Of several percentages"), choices=TIER_WAYS),
                Field("valid_from", msg("From"), initial=lambda session: today(session)),
                Field("valid_until", msg("Until")),
            ),
        ),
    ),
    lines=(
        Lines(
            "rates",
            msg("Percentages"),
            (
                Field("product_id", msg("Product"), reference="catalog.products"),
                Field("category_id", msg("Category"), reference="catalog.categories"),
                Field("above", msg("From an amount of"), widget="money", required=False),
                Field("percent", msg("Percent")),
            ),
            order="position",
        ),
        Lines(
            "earners",
            msg("Whose sales, and who gets it"),
            (
                Field("seller_id", msg("Salesperson"), reference="core.users"),
                Field("team_id", msg("Team"), reference="core.teams"),
                Field("receiver_id", msg("Paid to"), reference="core.users"),
                Field("percent", msg("Part, percent"), required=False),
            ),
            order="position",
        ),
    ),
    actions=(
        Action("work-out", msg("Work out all open months"), SET_UP_COMMISSIONS, _work_out_all),
    ),
    operations=Operations(plans.create_plan, plans.update_plan, plans.delete_plan),
    displays=Displays(board=False),
)
STATEMENTS: Final = Resource(
    name="commissions",
    model=CommissionStatement,
    title=msg("Commissions"),
    singular=msg("Commission"),
    help=msg(
        "What each person earned in a month, line by line. Drafts are worked out anew every night."
    ),
    access=Access(VIEW_COMMISSIONS),
    columns=(
        Column("user_name", msg("Salesperson")),
        Column("first_day", msg("From")),
        Column("last_day", msg("Until")),
        Column("total", msg("Commission"), widget="money", total=True, currency="currency"),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=STATEMENT_STATES, tones=_TONES),
        Column("approved_by", msg("Approved by"), optional=True),
        Column("approved_at", msg("Approved at"), optional=True),
    ),
    record_title=statement_title,
    search=("user_name",),
    filters=(
        Filter("user_id", msg("Salesperson"), reference="core.users"),
        Filter("first_day", msg("From")),
        Filter("state", msg("State"), choices=STATEMENT_STATES),
    ),
    views=(ListView("drafts", msg("To be approved"), where=(("state", "draft"),)),),
    order=("-first_day", "user_name"),
    form=(
        Section(
            msg("Commission"),
            (
                Field("user_name", msg("Salesperson"), readonly=True),
                Field("first_day", msg("From"), readonly=True),
                Field("last_day", msg("Until"), readonly=True),
                Field("total", msg("Commission"), widget="money", readonly=True),
                Field("currency", msg("Currency"), readonly=True),
                Field("state", msg("State"), choices=STATEMENT_STATES, readonly=True),
                Field("approved_by", msg("Approved by"), readonly=True),
                Field("approved_at", msg("Approved at"), readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "lines",
            msg("For what"),
            (
                Field("day", msg("Date"), readonly=True),
                Field("label", msg("Sale"), readonly=True),
                Field("amount", msg("Commission"), widget="money", readonly=True),
                Field("explained", msg("Worked out"), readonly=True),
                Field("kind", msg("Kind"), choices=LINE_KINDS, readonly=True),
                Field("base", msg("Of"), widget="money", readonly=True),
                Field("share", msg("Part, percent"), readonly=True),
                Field("plan_name", msg("Plan"), readonly=True),
            ),
            totals=("amount",),
        ),
    ),
    actions=(
        Action(
            "work-out",
            msg("Work out anew"),
            SET_UP_COMMISSIONS,
            _work_out,
            when=lambda statement: statement.state == "draft",
        ),
        Action(
            "approve",
            msg("Approve"),
            APPROVE_COMMISSIONS,
            _approve,
            when=lambda statement: statement.state == "draft",
            confirm=msg("It is paid, and cannot be changed any more. Approve it?"),
            style="primary",
            bulk=True,
        ),
    ),
    editable=lambda statement: False,
    rules=RecordRules(owner="user_id"),
    state="state",
    displays=Displays(board=False),
    discussed=Discussion(write=VIEW_COMMISSIONS),
    customizable=False,
    prints=(Print(title=msg("Commission")),),
)
JOBS: Final = (
    Job(
        "sales.commissions",
        msg("Work out commissions"),
        work_out_lately,
        schedule=Schedule("50 2 * * *"),
    ),
)
