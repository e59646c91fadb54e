"""The call by which a till that signs by itself hands over its public key and its signatures."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.pos.services.operations.senders import sender
from addons.pos.services.signing import take_signatures
from addons.pos.views.api_calls import SIGNING
from core.api import PUBLIC, InvalidInput, Json, Reply, Request, Route, phrase


def signing(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/signing: what the till is asked to sign, until that is nothing more."""
    device = sender(session, request, lock=True)
    given = request.json()
    if not isinstance(given, dict):
        raise InvalidInput.of("body", phrase("Send one JSON object."))
    return Json(take_signatures(session, device.register, given))


ROUTES: Final = (
    Route("POST", "/api/v1/pos/signing", signing, PUBLIC, never_blocked=True, api=SIGNING),
)
"""Open to everybody: it asks for the device's own token."""
