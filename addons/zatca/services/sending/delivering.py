"""Sends what was claimed, writes down what was answered, and claims the next.

One batch is one transaction. No sale waits for it: chains grow under a lock of their own, and
documents are locked only once their answer is there.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session, undefer

from addons.zatca.authority.answers import Answer, Outcome, submitted
from addons.zatca.authority.client import Authority, Credential, Submission
from addons.zatca.authority.environments import ENVIRONMENTS
from addons.zatca.models import Device, Document
from addons.zatca.services.keyring import production_credential
from addons.zatca.services.sending import states, verdicts
from addons.zatca.services.sending.logbook import note
from addons.zatca.services.sending.queueing import send_next, wake_later
from addons.zatca.services.sending.timekeeping import clock_is_wrong
from core.api import phrase, utc_now

SECONDS_OF_A_BATCH: Final = 60.0
_UNREACHABLE: Final = frozenset({Outcome.NOT_RECEIVED, Outcome.UNKNOWN})


def deliver(session: Session, device_id: int, document_ids: Sequence[int]) -> None:
    """Send these documents, none while this server's clock is wrong. Safe to run again: what has
    its answer is left alone."""
    device = session.get_one(Device, device_id)
    documents = session.scalars(
        select(Document)
        .where(Document.id.in_(document_ids), Document.state == states.SENDING)
        .order_by(Document.attempts, Document.standard.desc(), Document.counter)
        .options(undefer(Document.xml))
    ).all()
    credential = production_credential(session, device)
    authority = Authority(ENVIRONMENTS[device.environment])
    if clock_is_wrong(session, device, authority):
        for document in documents:
            _leave(document)
        session.flush()
        return  # the scheduled look takes them up again
    began = time.monotonic()
    stopped: Outcome | None = None
    for document in documents:
        if stopped is not None or time.monotonic() - began > SECONDS_OF_A_BATCH:
            _leave(document)
            continue
        answer = ask(session, device, document, authority, credential)
        session.refresh(document, ("state", "attempts", "version"), with_for_update=True)
        if document.state != states.SENDING:
            continue  # somebody took this batch for lost, and has the answer already
        verdicts.apply(document, answer, utc_now())
        if answer.outcome in _UNREACHABLE:
            stopped = answer.outcome
        elif answer.outcome is Outcome.UNAUTHORIZED:
            stopped = answer.outcome
            stop(device, phrase("The authority refuses its certificate or secret (401)."))
    session.flush()
    if stopped is not Outcome.UNAUTHORIZED:
        send_next(session, device_id)
    wake_later(session, device_id)


def ask(
    session: Session,
    device: Device,
    document: Document,
    authority: Authority,
    credential: Credential,
) -> Answer:
    """Put one document before the authority. Where clearance is switched off (303), the same
    document is reported at once."""
    submission = Submission(document.uuid, document.hash, document.xml)
    exchange = (
        authority.clear(credential, submission)
        if document.standard
        else authority.report(credential, submission)
    )
    answer = submitted(exchange, utc_now())
    note(session, device, exchange, answer.outcome.value, document=document)
    if answer.outcome is Outcome.USE_REPORTING:
        exchange = authority.report(credential, submission)
        answer = submitted(exchange, utc_now())
        note(session, device, exchange, answer.outcome.value, document=document)
    return answer


def stop(device: Device, why: str) -> None:
    """Send nothing more of a device until somebody has seen to it."""
    device.stopped_at = utc_now()
    device.stopped_why = why


def resume(session: Session, device: Device) -> None:
    """Go on with a device that was stopped."""
    device.stopped_at = None
    device.stopped_why = ""
    session.flush()
    send_next(session, device.id)


def _leave(document: Document) -> None:
    """Let what was claimed and not sent wait for the next batch: it was no attempt."""
    document.attempts -= 1
    document.next_try_at = None
    states.move(document, states.UNKNOWN if document.attempts else states.PENDING)
