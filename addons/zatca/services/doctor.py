"""The chain doctor: every link of every chain from the first, held against itself, the one before
it, the sale's row and what the authority answered."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from sqlalchemy import exists, select
from sqlalchemy.orm import Session, undefer

from addons.zatca.documents.reading import DocumentUnreadable, read
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.documents.verifying import verified
from addons.zatca.extension_points import Tills
from addons.zatca.models import ChainEnd, Device, Document, Exchange, Refused
from addons.zatca.services.found import sale_page
from addons.zatca.services.sending import states
from core.api import extensions, phrase

_BATCH: Final = 200


@dataclass(frozen=True, slots=True)
class Complaint:
    """What is wrong with a link, with the page of its document, or of the sale for which a till
    signed what was refused there; nowhere to go where nobody knows either. `reasons` say more."""

    counter: int
    number: str
    message: str
    document_id: int | None = None
    url: str = ""
    reasons: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True)
class Diagnosis:
    """A device's chain: how many links it has, and all that is wrong with them."""

    device_id: int
    device: str
    links: int
    complaints: tuple[Complaint, ...]

    @property
    def sound(self) -> bool:
        """Whether nothing is wrong."""
        return not self.complaints


def examine(session: Session, device_id: int | None = None) -> list[Diagnosis]:
    """Examine one chain, or all. Reads every document: a matter of minutes for a million."""
    wanted = select(Device).order_by(Device.id)
    if device_id is not None:
        wanted = wanted.where(Device.id == device_id)
    return [_diagnosis(session, device) for device in session.scalars(wanted).all()]


def _diagnosis(session: Session, device: Device) -> Diagnosis:
    complaints: list[Complaint] = []
    links, counter, before = 0, 0, FIRST_PREVIOUS_HASH
    for document, answered in _documents(session, device.id):
        known = before
        if document.counter != counter + 1:
            complaints += _missing(session, device, counter + 1, document)
            known = document.previous_hash if device.of_till else before
        complaints += _content(document, known)
        complaints += _answers(document, answered)
        links, counter, before = links + 1, document.counter, document.hash
        session.expunge(document)
    complaints += _end(session, device.id, counter, before)
    return Diagnosis(device.id, device.name, links, tuple(complaints))


def _documents(session: Session, device_id: int) -> Iterator[tuple[Document, bool]]:
    """The device's documents by their counters, each with whether the authority ever answered."""
    answered = exists().where(Exchange.document_id == Document.id, Exchange.status.is_not(None))
    wanted = (
        select(Document, answered)
        .where(Document.device_id == device_id)
        .options(undefer(Document.xml), undefer(Document.cleared_xml))
        .order_by(Document.counter)
        .limit(_BATCH)
    )
    last = 0
    while rows := session.execute(wanted.where(Document.counter > last)).all():
        for document, was_answered in rows:
            last = document.counter
            yield document, was_answered


def _missing(
    session: Session, device: Device, first: int, follower: Document
) -> Iterator[Complaint]:
    """A gap before a document. What the till had signed there and what was refused is known by its
    hash, which its follower names: so back from the end, as far as that goes."""
    last, follows = follower.counter - 1, follower.previous_hash
    known: list[Refused] = []
    while last >= first and (one := _refused(session, device, last, follows)) is not None:
        known.append(one)
        last, follows = last - 1, one.previous_hash
    if first <= last:
        yield _gap(session, device, first, last)
    for one in reversed(known):
        message = phrase("Missing: what the till signed for this sale was refused.")
        page = sale_page(one.source_type, one.source_id)
        yield Complaint(one.counter, one.number, message, url=page, reasons=tuple(one.reasons))


def _refused(session: Session, device: Device, counter: int, own_hash: str) -> Refused | None:
    wanted = select(Refused).where(
        Refused.device_id == device.id, Refused.counter == counter, Refused.hash == own_hash
    )
    return session.scalars(wanted.limit(1)).first()


def _gap(session: Session, device: Device, first: int, last: int) -> Complaint:
    """Places of which nobody knows anything. A till's documents come with its sales: one may still
    be on its way."""
    places = str(first) if first == last else f"{first} – {last}"
    if not device.of_till:
        message = phrase("Missing: {places}.", places=places)
    elif _may_come(session, device):
        message = phrase(
            "Missing: {places}. It may still come: the till has not sent all that it holds, or a"
            " sale waits to be mended.",
            places=places,
        )
    else:
        message = phrase(
            "Missing: {places}. The till holds nothing more: it was refused, or lost with the"
            " till.",
            places=places,
        )
    return Complaint(first, "", message)


def _content(document: Document, before: str) -> Iterator[Complaint]:
    try:
        reading = read(document.xml)
    except DocumentUnreadable:
        yield _about(document, phrase("What is stored is no electronic invoice."))
        return
    said = (reading.uuid, reading.counter, reading.number, reading.hash, reading.qr)
    kept = (document.uuid, str(document.counter), document.number, document.hash, document.qr)
    if said != kept:
        yield _about(document, phrase("The document says something else than its row."))
    for flaw in verified(reading, before):
        yield _about(document, flaw.message)


def _answers(document: Document, answered: bool) -> Iterator[Complaint]:
    """What the authority stamped is the very document, and nothing counts as known to it of which
    it never said so."""
    if document.state in states.DONE and not answered:
        yield _about(document, phrase("It counts as accepted, and no answer says so."))
    if document.cleared_xml is None:
        return
    try:
        cleared = read(document.cleared_xml)
    except DocumentUnreadable:
        yield _about(document, phrase("What the authority stamped cannot be read."))
        return
    if (cleared.uuid, cleared.hash) != (document.uuid, document.hash):
        yield _about(document, phrase("The authority stamped another document."))


def _end(session: Session, device_id: int, counter: int, before: str) -> Iterator[Complaint]:
    end = session.execute(
        select(ChainEnd.next_counter, ChainEnd.last_hash).where(ChainEnd.device_id == device_id)
    ).one_or_none()
    if (end or (1, FIRST_PREVIOUS_HASH)) != (counter + 1, before):
        message = phrase("The chain ends elsewhere than its device believes.")
        yield Complaint(counter + 1, "", message)


def _may_come(session: Session, device: Device) -> bool:
    register_id = device.register_id
    return register_id is not None and any(
        one.holds_more(session, register_id) for one in extensions(session, Tills).values()
    )


def _about(document: Document, message: str) -> Complaint:
    page = f"/zatca/documents/{document.id}"
    return Complaint(document.counter, document.number, message, document.id, page)
