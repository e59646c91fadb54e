"""Work that nobody waits for: sending documents, looking after what was left behind."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from addons.zatca.services.catching_up import catch_up
from addons.zatca.services.sending import syncing
from addons.zatca.services.sending.delivering import deliver as deliver_documents
from addons.zatca.services.sending.queueing import DELIVER, SEND, send_next
from core.api import Job, Schedule, msg


def send(session: Session, *, device_id: int) -> None:
    """Claim what is due at a device; running it twice finds nothing the second time."""
    send_next(session, device_id)


def deliver(session: Session, *, device_id: int, document_ids: list[int]) -> None:
    """Send what was claimed; what was answered meanwhile is left alone."""
    deliver_documents(session, device_id, document_ids)


def sync(session: Session, **_: Any) -> None:
    """Send again what was left without an answer."""
    syncing.sync(session)


def make_up(session: Session, **_: Any) -> None:
    """Make the documents of sales that waited for a device."""
    catch_up(session)


def expire(session: Session, **_: Any) -> None:
    """Take devices out of use whose certificate has ended."""
    syncing.expire(session)


# The law asks for the reports whatever became of the addon's licence.
SEND_JOB: Final = Job(SEND, msg("Choose electronic invoices to send"), send, never_blocked=True)
DELIVER_JOB: Final = Job(
    DELIVER, msg("Send electronic invoices to the authority"), deliver, never_blocked=True
)
SYNC_JOB: Final = Job(
    "zatca.sync",
    msg("Send electronic invoices that were left without an answer"),
    sync,
    schedule=Schedule("*/5 * * * *"),
    never_blocked=True,
)
CATCH_UP_JOB: Final = Job(
    "zatca.catch_up",
    msg("Make electronic invoices of sales that waited for a device"),
    make_up,
    schedule=Schedule("*/5 * * * *"),
    never_blocked=True,
)
EXPIRE_JOB: Final = Job(
    "zatca.expire",
    msg("Take devices out of use whose certificate has ended"),
    expire,
    schedule=Schedule("10 * * * *"),
    never_blocked=True,
)
JOBS: Final = (SEND_JOB, DELIVER_JOB, SYNC_JOB, CATCH_UP_JOB, EXPIRE_JOB)
