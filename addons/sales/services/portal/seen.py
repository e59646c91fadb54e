"""When customers had a document before them. Noted by the page itself once a browser shows it:
programs that look into mails open addresses, too, but run no scripts."""

from __future__ import annotations

from typing import Any

from sqlalchemy import func, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.sales.models import DocumentView, Invoice, SalesOrder
from addons.sales.services.portal.guests import Guest
from core.api import announce, utc_now


def note_seen(session: Session, guest: Guest, document: SalesOrder | Invoice) -> None:
    """Note that this guest sees the document now, in its present version."""
    now = utc_now()
    is_order = isinstance(document, SalesOrder)
    values: dict[str, Any] = {
        "order_id": document.id if is_order else None,
        "invoice_id": None if is_order else document.id,
        "quote_version": document.quote_version if is_order else 0,
        "first_seen": now,
        "last_seen": now,
        "seen_by": guest.name,
        "times": 1,
    }
    place = (
        ([DocumentView.order_id, DocumentView.quote_version], DocumentView.order_id)
        if is_order
        else ([DocumentView.invoice_id], DocumentView.invoice_id)
    )
    statement = insert(DocumentView).values(values)
    session.execute(
        statement.on_conflict_do_update(
            index_elements=place[0],
            index_where=place[1].is_not(None),
            set_={
                "last_seen": func.greatest(DocumentView.last_seen, now),
                "times": DocumentView.times + 1,
                "seen_by": guest.name,
            },
        )
    )
    announce(session, "sales.orders" if is_order else "sales.invoices", document.id)


def views_of(session: Session, document: SalesOrder | Invoice) -> list[DocumentView]:
    """What was seen of a document, the latest version first."""
    where = (
        DocumentView.order_id == document.id
        if isinstance(document, SalesOrder)
        else DocumentView.invoice_id == document.id
    )
    found = select(DocumentView).where(where).order_by(DocumentView.quote_version.desc())
    return list(session.scalars(found))
