"""The way back from a payment service for who came by a link to one document.

The service learns an address that opens nothing of the document's: a secret that works once, within
two hours, and is exchanged for a fresh link to the same document. That ends when the link does by
which the customer came, and with it.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, update
from sqlalchemy.orm import Session

from addons.sales.models import DocumentLink, PaymentReturn
from addons.sales.services.portal.guests import Guest, Place
from core.api import NotFound, new_token, phrase, token_digest, utc_now

LASTS: Final = timedelta(hours=2)
_PATH: Final = "back"


def way_back(session: Session, guest: Guest, intent_id: int) -> Place:
    """The address for the payment service: a visitor's holds no secret, and a link's one that works
    once."""
    if guest.link_id is None:
        return guest.paying(intent_id)
    token, now = new_token(), utc_now()
    session.add(
        PaymentReturn(
            token_hash=token_digest(token),
            intent_id=intent_id,
            link_id=guest.link_id,
            expires_at=now + LASTS,
        )
    )
    session.flush()
    return Place(f"{guest.base}/{_PATH}", f"?once={token}")


def come_back(session: Session, token: str, base: str) -> Place:
    """Where the customer sees what became of the payment, below `base`. Raises NotFound for what
    was used, is over, or never was."""
    now = utc_now()
    row = session.execute(
        update(PaymentReturn)
        .where(
            PaymentReturn.token_hash == token_digest(token),
            PaymentReturn.used_at.is_(None),
            PaymentReturn.expires_at > now,
        )
        .values(used_at=now)
        .returning(PaymentReturn.intent_id, PaymentReturn.link_id)
    ).one_or_none()
    came_by = session.get(DocumentLink, row.link_id) if row is not None else None
    if row is None or came_by is None or came_by.withdrawn_at or came_by.expires_at <= now:
        raise NotFound(
            phrase("This way back was used already, or is over."),
            fix=phrase("Open the link in our mail again: it shows what became of the payment."),
        )
    key = new_token()
    session.add(
        DocumentLink(
            token_hash=token_digest(key),
            order_id=came_by.order_id,
            invoice_id=came_by.invoice_id,
            sent_to=came_by.sent_to,
            created_at=now,
            expires_at=came_by.expires_at,
        )
    )
    session.flush()
    return Place(f"{base}/paying/{row.intent_id}", f"?key={key}")


def sweep_ways_back(session: Session) -> None:
    """Delete those that are over."""
    session.execute(delete(PaymentReturn).where(PaymentReturn.expires_at < utc_now()))
