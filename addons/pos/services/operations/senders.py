"""Whose call it is: the device that shows its token.

A device is no user. Its token goes on working when the person who bound it leaves, until a manager
revokes it.
"""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.errors import UnknownDevice
from addons.pos.models import Binding
from core.api import Request, phrase, token_digest


def sender(session: Session, request: Request, *, lock: bool = False) -> Binding:
    """The binding of the token that a request bears; with `lock` nobody else works for it until
    the commit. Raises UnknownDevice (401)."""
    scheme, _, token = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer" and token.strip():
        wanted = select(Binding).where(
            Binding.token_digest == token_digest(token.strip()), Binding.revoked_at.is_(None)
        )
        found = session.scalar(wanted.with_for_update(key_share=True) if lock else wanted)
        if found is not None:
            return found
    raise UnknownDevice(
        phrase("This device is not bound to a register, or not any more."),
        fix=phrase("Ask a manager for a new code. What the device holds comes by recovery file."),
    )
