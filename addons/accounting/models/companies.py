"""Other companies of the same owner, documents between them, and consolidation.

Nothing here refers into another company's database: a link names the company as the control plane
does, and what comes from it comes as a letter (`core.neighbours`).
"""

from __future__ import annotations

from datetime import date, datetime
from decimal import Decimal
from typing import Final

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, text
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.accounting.models.chart import Account
from addons.accounting.models.entries import JournalEntry
from core.api import Model, Record, msg

LINK_ROLES: Final[tuple[tuple[str, str], ...]] = (
    ("documents", msg("Documents between us")),
    ("publishes", msg("We publish our trial balances to it")),
    ("collects", msg("We consolidate it")),
)
DOCUMENT_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("sending", msg("On its way")),
    ("proposed", msg("Proposed")),
    ("waiting", msg("Waits for us")),
    ("accepted", msg("Accepted")),
    ("refused", msg("Refused")),
)
CONSOLIDATION_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("draft", msg("Draft")),
    ("final", msg("Final")),
)
TRANSLATIONS: Final[tuple[tuple[str, str], ...]] = (
    ("", msg("By the type of the account")),
    ("closing", msg("Closing rate")),
    ("average", msg("Average rate")),
    ("historical", msg("Historical rate")),
)
_ID: Final = "accounting.company_link.id"


class CompanyLink(Record, Model):
    """What this company has to do with another one. `account` is the inter-company account, whose
    lines are proposed to the other side; `counterpart` takes the other side of what it proposes.
    `share` is the part of a consolidated company that is owned, in percent."""

    __tablename__ = "company_link"
    __table_args__ = (
        UniqueConstraint("company_id", "role"),
        CheckConstraint("role IN ('documents', 'publishes', 'collects')", name="role"),
        CheckConstraint("share > 0 AND share <= 100", name="share"),
        {"schema": "accounting"},
    )

    company_id: Mapped[str]
    slug: Mapped[str]
    title: Mapped[str]
    role: Mapped[str]
    account_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    counterpart_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.account.id"))
    share: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default=text("100"))
    withdrawn_at: Mapped[datetime | None]

    account: Mapped[Account | None] = relationship(foreign_keys=account_id)
    counterpart: Mapped[Account | None] = relationship(foreign_keys=counterpart_id)


class CompanyDocument(Record, Model):
    """A document that mirrors an entry of ours in another company (`out`) or the other way round
    (`in`). `entry` is ours: what was proposed, or the draft made of what we accepted."""

    __tablename__ = "company_document"
    __table_args__ = (
        UniqueConstraint("link_id", "direction", "key"),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        CheckConstraint(
            "state IN ('sending', 'proposed', 'waiting', 'accepted', 'refused')", name="state"
        ),
        Index("ix_company_document_entry_id", "entry_id"),
        {"schema": "accounting"},
    )

    link_id: Mapped[int] = mapped_column(ForeignKey(_ID))
    direction: Mapped[str]
    key: Mapped[str]
    entry_id: Mapped[int | None] = mapped_column(
        ForeignKey("accounting.journal_entry.id", ondelete="SET NULL")
    )
    date: Mapped[date]
    number: Mapped[str]
    narration: Mapped[str] = mapped_column(default="", server_default="")
    amount: Mapped[Decimal]
    currency: Mapped[str]
    state: Mapped[str]
    reason: Mapped[str] = mapped_column(default="", server_default="")
    decided_by: Mapped[str] = mapped_column(default="", server_default="")

    link: Mapped[CompanyLink] = relationship()
    entry: Mapped[JournalEntry | None] = relationship()


class TrialSnapshot(Model):
    """A trial balance that one company published to another, word for word, with its digest."""

    __tablename__ = "trial_snapshot"
    __table_args__ = (
        UniqueConstraint("link_id", "direction", "period_end", "digest"),
        CheckConstraint("direction IN ('in', 'out')", name="direction"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT", "audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    link_id: Mapped[int] = mapped_column(ForeignKey(_ID))
    direction: Mapped[str]
    period_end: Mapped[date]
    currency: Mapped[str]
    digest: Mapped[str]
    content: Mapped[str]
    at: Mapped[datetime] = mapped_column(server_default=text("now()"))

    link: Mapped[CompanyLink] = relationship()


class GroupAccount(Record, Model):
    """Which account of the group an account of a consolidated company is, how it is translated,
    and with which other company it is a balance that the group does not have."""

    __tablename__ = "group_account"
    __table_args__ = (
        UniqueConstraint("link_id", "code"),
        CheckConstraint(
            "translation IN ('', 'closing', 'average', 'historical')", name="translation"
        ),
        CheckConstraint(
            "(translation = 'historical') = (historical_rate IS NOT NULL)", name="historical"
        ),
        CheckConstraint("historical_rate > 0", name="rate"),
        CheckConstraint("counterparty_id <> link_id", name="counterparty"),
        {"schema": "accounting"},
    )

    link_id: Mapped[int] = mapped_column(ForeignKey(_ID))
    code: Mapped[str]
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    translation: Mapped[str] = mapped_column(default="", server_default="")
    historical_rate: Mapped[Decimal | None]
    counterparty_id: Mapped[int | None] = mapped_column(ForeignKey(_ID))

    link: Mapped[CompanyLink] = relationship(foreign_keys=link_id)
    account: Mapped[Account] = relationship()
    counterparty: Mapped[CompanyLink | None] = relationship(foreign_keys=counterparty_id)


class Consolidation(Record, Model):
    """The group's trial balance at the end of a month, in one currency. `digest` is that of what
    it was made of and what came of it: made again of the same, it is the same."""

    __tablename__ = "consolidation"
    __table_args__ = (
        CheckConstraint("state IN ('draft', 'final')", name="state"),
        {"schema": "accounting"},
    )

    name: Mapped[str] = mapped_column(unique=True)
    period_end: Mapped[date]
    currency: Mapped[str]
    state: Mapped[str] = mapped_column(default="draft", server_default="draft")
    digest: Mapped[str] = mapped_column(default="", server_default="")

    members: Mapped[list[ConsolidationMember]] = relationship(
        cascade="all, delete-orphan", order_by="ConsolidationMember.id"
    )
    eliminations: Mapped[list[Elimination]] = relationship(
        cascade="all, delete-orphan", order_by="Elimination.id"
    )
    lines: Mapped[list[ConsolidationLine]] = relationship(
        cascade="all, delete-orphan", order_by="ConsolidationLine.id"
    )


class ConsolidationMember(Model):
    """A company in it: which snapshot, how much of it is owned, and the rates of its currency."""

    __tablename__ = "consolidation_member"
    __table_args__ = (
        UniqueConstraint("consolidation_id", "link_id"),
        CheckConstraint("closing_rate > 0 AND average_rate > 0", name="rates"),
        {"schema": "accounting"},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    consolidation_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.consolidation.id", ondelete="CASCADE")
    )
    link_id: Mapped[int] = mapped_column(ForeignKey(_ID))
    snapshot_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.trial_snapshot.id"))
    share: Mapped[Decimal] = mapped_column(default=Decimal(100), server_default=text("100"))
    closing_rate: Mapped[Decimal]
    average_rate: Mapped[Decimal]

    link: Mapped[CompanyLink] = relationship()
    snapshot: Mapped[TrialSnapshot | None] = relationship()


class Elimination(Model):
    """An elimination that somebody entered: such as an investment against the equity behind it."""

    __tablename__ = "elimination"
    __table_args__ = ({"schema": "accounting"},)

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    consolidation_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.consolidation.id", ondelete="CASCADE"), index=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    amount: Mapped[Decimal]
    note: Mapped[str] = mapped_column(default="", server_default="")

    account: Mapped[Account] = relationship()


class ConsolidationLine(Model):
    """A figure of the consolidation, in the order in which it was worked out."""

    __tablename__ = "consolidation_line"
    __table_args__ = (
        CheckConstraint(
            "kind IN ('company', 'translation', 'internal', 'elimination', 'minority')",
            name="kind",
        ),
        {"schema": "accounting", "info": {"audit": "none"}},
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    consolidation_id: Mapped[int] = mapped_column(
        ForeignKey("accounting.consolidation.id", ondelete="CASCADE"), index=True
    )
    kind: Mapped[str]
    company: Mapped[str] = mapped_column(default="", server_default="")
    code: Mapped[str]
    name: Mapped[str]
    type: Mapped[str]
    original: Mapped[Decimal | None]
    rate: Mapped[Decimal | None]
    amount: Mapped[Decimal]


class BranchTransfer(Record, Model):
    """Money or goods that went from one branch to another: two entries, one in each, which meet
    on the inter-branch account."""

    __tablename__ = "branch_transfer"
    __table_args__ = (
        CheckConstraint("amount > 0", name="amount"),
        CheckConstraint("from_branch_id <> to_branch_id", name="branches"),
        {"schema": "accounting", "info": {"runtime": "SELECT, INSERT, UPDATE"}},
    )

    date: Mapped[date]
    from_branch_id: Mapped[int] = mapped_column(ForeignKey("core.branch.id"))
    to_branch_id: Mapped[int] = mapped_column(ForeignKey("core.branch.id"))
    from_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    to_account_id: Mapped[int] = mapped_column(ForeignKey("accounting.account.id"))
    amount: Mapped[Decimal]
    narration: Mapped[str] = mapped_column(default="", server_default="")
    out_entry_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))
    in_entry_id: Mapped[int | None] = mapped_column(ForeignKey("accounting.journal_entry.id"))

    from_account: Mapped[Account] = relationship(foreign_keys=from_account_id)
    to_account: Mapped[Account] = relationship(foreign_keys=to_account_id)


COMPANY_MODELS: Final[tuple[type, ...]] = (
    CompanyLink,
    CompanyDocument,
    TrialSnapshot,
    GroupAccount,
    Consolidation,
    ConsolidationMember,
    Elimination,
    ConsolidationLine,
    BranchTransfer,
)
