"""The scheduled look at all devices: takes up again what was left behind, and notices what ends."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import SIGNING, Device
from addons.zatca.services.sending import states
from addons.zatca.services.sending.queueing import abandoned, due_devices, send_next
from core.api import utc_now


def sync(session: Session) -> int:
    """Send again what nobody answered and what is due; returns how many devices had something.
    The authority has no question "what became of it?": sending the same bytes again is it."""
    now = utc_now()
    for document in abandoned(session, now):
        states.move(document, states.UNKNOWN)
        document.next_try_at = now
    session.flush()
    devices = due_devices(session, now)
    for device_id in sorted(devices):
        send_next(session, device_id)
    return len(devices)


def expire(session: Session) -> int:
    """Take devices out of use whose certificate has ended; returns how many."""
    ended = session.scalars(
        select(Device).where(Device.state.in_(SIGNING), Device.expires_at <= utc_now())
    ).all()
    for device in ended:
        device.state = "expired"
    session.flush()
    return len(ended)
