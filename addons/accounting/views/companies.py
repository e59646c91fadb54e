"""Other companies, documents between them, consolidation, and transfers between branches."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import (
    ACCOUNT_TYPES,
    BranchTransfer,
    CompanyDocument,
    CompanyLink,
    Consolidation,
    GroupAccount,
    TrialSnapshot,
)
from addons.accounting.models.companies import (
    CONSOLIDATION_STATES,
    DOCUMENT_STATES,
    LINK_ROLES,
    TRANSLATIONS,
)
from addons.accounting.permissions import (
    CONSOLIDATE,
    EDIT_ENTRY,
    LINK_COMPANIES,
    POST_ENTRY,
    VIEW_BOOKS,
)
from addons.accounting.services.companies import (
    branches,
    consolidating,
    exchange,
    links,
    mirroring,
)
from addons.accounting.services.companies.reporting import consolidated_trial_balance
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Lines,
    MenuItem,
    Operations,
    RecordRules,
    Report,
    Resource,
    Section,
    msg,
    phrase,
)

_DIRECTIONS: Final = (("in", msg("From them")), ("out", msg("From us")))
_SECTION: Final = msg("Companies")


def _withdraw(session: Session, link: CompanyLink) -> str:
    links.withdraw_link(session, link)
    return phrase("Nothing is exchanged with {company} any more.", company=link.title)


def _exchange(session: Session, link: CompanyLink) -> str:
    return exchange.exchange(session)


def _accept(session: Session, document: CompanyDocument) -> str:
    entry = mirroring.accept(session, document)
    return phrase("Draft {id} was made. Check it and post it.", id=entry.id)


def _refuse(session: Session, document: CompanyDocument) -> str:
    mirroring.refuse(session, document)
    return phrase("{company} will be told.", company=document.link.title)


def _work_out(session: Session, made: Consolidation) -> str:
    consolidating.work_out(session, made)
    return phrase("{count} lines worked out.", count=len(made.lines))


COMPANIES: Final = Resource(
    name="companies",
    model=CompanyLink,
    title=msg("Other companies"),
    singular=msg("Other company"),
    help=msg(
        "Companies of the same owner. Nothing is exchanged until both sides have agreed, and"
        " either can take that back at any time."
    ),
    access=Access(VIEW_BOOKS, LINK_COMPANIES, LINK_COMPANIES),
    columns=(
        Column("title", msg("Company")),
        Column("role", msg("What for"), choices=LINK_ROLES),
        Column("account.code", msg("Inter-company account")),
        Column("share", msg("Share owned, %")),
        Column("withdrawn_at", msg("Withdrawn")),
    ),
    record_title=lambda link: link.title,
    form=(
        Section(
            msg("Company"),
            (
                Field("slug", msg("Its name"), help=msg("The name that its address begins with.")),
                Field("role", msg("What for"), choices=LINK_ROLES),
                Field(
                    "account_id",
                    msg("Inter-company account"),
                    reference="accounting.accounts",
                    help=msg("What is posted on it is proposed to the other company."),
                ),
                Field(
                    "counterpart_id",
                    msg("Account for the other side"),
                    reference="accounting.accounts",
                    help=msg("For drafts made of what the other company proposes."),
                ),
                Field(
                    "share", msg("Share owned, %"), help=msg("Of a company that is consolidated.")
                ),
                Field("withdrawn_at", msg("Withdrawn"), readonly=True),
            ),
        ),
    ),
    order=("title",),
    operations=Operations(links.create_link, links.update_link),
    actions=(
        Action(
            "exchange",
            msg("Send and receive now"),
            LINK_COMPANIES,
            _exchange,
            when=lambda link: link.withdrawn_at is None,
        ),
        Action(
            "withdraw",
            msg("Withdraw our agreement"),
            LINK_COMPANIES,
            _withdraw,
            when=lambda link: link.withdrawn_at is None,
            confirm=msg("From now on nothing is sent to this company or taken from it. Withdraw?"),
            style="danger",
        ),
    ),
    customizable=False,
)

DOCUMENTS: Final = Resource(
    name="company-documents",
    model=CompanyDocument,
    title=msg("Documents between companies"),
    singular=msg("Document between companies"),
    help=msg("What one company posts on an inter-company account, the other is asked to post."),
    access=Access(VIEW_BOOKS),
    columns=(
        Column("date", msg("Date")),
        Column("link.title", msg("Company")),
        Column("direction", msg("Direction"), choices=_DIRECTIONS),
        Column("number", msg("Number there or here")),
        Column("narration", msg("Narration")),
        Column("amount", msg("Amount"), widget="money", currency="currency"),
        Column("currency", msg("Currency")),
        Column(
            "state",
            msg("State"),
            choices=DOCUMENT_STATES,
            tones=(("waiting", "warning"), ("accepted", "good"), ("refused", "bad")),
        ),
        Column("entry.number", msg("Our entry"), optional=True),
        Column("decided_by", msg("Decided by"), optional=True),
    ),
    record_title=lambda document: f"{document.link.title} {document.number}",
    search=("number", "narration"),
    filters=(Filter("state", msg("State"), choices=DOCUMENT_STATES), Filter("date", msg("Date"))),
    order=("-date", "-id"),
    actions=(
        Action(
            "accept",
            msg("Accept as a draft"),
            EDIT_ENTRY,
            _accept,
            when=lambda document: document.state == "waiting",
            style="primary",
            bulk=True,
        ),
        Action(
            "refuse",
            msg("Refuse"),
            EDIT_ENTRY,
            _refuse,
            when=lambda document: document.state == "waiting",
            confirm=msg("The other company is told that you do not accept it. Refuse?"),
            style="danger",
        ),
    ),
    state="state",
)

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
    help=msg("The trial balance of several companies as that of one group, month by month."),
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
                Field("currency", msg("Currency"), readonly=True),
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

TRANSFERS: Final = Resource(
    name="branch-transfers",
    model=BranchTransfer,
    title=msg("Transfers between branches"),
    singular=msg("Transfer between branches"),
    help=msg("Money or goods from one branch to another, posted in the books of both."),
    access=Access(VIEW_BOOKS, POST_ENTRY),
    columns=(
        Column("date", msg("Date")),
        Column("from_account.code", msg("From account")),
        Column("to_account.code", msg("To account")),
        Column("amount", msg("Amount"), widget="money"),
        Column("narration", msg("Narration")),
    ),
    record_title=lambda transfer: f"{transfer.date} {transfer.amount}",
    form=(
        Section(
            msg("Transfer"),
            (
                Field("date", msg("Date")),
                Field("from_branch_id", msg("From branch"), reference="core.branches"),
                Field("from_account_id", msg("From account"), reference="accounting.accounts"),
                Field("to_branch_id", msg("To branch"), reference="core.branches"),
                Field("to_account_id", msg("To account"), reference="accounting.accounts"),
                Field("amount", msg("Amount"), widget="money"),
                Field("narration", msg("Narration")),
            ),
        ),
    ),
    order=("-date", "-id"),
    rules=RecordRules(branch="from_branch_id"),
    operations=Operations(branches.create_transfer),
    customizable=False,
)

RESOURCES: Final = (
    COMPANIES,
    DOCUMENTS,
    SNAPSHOTS,
    GROUP_ACCOUNTS,
    CONSOLIDATIONS,
    TRANSFERS,
)
REPORTS: Final = (
    Report(
        "accounting.consolidated_trial_balance",
        msg("Consolidated trial balance"),
        CONSOLIDATE,
        consolidated_trial_balance,
    ),
)
MENU: Final = (
    MenuItem(
        msg("Other companies"), "/accounting/companies", LINK_COMPANIES, _SECTION, "buildings", 10
    ),
    MenuItem(
        msg("Documents between companies"),
        "/accounting/company-documents",
        VIEW_BOOKS,
        _SECTION,
        "arrow-left-right",
        20,
    ),
    MenuItem(
        msg("Transfers between branches"),
        "/accounting/branch-transfers",
        POST_ENTRY,
        _SECTION,
        "signpost-split",
        30,
    ),
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
