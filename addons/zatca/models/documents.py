"""Electronic invoices as they were signed, what became of each, and what waits to become one."""

from __future__ import annotations

from datetime import datetime
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import (
    CheckConstraint,
    ForeignKey,
    Identity,
    Index,
    Integer,
    LargeBinary,
    UniqueConstraint,
    func,
    text,
)
from sqlalchemy.dialects.postgresql import JSONB
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.zatca.models.devices import Device
from core.api import Model, Record, msg

DOCUMENT_STATES: Final[tuple[tuple[str, str], ...]] = (
    ("PENDING", msg("To be sent")),
    ("SENDING", msg("Being sent")),
    ("REPORTED", msg("Reported")),
    ("CLEARED", msg("Cleared")),
    ("REPORTED_WITH_WARNINGS", msg("Reported, with warnings")),
    ("CLEARED_WITH_WARNINGS", msg("Cleared, with warnings")),
    ("REJECTED", msg("Rejected")),
    ("UNKNOWN", msg("Sent, not answered")),
    ("NOT_CLEARED", msg("Waits for somebody")),
    ("SUPERSEDED", msg("Followed by another")),
)
DOCUMENT_KINDS: Final[tuple[tuple[str, str], ...]] = (
    ("388", msg("Invoice")),
    ("381", msg("Credit note")),
    ("383", msg("Debit note")),
    ("386", msg("Advance")),
)
SOURCES: Final[tuple[tuple[str, str], ...]] = (
    ("sales.invoice", msg("Invoice")),
    ("pos.sale", msg("Sale at a till")),
)
OPEN_STATES: Final = ("PENDING", "SENDING", "UNKNOWN")
"""Documents of which the authority has not said what it thinks."""
ADDED: Final = {"runtime": "SELECT, INSERT", "audit": "none"}


class Document(Record, Model):
    """A signed document at its place in a device's chain.

    What was signed never changes (the database sees to it): only what became of it does. `hash` and
    `previous_hash` are base64 as in the document; `cleared_xml` is what the authority stamped, byte
    for byte, `cleared_qr` the QR code in it. `supersedes_id` is the rejected document that it
    follows. `total` and `tax` are in `currency`; by `deadline_at` the authority wants to have it.
    """

    __tablename__ = "document"

    device_id: Mapped[int] = mapped_column(ForeignKey("zatca.device.id"))
    counter: Mapped[int]
    uuid: Mapped[str] = mapped_column(unique=True)
    source_type: Mapped[str]
    source_id: Mapped[int]
    number: Mapped[str]
    kind: Mapped[str]
    standard: Mapped[bool]
    issue_at: Mapped[datetime]
    hash: Mapped[str]
    previous_hash: Mapped[str]
    xml: Mapped[bytes] = mapped_column(LargeBinary, deferred=True)
    qr: Mapped[str]
    currency: Mapped[str]
    total: Mapped[Decimal]
    tax: Mapped[Decimal]
    contact_id: Mapped[int | None] = mapped_column(ForeignKey("contacts.contact.id"), index=True)
    buyer: Mapped[str] = mapped_column(default="", server_default="")
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    supersedes_id: Mapped[int | None] = mapped_column(ForeignKey("zatca.document.id"), unique=True)
    state: Mapped[str] = mapped_column(default="PENDING", server_default="PENDING")
    cleared_xml: Mapped[bytes | None] = mapped_column(LargeBinary, deferred=True)
    cleared_qr: Mapped[str | None]
    warnings: Mapped[list[Any]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'::jsonb")
    )
    errors: Mapped[list[Any]] = mapped_column(
        JSONB, default=list, server_default=text("'[]'::jsonb")
    )
    deadline_at: Mapped[datetime]
    attempts: Mapped[int] = mapped_column(Integer, default=0, server_default="0")
    next_try_at: Mapped[datetime | None]
    sent_at: Mapped[datetime | None]
    answered_at: Mapped[datetime | None]

    device: Mapped[Device] = relationship()

    __table_args__ = (
        UniqueConstraint("device_id", "counter"),
        CheckConstraint("counter >= 1", name="counter"),
        CheckConstraint(
            f"kind IN ({', '.join(repr(code) for code, _ in DOCUMENT_KINDS)})", name="kind"
        ),
        CheckConstraint(
            f"state IN ({', '.join(repr(code) for code, _ in DOCUMENT_STATES)})", name="state"
        ),
        CheckConstraint("hash ~ '^[A-Za-z0-9+/]{43}=$'", name="hash"),
        Index(
            "uq_document_source",
            "source_type",
            "source_id",
            unique=True,
            postgresql_where=text("state <> 'SUPERSEDED'"),
        ),
        Index("ix_document_issue_at", "device_id", "issue_at"),
        Index(
            "ix_document_open",
            "device_id",
            "next_try_at",
            postgresql_where=text("state IN ('PENDING', 'SENDING', 'UNKNOWN')"),
        ),
        Index(
            "ix_document_deadline_at",
            "deadline_at",
            postgresql_where=text(
                "state IN ('PENDING', 'SENDING', 'UNKNOWN', 'REJECTED', 'NOT_CLEARED')"
            ),
        ),
        {"schema": "zatca", "info": {"audit": "own"}},
    )

    @property
    def printed_qr(self) -> str:
        """The QR code for paper: the authority's where it stamped the document."""
        return self.cleared_qr or self.qr


class Unmade(Record, Model):
    """A sale of a till that happened, and of which no document could be made yet: `problems` say
    what is to be mended, each with its field. It goes when the document is made."""

    __tablename__ = "unmade"

    source_type: Mapped[str]
    source_id: Mapped[int]
    number: Mapped[str]
    happened_at: Mapped[datetime]
    branch_id: Mapped[int | None] = mapped_column(ForeignKey("core.branch.id"), index=True)
    problems: Mapped[list[Any]] = mapped_column(JSONB)

    __table_args__ = (
        UniqueConstraint("source_type", "source_id"),
        {"schema": "zatca"},
    )


class Refused(Model):
    """What a till signed of a sale and what could not stand for it, with the place in its device's
    chain and the hashes that it said: where the till went on behind it, that place stays empty.
    `reasons` are why. Rows are added and never changed."""

    __tablename__ = "refused"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("zatca.device.id"))
    counter: Mapped[int]
    hash: Mapped[str]
    previous_hash: Mapped[str]
    source_type: Mapped[str]
    source_id: Mapped[int]
    number: Mapped[str]
    reasons: Mapped[list[str]] = mapped_column(JSONB)
    at: Mapped[datetime] = mapped_column(server_default=func.now())

    __table_args__ = (
        UniqueConstraint("source_type", "source_id"),
        Index("ix_refused_counter", "device_id", "counter"),
        {"schema": "zatca", "info": ADDED},
    )


class Exchange(Model):
    """One question to the authority and its answer, as they went over the wire. The body sent is
    the document's own; `request_digest` is its SHA-256. Rows are added and never changed."""

    __tablename__ = "exchange"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    document_id: Mapped[int | None] = mapped_column(ForeignKey("zatca.document.id"), index=True)
    device_id: Mapped[int] = mapped_column(ForeignKey("zatca.device.id"))
    at: Mapped[datetime] = mapped_column(server_default=func.now())
    endpoint: Mapped[str]
    request_digest: Mapped[str] = mapped_column(default="", server_default="")
    status: Mapped[int | None] = mapped_column(Integer)
    headers: Mapped[dict[str, Any]] = mapped_column(server_default=text("'{}'::jsonb"))
    body: Mapped[str] = mapped_column(default="", server_default="")
    outcome: Mapped[str]
    duration_ms: Mapped[int] = mapped_column(Integer, default=0, server_default="0")

    __table_args__ = (
        Index("ix_exchange_at", "device_id", "at"),
        {"schema": "zatca", "info": ADDED},
    )
