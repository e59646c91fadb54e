"""Other companies, documents between them, and transfers between branches."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models import (
    BranchTransfer,
    CompanyDocument,
    CompanyLink,
)
from addons.accounting.models.companies import (
    DOCUMENT_STATES,
    LINK_ROLES,
)
from addons.accounting.permissions import (
    EDIT_ENTRY,
    LINK_COMPANIES,
    POST_ENTRY,
    VIEW_BOOKS,
)
from addons.accounting.services.companies import (
    branches,
    exchange,
    links,
    mirroring,
)
from core.api import (
    SETUP_GROUP,
    Access,
    Action,
    Column,
    Field,
    Filter,
    MenuItem,
    Operations,
    RecordRules,
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

RESOURCES: Final = (COMPANIES, DOCUMENTS, TRANSFERS)
MENU: Final = (
    MenuItem(
        msg("Other companies"),
        "/accounting/companies",
        LINK_COMPANIES,
        _SECTION,
        "buildings",
        10,
        SETUP_GROUP,
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
)
