"""Targets of sales: set as records, and looked at beside what was sold."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.sales.models.targets import MEASURES, TARGET_UNITS, SalesTarget, TargetProgress
from addons.sales.permissions import EDIT_TARGETS, VIEW_TARGETS
from addons.sales.services.targets import progress, setting
from core.api import (
    Access,
    Action,
    ChartCard,
    Column,
    Displays,
    Field,
    Filter,
    ListView,
    Operations,
    RecordRules,
    Related,
    Report,
    Resource,
    Section,
    msg,
    phrase,
    today,
)

_WHOSE: Final = RecordRules(owner="user_id", team="team_id")
_FILTERS: Final = (
    Filter("user_id", msg("Salesperson"), reference="core.users"),
    Filter("team_id", msg("Team"), reference="core.teams"),
    Filter("category_id", msg("Category"), reference="catalog.categories"),
    Filter("measure", msg("Measured in"), choices=MEASURES),
    Filter("unit", msg("Period"), choices=TARGET_UNITS),
    Filter("first_day", msg("From")),
)


def _spread(session: Session, target: SalesTarget) -> str:
    made = setting.spread(session, target)
    return phrase("{count} months have a target now.", count=str(len(made)))


TARGETS: Final = Resource(
    name="targets",
    model=SalesTarget,
    title=msg("Targets"),
    singular=msg("Target"),
    help=msg("What people, teams and categories shall sell in a month, quarter or year."),
    access=Access(VIEW_TARGETS, EDIT_TARGETS, EDIT_TARGETS, EDIT_TARGETS),
    columns=(
        Column("user_id", msg("Salesperson")),
        Column("team_id", msg("Team")),
        Column("category_id", msg("Category")),
        Column("measure", msg("Measured in"), choices=MEASURES),
        Column("unit", msg("Period"), choices=TARGET_UNITS),
        Column("first_day", msg("From")),
        Column("amount", msg("Target"), widget="money"),
    ),
    record_title=lambda target: f"{target.first_day:%Y-%m} {target.amount.normalize():f}",
    filters=_FILTERS,
    order=("-first_day", "id"),
    form=(
        Section(
            msg("Target"),
            (
                Field("user_id", msg("Salesperson"), reference="core.users"),
                Field(
                    "team_id",
                    msg("Team"),
                    reference="core.teams",
                    help=msg("Without a salesperson and a team it is everybody's."),
                ),
                Field(
                    "category_id",
                    msg("Category"),
                    reference="catalog.categories",
                    help=msg("With all categories below it. Left empty: whatever is sold."),
                ),
                Field("measure", msg("Measured in"), choices=MEASURES),
                Field("unit", msg("Period"), choices=TARGET_UNITS),
                Field(
                    "first_day",
                    msg("From"),
                    initial=today,
                    help=msg("Any day of the month, quarter or year."),
                ),
                Field("amount", msg("Target"), widget="money"),
                Field("note", msg("Note"), required=False),
            ),
        ),
    ),
    actions=(
        Action(
            "spread",
            msg("Divide into months"),
            EDIT_TARGETS,
            _spread,
            when=lambda target: target.unit != "month",
            confirm=msg("Each month gets its share, by what was sold the year before. Divide it?"),
        ),
    ),
    operations=Operations(setting.create_target, setting.update_target),
    rules=_WHOSE,
    related=lambda session, target: [
        Related("sales.target-progress", target.id, msg("How far it is"))
    ],
    displays=Displays(board=False),
    discussed=False,
)
PROGRESS: Final = Resource(
    name="target-progress",
    model=TargetProgress,
    title=msg("Targets and sales"),
    singular=msg("Target and sales"),
    help=msg("How far targets are, beside what was sold in the same period of the year before."),
    access=Access(VIEW_TARGETS),
    columns=(
        Column("first_day", msg("From")),
        Column("last_day", msg("Until")),
        Column("whose", msg("Whose")),
        Column("category", msg("Category")),
        Column("measure", msg("Measured in"), choices=MEASURES),
        Column("amount", msg("Target"), widget="money"),
        Column("actual", msg("Sold"), widget="money"),
        Column("percent", msg("Percent")),
        Column("missing", msg("Missing"), widget="money"),
        Column("last_year", msg("Year before"), widget="money"),
        Column("unit", msg("Period"), choices=TARGET_UNITS, optional=True),
    ),
    record_title=lambda one: f"{progress.target_name(one)} {one.first_day:%Y-%m}",
    search=("whose", "category"),
    filters=_FILTERS,
    views=(
        ListView("now", msg("This month"), where=(("first_day__during", "this_month"),)),
        ListView("year", msg("This year"), where=(("first_day__during", "this_year"),)),
    ),
    order=("-first_day", "whose", "id"),
    rules=_WHOSE,
    related=lambda session, one: [Related("sales.targets", one.id, msg("Target"), before=True)],
    displays=Displays(board=False),
    discussed=False,
    customizable=False,
)
REPORTS: Final = (Report("sales.targets", msg("Targets and sales"), VIEW_TARGETS, progress.report),)
CARDS: Final = (
    ChartCard(
        name="sales.targets",
        title=msg("Targets"),
        permission=VIEW_TARGETS,
        points=progress.running_targets,
        url="/sales/target-progress",
        reads=("sales.targets", "sales.invoices"),
        order=32,
        slow=True,
    ),
)
