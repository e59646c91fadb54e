"""Published trial balances, accounts of the group, and consolidations."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import (
    ACCOUNT_TYPES,
    Consolidation,
    GroupAccount,
    TrialSnapshot,
)
from addons.accounting.models.companies import (
    CONSOLIDATION_STATES,
    TRANSLATIONS,
)
from addons.accounting.permissions import (
    CONSOLIDATE,
)
from addons.accounting.services.companies import (
    consolidating,
)
from addons.accounting.services.companies.reporting import (
    consolidated_balance_sheet,
    consolidated_income_statement,
    consolidated_trial_balance,
)
from core.api import (
    SETUP_GROUP,
    Access,
    Action,
    Column,
    Field,
    Lines,
    MenuItem,
    Operations,
    Report,
    Resource,
    Section,
    msg,
    phrase,
)

_DIRECTIONS: Final = (("in", msg("From them")), ("out", msg("From us")))
_SECTION: Final = msg("Companies")


def _work_out(session: Session, made: Consolidation) -> str:
    consolidating.work_out(session, made)
    return phrase("{count} lines worked out.", count=len(made.lines))


SNAPSHOTS: Final = Resource(
    name="trial-snapshots",
    model=TrialSnapshot,
    title=msg("Published trial balances"),
    singular=msg("Published trial balance"),
    access=Access(CONSOLIDATE),
    columns=(
        Column("period_end", msg("Month's end")),
        Column("link.title", msg("Company")),
        Column("direction", msg("Direction"), choices=_DIRECTIONS),
        Column("currency", msg("Currency")),
        Column("digest", msg("SHA-256")),
        Column("at", msg("At")),
    ),
    record_title=lambda snapshot: f"{snapshot.link.title} {snapshot.period_end}",
    order=("-period_end", "-id"),
    discussed=False,
)

GROUP_ACCOUNTS: Final = Resource(
    name="group-accounts",
    model=GroupAccount,
    title=msg("Accounts of the group"),
    singular=msg("Account of the group"),
    help=msg("Which account of ours an account of a consolidated company is."),
    access=Access(CONSOLIDATE, CONSOLIDATE, CONSOLIDATE, CONSOLIDATE),
    columns=(
        Column("link.title", msg("Company")),
        Column("code", msg("Its account")),
        Column("account.code", msg("Our account")),
        Column("translation", msg("Translated at"), choices=TRANSLATIONS),
        Column("counterparty.title", msg("Owed by or to")),
    ),
    record_title=lambda each: f"{each.link.title}: {each.code}",
    form=(
        Section(
            msg("Account"),
            (
                Field("link_id", msg("Company"), reference="accounting.companies"),
                Field("code", msg("Its account"), help=msg("The code in that company's chart.")),
                Field("account_id", msg("Our account"), reference="accounting.accounts"),
                Field("translation", msg("Translated at"), choices=TRANSLATIONS),
                Field(
                    "historical_rate",
                    msg("Historical rate"),
                    help=msg("What one unit of its currency was worth in ours."),
                ),
                Field(
                    "counterparty_id",
                    msg("Owed by or to"),
                    reference="accounting.companies",
                    help=msg("A balance with this company is taken out of the group's."),
                ),
            ),
        ),
    ),
    search=("code",),
    order=("link_id", "code"),
    customizable=False,
)

CONSOLIDATIONS: Final = Resource(
    name="consolidations",
    model=Consolidation,
    title=msg("Consolidations"),
    singular=msg("Consolidation"),
    help=msg("The books of several companies as those of one group, month by month."),
    access=Access(CONSOLIDATE, CONSOLIDATE, CONSOLIDATE, CONSOLIDATE),
    columns=(
        Column("name", msg("Name")),
        Column("period_end", msg("Month's end")),
        Column("currency", msg("Currency")),
        Column("state", msg("State"), choices=CONSOLIDATION_STATES, tones=(("final", "good"),)),
    ),
    record_title=lambda made: made.name,
    form=(
        Section(
            msg("Consolidation"),
            (
                Field("name", msg("Name")),
                Field("period_end", msg("Month's end")),
                Field("currency", msg("Currency"), readonly=True, required=False),
                Field("state", msg("State"), choices=CONSOLIDATION_STATES, readonly=True),
                Field("digest", msg("Digest of what it was made of"), readonly=True),
            ),
        ),
    ),
    lines=(
        Lines(
            "members",
            msg("Companies and rates"),
            (
                Field("link_id", msg("Company"), reference="accounting.companies", readonly=True),
                Field("share", msg("Share owned, %")),
                Field("closing_rate", msg("Closing rate")),
                Field("average_rate", msg("Average rate")),
            ),
        ),
        Lines(
            "eliminations",
            msg("Eliminations"),
            (
                Field("account_id", msg("Account"), reference="accounting.accounts"),
                Field("amount", msg("Amount, credits negative"), widget="money"),
                Field("note", msg("Note")),
            ),
        ),
        Lines(
            "lines",
            msg("How it was worked out"),
            (
                Field("kind", msg("Step"), readonly=True),
                Field("company", msg("Company"), readonly=True),
                Field("code", msg("Account"), readonly=True),
                Field("name", msg("Name"), readonly=True),
                Field("type", msg("Type"), choices=ACCOUNT_TYPES, readonly=True),
                Field("original", msg("In its currency"), widget="money", readonly=True),
                Field("rate", msg("Rate"), readonly=True),
                Field("amount", msg("Amount"), widget="money", readonly=True),
            ),
        ),
    ),
    order=("-period_end", "-id"),
    operations=Operations(
        consolidating.create_consolidation,
        consolidating.update_consolidation,
        consolidating.delete_consolidation,
    ),
    editable=lambda made: made.state == "draft",
    actions=(
        Action(
            "work_out",
            msg("Work out anew"),
            CONSOLIDATE,
            _work_out,
            when=lambda made: made.state == "draft",
            style="primary",
        ),
        Action(
            "finalise",
            msg("Make final"),
            CONSOLIDATE,
            lambda session, made: consolidating.finalise(session, made),
            when=lambda made: made.state == "draft",
            confirm=msg("A final consolidation stays as it is. Make it final?"),
        ),
    ),
    customizable=False,
)

RESOURCES: Final = (SNAPSHOTS, GROUP_ACCOUNTS, CONSOLIDATIONS)
REPORTS: Final = (
    Report(
        "accounting.consolidated_trial_balance",
        msg("Consolidated trial balance"),
        CONSOLIDATE,
        consolidated_trial_balance,
    ),
    Report(
        "accounting.consolidated_income_statement",
        msg("Consolidated income statement"),
        CONSOLIDATE,
        consolidated_income_statement,
    ),
    Report(
        "accounting.consolidated_balance_sheet",
        msg("Consolidated balance sheet"),
        CONSOLIDATE,
        consolidated_balance_sheet,
    ),
)
MENU: Final = (
    MenuItem(
        msg("Consolidations"),
        "/accounting/consolidations",
        CONSOLIDATE,
        _SECTION,
        "diagram-3",
        40,
    ),
    MenuItem(
        msg("Accounts of the group"),
        "/accounting/group-accounts",
        CONSOLIDATE,
        _SECTION,
        "list-nested",
        50,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Published trial balances"),
        "/accounting/trial-snapshots",
        CONSOLIDATE,
        _SECTION,
        "file-earmark-check",
        60,
    ),
)
