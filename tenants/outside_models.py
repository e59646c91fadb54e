"""What the control plane keeps for companies outside their own databases."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index, UniqueConstraint, func
from sqlalchemy.orm import Mapped, mapped_column

from core.db.base import Model
from tenants.models import SCHEMA, Organization

_UNAUDITED = {"schema": SCHEMA, "info": {"audit": "none"}}


class CompanyAgreement(Model):
    """That one organization agrees to exchange letters with another, for one purpose."""

    __tablename__ = "agreement"
    __table_args__ = (
        CheckConstraint("organization_id <> other_id", name="with_another"),
        Index("ix_agreement_other_id", "other_id"),
        {"schema": SCHEMA},
    )

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), primary_key=True
    )
    other_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), primary_key=True
    )
    purpose: Mapped[str] = mapped_column(primary_key=True)
    agreed_at: Mapped[datetime] = mapped_column(server_default=func.now())


class SealedLetter(Model):
    """A letter under way. What it says is sealed, and gone once it was fetched."""

    __tablename__ = "letter"
    __table_args__ = (
        UniqueConstraint("sender_id", "recipient_id", "purpose", "key"),
        Index("ix_letter_recipient_id", "recipient_id", "purpose", "id"),
        _UNAUDITED,
    )

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    sender_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    recipient_id: Mapped[str] = mapped_column(ForeignKey(Organization.id, ondelete="CASCADE"))
    purpose: Mapped[str]
    key: Mapped[str]
    digest: Mapped[str]
    sealed: Mapped[str] = mapped_column(
        info={
            "secret": True,
            "sealed_for": "letter:{sender_id}:{recipient_id}:{purpose}:{key}",
        }
    )
    sent_at: Mapped[datetime] = mapped_column(server_default=func.now())


class WitnessedChain(Model):
    """How long a chain of an organization was known to be, and the digest of its last link."""

    __tablename__ = "witnessed_chain"
    __table_args__ = (_UNAUDITED,)

    organization_id: Mapped[str] = mapped_column(
        ForeignKey(Organization.id, ondelete="CASCADE"), primary_key=True
    )
    chain: Mapped[str] = mapped_column(primary_key=True)
    position: Mapped[int]
    digest: Mapped[str]
    noted_at: Mapped[datetime] = mapped_column(server_default=func.now())


MODELS = (CompanyAgreement, SealedLetter, WitnessedChain)
