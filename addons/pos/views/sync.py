"""The calls by which a till hands over what it did, and asks what became of it.

They are open to everybody, and ask for the device's own token: a device is no user. A lapsed
licence never stops them.
"""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.models import Operation
from addons.pos.services.operations.receiving import receive
from addons.pos.services.operations.senders import sender
from addons.pos.services.operations.telling import outcome_of
from addons.pos.services.operations.unpacking import MOST_SENT, read_batch
from addons.pos.views.api_calls import ASK, SYNC
from core.api import PUBLIC, Json, NotFound, Reply, Request, Route, phrase


def sync(session: Session, request: Request) -> Reply:
    """POST /api/v1/pos/sync: take a batch."""
    binding = sender(session, request, lock=True)
    batch = read_batch(request.body, request.headers.get("content-encoding", ""))
    return Json(receive(session, binding, batch))


def ask(session: Session, request: Request) -> Reply:
    """GET /api/v1/pos/sync/<sync_id>: where one operation of this register stands."""
    binding = sender(session, request)
    found = session.scalar(
        select(Operation).where(
            Operation.sync_id == request.path_params["sync_id"],
            Operation.register_id == binding.register_id,
        )
    )
    if found is None:
        raise NotFound(
            phrase("Nobody sent this operation."), fix=phrase("Send it: nothing is booked twice.")
        )
    return Json(outcome_of(found))


ROUTES: Final = (
    Route("POST", "/api/v1/pos/sync", sync, PUBLIC, never_blocked=True, body=MOST_SENT, api=SYNC),
    Route("GET", "/api/v1/pos/sync/{sync_id}", ask, PUBLIC, api=ASK),
)
