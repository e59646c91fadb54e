"""Which device is calling: the binding of a token. A revoked one is nobody any more."""

from __future__ import annotations

from datetime import timedelta
from typing import Final

from sqlalchemy import select, update
from sqlalchemy.orm import Session

from addons.pos.models import Binding
from core.api import Conflict, NotSignedIn, Request, actor, phrase, token_digest, utc_now

_OFTEN: Final = timedelta(minutes=1)


def calling_device(session: Session, request: Request) -> Binding:
    """The binding whose token the request shows. Raises NotSignedIn (401) where it shows none, an
    unknown one or one that was revoked."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    found = None
    if scheme.lower() == "bearer" and token:
        found = session.scalar(
            select(Binding).where(Binding.token_digest == token_digest(token.strip()))
        )
    if found is None or found.revoked_at is not None:
        raise NotSignedIn(
            phrase("This device is not bound to a till, or not any more."),
            fix=phrase("Bind it again with a code from a manager."),
        )
    return found


def note_seen(session: Session, binding_id: int) -> None:
    """Write down that the device called, at most once a minute."""
    session.execute(
        update(Binding)
        .where(
            Binding.id == binding_id,
            (Binding.last_seen_at.is_(None)) | (Binding.last_seen_at < utc_now() - _OFTEN),
        )
        .values(last_seen_at=utc_now())
        .execution_options(synchronize_session=False)
    )


def revoke(session: Session, binding: Binding) -> None:
    """End a binding: its device is answered 401 from now on. What it still holds is brought in as
    a recovery file. Raises Conflict where that was done already."""
    if binding.revoked_at is not None:
        raise Conflict(phrase("This device was revoked already."))
    binding.revoked_at, binding.revoked_by = utc_now(), actor(session).user_id
    session.flush()
