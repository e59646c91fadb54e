"""Links to one document, sent with it by mail: who holds one needs no account to answer or pay.

The secret in a link is 256 random bits of which only a digest is stored: it cannot be made up, ends
at once when it is withdrawn, and opens this document alone, in the version that holds today.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import ColumnElement, delete, select, update
from sqlalchemy.orm import Session

from addons.sales.models import DocumentLink, Invoice, SalesOrder
from addons.sales.options import PortalOptions
from core.api import NotFound, new_token, options, origin, phrase, token_digest, utc_now

_KEPT: Final = timedelta(days=90)


def new_link(session: Session, document: SalesOrder | Invoice, sent_to: str = "") -> str:
    """The address of a fresh link to this document. Earlier ones go on working."""
    token, now = new_token(), utc_now()
    is_order = isinstance(document, SalesOrder)
    session.add(
        DocumentLink(
            token_hash=token_digest(token),
            order_id=document.id if is_order else None,
            invoice_id=None if is_order else document.id,
            sent_to=sent_to,
            created_at=now,
            expires_at=now + timedelta(days=options(session, PortalOptions).link_days),
        )
    )
    session.flush()
    return f"{origin(session)}/sales/portal/shared?key={token}"


def open_link(session: Session, token: str) -> DocumentLink:
    """The link with this secret; raises NotFound where there is none, or it is over."""
    found = session.scalar(
        select(DocumentLink).where(
            DocumentLink.token_hash == token_digest(token),
            DocumentLink.withdrawn_at.is_(None),
            DocumentLink.expires_at > utc_now(),
        )
    )
    if found is None:
        raise NotFound(
            phrase("This link does not work any more."),
            fix=phrase("Ask whoever sent it to you for a new one."),
        )
    return found


def links_of(session: Session, document: SalesOrder | Invoice) -> list[DocumentLink]:
    """The links to a document that work, the latest first."""
    return list(
        session.scalars(
            select(DocumentLink)
            .where(
                _names(document),
                DocumentLink.withdrawn_at.is_(None),
                DocumentLink.expires_at > utc_now(),
            )
            .order_by(DocumentLink.id.desc())
        )
    )


def withdraw_links(session: Session, document: SalesOrder | Invoice) -> int:
    """End every link to a document, at once; returns how many there were."""
    ended = session.scalars(
        update(DocumentLink)
        .where(_names(document), DocumentLink.withdrawn_at.is_(None))
        .values(withdrawn_at=utc_now())
        .returning(DocumentLink.id)
    )
    return len(ended.all())


def sweep_links(session: Session) -> str:
    """The job: delete links that were over long ago."""
    before = utc_now() - _KEPT
    gone = session.scalars(
        delete(DocumentLink).where(DocumentLink.expires_at < before).returning(DocumentLink.id)
    )
    return phrase("{count} old links deleted", count=len(gone.all()))


def _names(document: SalesOrder | Invoice) -> ColumnElement[bool]:
    if isinstance(document, SalesOrder):
        return DocumentLink.order_id == document.id
    return DocumentLink.invoice_id == document.id
