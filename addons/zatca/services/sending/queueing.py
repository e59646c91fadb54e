"""Each device's queue: which of its documents go next.

Documents may arrive in any order, so one that the authority does not like holds up nobody. They are
claimed in one transaction and sent in the next: whoever is killed between the two leaves a row
that says that the document may be on its way, and it is sent again, byte for byte.
"""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import Final

from sqlalchemy import ColumnElement, func, or_, select
from sqlalchemy.orm import Session

from addons.zatca.models import Device, Document
from addons.zatca.services.sending import states
from addons.zatca.services.sending.patience import breaker
from core.api import Conflict, enqueue, phrase, utc_now

SEND: Final = "zatca.send"
DELIVER: Final = "zatca.deliver"
BATCH: Final = 10
LEASE: Final = timedelta(minutes=15)
"""After so long without an answer or a next try, whoever claimed a document is gone."""


def wake(session: Session, device_id: int, *, at: datetime | None = None) -> None:
    """Have a device's documents sent once this transaction has committed, or at a moment. Called
    after the last document of a transaction; calling it too often costs an empty look."""
    key = "" if at is None else f"{SEND}:{device_id}:{at:%Y%m%d%H%M}"
    enqueue(session, SEND, key=key, run_at=at, device_id=device_id)


def send_next(session: Session, device_id: int) -> None:
    """Claim what is due at a device, and ask for its delivery with the same commit."""
    device = session.get(Device, device_id)
    if device is None or device.stopped_at is not None or not device.production_token:
        return
    now = utc_now()
    state = breaker(session, device.environment)
    if state.shut_until is not None and state.is_shut(now):
        if _is_due(session, device_id, now):
            wake(session, device_id, at=state.shut_until + timedelta(minutes=1))
        return
    claimed = _claim(session, device_id, now, most=1 if state.on_trial else BATCH)
    if claimed:
        enqueue(session, DELIVER, device_id=device_id, document_ids=claimed)


def wake_later(session: Session, device_id: int) -> None:
    """Have the device looked at when its next document is due."""
    then = session.scalar(
        select(func.min(Document.next_try_at)).where(
            Document.device_id == device_id, Document.state.in_(states.WAITING)
        )
    )
    if then is not None:
        # The next full minute: a key for each device and minute keeps the queue short.
        wake(session, device_id, at=then.replace(second=0, microsecond=0) + timedelta(minutes=1))


def send_again(session: Session, document: Document) -> None:
    """Send what waits, without waiting for its time; and what was given up, once whatever stood
    in its way is gone. The same bytes go: nothing is signed anew. Raises Conflict."""
    if document.state == states.NOT_CLEARED:
        states.move(document, states.PENDING)
    elif document.state not in states.WAITING:
        raise Conflict(
            phrase("Document {number} does not wait to be sent.", number=document.number)
        )
    document.next_try_at = None
    session.flush()
    wake(session, document.device_id)


def abandoned(session: Session, now: datetime) -> Sequence[Document]:
    """Documents whose sender is gone: sent perhaps, and never answered."""
    return session.scalars(
        select(Document)
        .where(Document.state == states.SENDING, Document.next_try_at < now)
        .with_for_update(skip_locked=True)
    ).all()


def due_devices(session: Session, now: datetime) -> Sequence[int]:
    """Devices that have something to send now."""
    return session.scalars(
        select(Document.device_id).where(_due(now)).group_by(Document.device_id)
    ).all()


def _claim(session: Session, device_id: int, now: datetime, *, most: int) -> list[int]:
    """Mark what goes next as being sent. What failed before goes last, or it would always be the
    first to fail; then standard invoices, for which their buyers wait."""
    chosen = session.scalars(
        select(Document)
        .where(Document.device_id == device_id, _due(now))
        .order_by(Document.attempts, Document.standard.desc(), Document.counter)
        .limit(most)
        .with_for_update(skip_locked=True)
    ).all()
    for document in chosen:
        states.move(document, states.SENDING)
        document.attempts += 1
        document.sent_at = now
        document.next_try_at = now + LEASE
    session.flush()
    return [document.id for document in chosen]


def _is_due(session: Session, device_id: int, now: datetime) -> bool:
    found = select(Document.id).where(Document.device_id == device_id, _due(now)).limit(1)
    return session.scalar(found) is not None


def _due(now: datetime) -> ColumnElement[bool]:
    return Document.state.in_(states.WAITING) & or_(
        Document.next_try_at.is_(None), Document.next_try_at <= now
    )
