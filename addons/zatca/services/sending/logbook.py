"""The log of what was said to the authority and what it answered."""

from __future__ import annotations

import hashlib

from sqlalchemy.orm import Session

from addons.zatca.authority import client
from addons.zatca.models import Device, Document, Exchange
from core.api import utc_now


def note(
    session: Session,
    device: Device,
    exchange: client.Exchange,
    outcome: str,
    *,
    document: Document | None = None,
    digest: str = "",
) -> None:
    """Add an exchange. `digest` stands for what was asked where the body alone does not say it.
    Secrets that an answer holds are taken out before."""
    body = exchange.body.decode(errors="replace").replace("\x00", "") or exchange.failure
    session.add(
        Exchange(
            document_id=None if document is None else document.id,
            device_id=device.id,
            at=utc_now(),
            endpoint=exchange.endpoint,
            request_digest=digest or hashlib.sha256(exchange.request).hexdigest(),
            status=exchange.status,
            headers=dict(exchange.headers),
            body=body,
            outcome=outcome,
            duration_ms=exchange.milliseconds,
        )
    )
