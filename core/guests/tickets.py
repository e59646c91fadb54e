"""How a guest who was let in comes from the control plane: by a ticket that works once."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import delete, select
from sqlalchemy.orm import Session

from core.auth.secret_tokens import digest, new_token
from core.custody.records import record_access
from core.db.base import utc_now
from core.declare import msg
from core.errors import Forbidden, NotFound
from core.guests.models import OPEN, GuestAccess, GuestTicket
from core.i18n import phrase

LIFETIME: Final = timedelta(minutes=1)
BY_TICKET: Final = msg("came in as a guest")


def give_ticket(session: Session, key: str) -> str:
    """A ticket for whoever was let in under this key; its secret. Raises Forbidden where the
    company has not agreed, or the time is up."""
    now = utc_now()
    access = session.scalar(
        select(GuestAccess).where(
            GuestAccess.key == key, GuestAccess.state == OPEN, GuestAccess.until > now
        )
    )
    if access is None:
        raise Forbidden(
            phrase("The company has not let you in, or the time is up."),
            fix=phrase("Ask again; one of its administrators decides."),
        )
    token = new_token()
    session.add(
        GuestTicket(token_hash=digest(token), guest_access_id=access.id, expires_at=now + LIFETIME)
    )
    session.flush()
    return token


def holder(session: Session, token: str) -> GuestAccess:
    """Whose ticket this is; raises NotFound for one that was used or is too old."""
    now = utc_now()
    found = session.scalar(
        select(GuestAccess)
        .join(GuestTicket)
        .where(
            GuestTicket.token_hash == digest(token),
            GuestTicket.expires_at > now,
            GuestAccess.state == OPEN,
            GuestAccess.until > now,
        )
    )
    if found is None:
        raise _spent()
    return found


def redeem(session: Session, token: str) -> GuestAccess:
    """Use the ticket up, and write down that somebody came; raises NotFound like `holder`."""
    access = holder(session, token)
    mine = GuestTicket.token_hash == digest(token)
    used = session.scalars(delete(GuestTicket).where(mine).returning(GuestTicket.token_hash)).all()
    if not used:  # by somebody else, a moment ago
        raise _spent()
    record_access(
        session,
        operator=access.name,
        purpose=access.reason,
        door=BY_TICKET,
    )
    return access


def _spent() -> NotFound:
    return NotFound(
        phrase("This way in does not work any more."),
        fix=phrase("Come in from the control plane again."),
    )
