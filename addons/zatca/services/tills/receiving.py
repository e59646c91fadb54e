"""Documents that tills signed take their places in the chains, with the sales that bring them.

They come in any order, and some never: a sale may wait for somebody to mend it. So a document is
held against those neighbours that are there. The end of the chain is locked while its documents are
stored; only the booking of one register's sales ever asks for it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.extension_points import Sale
from addons.zatca.models import Device, Document, Refused
from addons.zatca.services.chain.linking import DEADLINE, lock_end, move_end
from addons.zatca.services.sending import states
from addons.zatca.services.sending.queueing import wake
from addons.zatca.services.tills.examining import Examined, Said, examine, refused, said_of
from core.api import InvalidInput, phrase, utc_now

Refusal = tuple[Sale, InvalidInput]


@dataclass(frozen=True, slots=True)
class _Link:
    """What a neighbour needs to know of a document."""

    hash: str
    previous_hash: str


def receive(session: Session, sales: Sequence[Sale]) -> list[Refusal]:
    """Store the documents that came with these sales of one source. What cannot be one is told
    with its sale. Sales that have a document already are left alone: an event may be told again."""
    had = _have_documents(session, sales)
    devices = _devices(session, sales)
    refusals: list[Refusal] = []
    sound: dict[int, list[Examined]] = {}
    now = utc_now()
    for sale in sales:
        if sale.source_id in had:
            continue
        try:
            said = said_of(sale)
        except InvalidInput as error:
            refusals.append((sale, error))
            continue
        device = devices.get(said.device)
        try:
            one = examine(session, sale, said, device, now)
        except InvalidInput as error:
            refusals.append((sale, error))
            if device is not None and device.register_id == sale.register_id:
                _note_refused(session, device.id, sale, said, error)
        else:
            sound.setdefault(one.device_id, []).append(one)
    for device_id in sorted(sound):
        refusals += _store(session, device_id, sound[device_id])
        wake(session, device_id)
    return refusals


def _have_documents(session: Session, sales: Sequence[Sale]) -> set[int]:
    found = select(Document.source_id).where(
        Document.source_type == sales[0].source_type,
        Document.source_id.in_([one.source_id for one in sales]),
    )
    return set(session.scalars(found))


def _devices(session: Session, sales: Sequence[Sale]) -> dict[str, Device]:
    """The devices that the tills name, by their serial numbers."""
    named = {one.signed.get("device") for one in sales if one.signed is not None}
    serials = [one for one in named if isinstance(one, str)]
    found = session.scalars(select(Device).where(Device.serial.in_(serials)))
    return {device.serial: device for device in found}


def _store(session: Session, device_id: int, documents: Sequence[Examined]) -> list[Refusal]:
    """Give the documents of one device their places."""
    end = lock_end(session, device_id)
    counters = [one.said.counter for one in documents]
    links = _links(session, device_id, min(counters) - 1, max(counters) + 1)
    taken = _uuids(session, documents)
    refusals: list[Refusal] = []
    for one in sorted(documents, key=lambda one: one.said.counter):
        said = one.said
        why = _misplaced(one, links, taken)
        if why:
            refusals.append((one.sale, refused(why)))
            _note_refused(session, device_id, one.sale, said, refusals[-1][1])
            continue
        links[said.counter] = _Link(said.hash, said.previous_hash)
        taken.add(said.uuid)
        session.add(_document(one))
        if said.counter >= end.counter:
            end.counter, end.hash = said.counter + 1, said.hash
    move_end(session, device_id, end)
    session.flush()
    return refusals


def _note_refused(
    session: Session, device_id: int, sale: Sale, said: Said, error: InvalidInput
) -> None:
    """Keep which place a refused document said to have: the chain doctor names its sale there."""
    values = {
        "device_id": device_id,
        "counter": said.counter,
        "hash": said.hash,
        "previous_hash": said.previous_hash,
        "source_type": sale.source_type,
        "source_id": sale.source_id,
        "number": sale.number,
        "reasons": [str(one.message) for one in error.problems],
    }
    session.execute(insert(Refused).values(**values).on_conflict_do_nothing())


def _links(session: Session, device_id: int, first: int, last: int) -> dict[int, _Link]:
    """What is there of a stretch of the chain, by counter."""
    found = select(Document.counter, Document.hash, Document.previous_hash).where(
        Document.device_id == device_id, Document.counter.between(first, last)
    )
    return {row.counter: _Link(row.hash, row.previous_hash) for row in session.execute(found)}


def _uuids(session: Session, documents: Sequence[Examined]) -> set[str]:
    found = select(Document.uuid).where(Document.uuid.in_([one.said.uuid for one in documents]))
    return set(session.scalars(found))


def _misplaced(one: Examined, links: dict[int, _Link], taken: set[str]) -> str:
    """Why a document cannot have the place that it says; empty where it can."""
    said = one.said
    before, after = links.get(said.counter - 1), links.get(said.counter + 1)
    previous = FIRST_PREVIOUS_HASH if said.counter == 1 else before and before.hash
    if said.counter in links:
        return phrase(
            "The chain forks: another document has place {counter} already.", counter=said.counter
        )
    if previous is not None and said.previous_hash != previous:
        return phrase("It does not follow the document that was made before it.")
    if after is not None and after.previous_hash != said.hash:
        return phrase("The document that was made after it follows another one.")
    if said.uuid in taken:
        return phrase("Another electronic invoice has its UUID.")
    return ""


def _document(one: Examined) -> Document:
    sale, said, reading = one.sale, one.said, one.reading
    return Document(
        device_id=one.device_id,
        counter=said.counter,
        uuid=said.uuid,
        source_type=sale.source_type,
        source_id=sale.source_id,
        number=sale.number,
        kind=sale.kind,
        standard=False,
        issue_at=sale.happened_at,
        hash=said.hash,
        previous_hash=said.previous_hash,
        xml=said.xml,
        qr=reading.qr,
        currency=sale.currency,
        total=one.total,
        tax=one.tax,
        contact_id=sale.contact_id,
        buyer=reading.buyer,
        branch_id=sale.branch_id,
        state=states.NOT_CLEARED if one.findings else states.PENDING,
        errors=[{"code": each.rule, "message": str(each.message)} for each in one.findings],
        deadline_at=sale.happened_at + DEADLINE,
    )
