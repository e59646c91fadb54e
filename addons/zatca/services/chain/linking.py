"""Makes documents: at the very end of the transaction that posted their sales.

One lock for each device and transaction, whatever number of documents it makes, and devices in the
order of their ids, so that nobody waits for each other. Nothing but building, signing and storing
happens under it. A failure takes the whole transaction with it: no gap, no fork.
"""

from __future__ import annotations

import uuid
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from typing import Final

from sqlalchemy import select, tuple_, update
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.zatca.documents.signing import Signed, sign
from addons.zatca.documents.totals import totals_of
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import Chain
from addons.zatca.models import ChainEnd, Device, Document
from addons.zatca.services.chain.signers import Signer, signer_of
from addons.zatca.services.preparing.values import Ready
from addons.zatca.services.sending.queueing import wake
from core.api import Conflict, phrase, utc_now

DEADLINE: Final = timedelta(hours=24)
"""Simplified invoices are reported within 24 hours of their issue (BR-KSA-98); a standard one is
cleared before its buyer gets it, and nobody should wait longer for that."""


@dataclass(slots=True)
class End:
    """What the next document of a chain gets: its counter, and the hash that it follows."""

    counter: int
    hash: str


def link_all(session: Session, ready: list[Ready]) -> None:
    """Make the documents of these sales. What has one already is left alone: an event may be told
    again. Raises Conflict where a device was revoked meanwhile."""
    session.flush()
    made = _made(session, ready)
    wanted: dict[tuple[str, int], Ready] = {}
    for one in ready:
        if (one.source_type, one.source_id) not in made or one.supersedes_id is not None:
            wanted.setdefault((one.source_type, one.source_id), one)
    by_device: dict[int, list[Ready]] = {}
    for one in wanted.values():
        by_device.setdefault(one.device_id, []).append(one)
    for device_id in sorted(by_device):
        _link(session, device_id, by_device[device_id])
        wake(session, device_id)


def _made(session: Session, ready: Sequence[Ready]) -> set[tuple[str, int]]:
    sources = {(one.source_type, one.source_id) for one in ready}
    found = select(Document.source_type, Document.source_id).where(
        tuple_(Document.source_type, Document.source_id).in_(sorted(sources)),
        Document.state != "SUPERSEDED",
    )
    return {(row[0], row[1]) for row in session.execute(found)}


def _link(session: Session, device_id: int, ready: Sequence[Ready]) -> None:
    end = lock_end(session, device_id)
    device = session.get(Device, device_id, populate_existing=True)
    if device is None or not device.signs:
        raise Conflict(
            phrase("The device that signs electronic invoices was revoked just now."),
            fix=phrase("Post it once more."),
        )
    signer = signer_of(session, device)
    session.add_all([_document(one, device, signer, end) for one in ready])
    move_end(session, device_id, end)
    session.flush()


def move_end(session: Session, device_id: int, end: End) -> None:
    """Let a chain end further on than it did; where it ends there already, nothing happens."""
    session.execute(
        update(ChainEnd)
        .where(ChainEnd.device_id == device_id, ChainEnd.next_counter < end.counter)
        .values(next_counter=end.counter, last_hash=end.hash)
        .execution_options(synchronize_session=False)
    )


def lock_end(session: Session, device_id: int) -> End:
    """Where the chain ends, for nobody else to see until this transaction is over."""
    ends = select(ChainEnd.next_counter, ChainEnd.last_hash).where(ChainEnd.device_id == device_id)
    found = session.execute(ends.with_for_update()).one_or_none()
    if found is None:  # its first document
        first = insert(ChainEnd).values(device_id=device_id).on_conflict_do_nothing()
        session.execute(first)
        found = session.execute(ends.with_for_update()).one()
    return End(found[0], found[1])


def _document(ready: Ready, device: Device, signer: Signer, end: End) -> Document:
    """The next link; moves the end on."""
    place = Chain(str(uuid.uuid4()), end.counter, end.hash)
    signed = sign(build(ready.invoice, place), signer.key, signer.certificate, utc_now())
    document = _row(ready, device, place, signed)
    end.counter, end.hash = end.counter + 1, signed.hash
    return document


def _row(ready: Ready, device: Device, place: Chain, signed: Signed) -> Document:
    totals = totals_of(ready.invoice)
    buyer = ready.invoice.buyer
    return Document(
        device_id=device.id,
        counter=place.counter,
        uuid=place.uuid,
        source_type=ready.source_type,
        source_id=ready.source_id,
        number=ready.invoice.number,
        kind=ready.invoice.kind,
        standard=ready.invoice.standard,
        issue_at=ready.issue_at,
        hash=signed.hash,
        previous_hash=place.previous_hash,
        xml=signed.xml,
        qr=signed.qr,
        currency=ready.invoice.currency,
        total=totals.tax_inclusive,
        tax=totals.tax,
        contact_id=ready.contact_id,
        buyer="" if buyer is None else buyer.name,
        branch_id=ready.branch_id,
        supersedes_id=ready.supersedes_id,
        deadline_at=ready.issue_at + DEADLINE,
    )
