"""The call by which a till prints at a printer that its browser cannot reach."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.pos.services.operations.senders import sender
from addons.pos.services.printing.sending import MOST_BYTES, print_bytes
from addons.pos.views.api_calls import PRINT
from core.api import PUBLIC, Empty, InvalidInput, Reply, Request, Route, phrase


def print_receipt(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/print: answered when the printer has taken all of it."""
    device = sender(session, request)
    given = request.json()
    data = given.get("data") if isinstance(given, dict) else None
    if not isinstance(data, str):
        raise InvalidInput.of("data", phrase("Send what is to be printed, in base64."))
    print_bytes(session, device.register, data)
    return Empty()


ROUTES: Final = (
    Route(
        "POST",
        "/api/v1/pos/print",
        print_receipt,
        PUBLIC,
        writes=False,
        body=2 * MOST_BYTES,
        api=PRINT,
    ),
)
"""Open to everybody: it asks for the device's own token."""
