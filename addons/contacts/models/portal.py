"""Who of the contacts may enter the portal, the links that were mailed, and their sessions.

People at the portal are no users: they have no password, no permission and no row in `core.user`.
Of the secrets in links and cookies only digests are stored. Links and sessions hold the e-mail
address they were made for; when the contact has another, they are worth nothing.
"""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import CheckConstraint, ForeignKey, Identity, Index
from sqlalchemy.orm import Mapped, mapped_column, relationship

from addons.contacts.models.contacts import Contact
from core.api import Model, Record


class PortalAccess(Record, Model):
    """A contact may enter the portal, from `granted_at` until it is taken back."""

    __tablename__ = "portal_access"

    contact_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.contact.id", ondelete="CASCADE"), unique=True
    )
    granted_at: Mapped[datetime]
    granted_by: Mapped[str] = mapped_column(default="", server_default="")
    revoked_at: Mapped[datetime | None]
    last_entered_at: Mapped[datetime | None]

    contact: Mapped[Contact] = relationship(back_populates="portal")

    __table_args__ = ({"schema": "contacts"},)


class PortalLink(Model):
    """A link that was mailed: it lets in once, until it expires."""

    __tablename__ = "portal_link"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    access_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.portal_access.id", ondelete="CASCADE"), index=True
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    email_key: Mapped[str]
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    used_at: Mapped[datetime | None]

    __table_args__ = (
        CheckConstraint("expires_at > created_at", name="expires"),
        {"schema": "contacts", "info": {"audit": "none"}},
    )


class PortalSession(Model):
    """A browser in which somebody entered by a link."""

    __tablename__ = "portal_session"

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    access_id: Mapped[int] = mapped_column(
        ForeignKey("contacts.portal_access.id", ondelete="CASCADE")
    )
    token_hash: Mapped[str] = mapped_column(unique=True)
    email_key: Mapped[str]
    user_agent: Mapped[str] = mapped_column(default="", server_default="")
    network: Mapped[str] = mapped_column(default="", server_default="")
    created_at: Mapped[datetime]
    expires_at: Mapped[datetime]
    ended_at: Mapped[datetime | None]

    __table_args__ = (
        Index("ix_portal_session_access_id", "access_id"),
        CheckConstraint("expires_at > created_at", name="expires"),
        {"schema": "contacts", "info": {"audit": "none"}},
    )
