"""Whether a till's document is its device's, sound in itself, and that of its sale."""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.zatca.documents.certificates import certificate_of
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.reading import DocumentUnreadable, Reading, parsed, read_tree
from addons.zatca.documents.signing import RIYADH
from addons.zatca.documents.values import ACCOUNTING_CURRENCY
from addons.zatca.documents.verifying import verified
from addons.zatca.extension_points import Sale
from addons.zatca.models import Device
from addons.zatca.rules.checking import check_tree
from addons.zatca.rules.finding import Finding
from addons.zatca.services.preparing.parties import seller_of
from core.api import AppError, InvalidInput, Problem, phrase

MOST_BYTES: Final = 512 * 1024
FIELD: Final = "einvoice"
_LATE: Final = "BR-KSA-98"
_MOST_COUNTER: Final = 2**53
_TEXTS: Final = ("device", "uuid", "previous_hash", "hash", "xml")


@dataclass(frozen=True, slots=True)
class Said:
    """What a till says of a document that it signed."""

    device: str
    uuid: str
    counter: int
    previous_hash: str
    hash: str
    xml: bytes


@dataclass(frozen=True, slots=True)
class Examined:
    """A till's document, verified but for its place. `findings` are the authority's rules that it
    breaks, which somebody must see to: it is signed and on paper."""

    sale: Sale
    device_id: int
    said: Said
    reading: Reading
    total: Decimal
    tax: Decimal
    findings: tuple[Finding, ...]


def said_of(sale: Sale) -> Said:
    """What a till says of its document. Raises InvalidInput for what says too little."""
    given: Mapping[str, Any] = sale.signed or {}
    texts = {name: given.get(name) for name in _TEXTS}
    counter = given.get("counter")
    if not all(isinstance(text, str) and text for text in texts.values()) or not (
        isinstance(counter, int) and not isinstance(counter, bool) and 0 < counter < _MOST_COUNTER
    ):
        raise refused(phrase("What the till says of its electronic invoice is not complete."))
    xml = str(texts.pop("xml")).encode()
    if len(xml) > MOST_BYTES:
        raise refused(phrase("The till's electronic invoice is too large."))
    return Said(counter=counter, xml=xml, **{name: str(text) for name, text in texts.items()})


def examine(
    session: Session, sale: Sale, said: Said, device: Device | None, now: datetime
) -> Examined:
    """Verify a till's document but for its place in the chain. Raises InvalidInput with all that
    keeps it from being one."""
    if device is None or not device.of_till or device.certificate is None:
        raise refused(phrase("The till signed with a device that is not registered."))
    if device.register_id != sale.register_id:
        raise refused(phrase("The till signed with the device of another till."))
    try:
        root = parsed(said.xml)
    except DocumentUnreadable as error:
        raise refused(phrase("What the till signed is no electronic invoice.")) from error
    reading = read_tree(root)
    total = sum((line.net + line.tax for line in sale.lines), Decimal(0))
    tax = sum((line.tax for line in sale.lines), Decimal(0))
    problems = [
        *_of_itself(reading, said),
        *_of_device(reading, device, sale.happened_at),
        *_of_sale(session, reading, sale, total, tax),
    ]
    if problems:
        raise refused(*problems)
    findings = check_tree(root, today=now.astimezone(RIYADH).date(), now=now)
    wrong = tuple(one for one in findings if one.is_error and one.rule != _LATE)
    return Examined(sale, device.id, said, reading, total, tax, wrong)


def refused(*sentences: str) -> InvalidInput:
    """Why a till's document cannot stand for its sale."""
    return InvalidInput(
        sentences[0],
        fix=phrase("Make its document: the server signs one in its place."),
        problems=tuple(Problem(FIELD, one) for one in dict.fromkeys(sentences)),
    )


def _of_itself(reading: Reading, said: Said) -> Iterator[str]:
    stated = (said.uuid, str(said.counter), said.previous_hash, said.hash)
    if stated != (reading.uuid, reading.counter, reading.previous_hash, reading.hash):
        yield phrase("The till's electronic invoice is not the one that the till says it is.")
    yield from (flaw.message for flaw in verified(reading))


def _of_device(reading: Reading, device: Device, sold_at: datetime) -> Iterator[str]:
    """Its certificate is the device's, or was when the till had not heard of the next, and had not
    ended."""
    text = "".join(reading.signature.certificate.split())
    own = [device.certificate or b"", *device.earlier_certificates]
    if text not in map(base64_text, own):
        yield phrase("It was signed under a certificate that is not the device's.")
    elif certificate_of(text).not_after <= sold_at:
        yield phrase("It was signed under a certificate that had ended.")


def _of_sale(
    session: Session, reading: Reading, sale: Sale, total: Decimal, tax: Decimal
) -> Iterator[str]:
    issued = sale.happened_at.astimezone(RIYADH)
    says = (reading.number, reading.kind, reading.simplified, reading.currency)
    if says != (sale.number, sale.kind, True, ACCOUNTING_CURRENCY):
        yield phrase("It is an electronic invoice of something else than this sale.")
    if (reading.issue_date, reading.issue_time) != (f"{issued:%Y-%m-%d}", f"{issued:%H:%M:%S}"):
        yield phrase("It was issued at another time than the sale.")
    amounts = (*reading.totals, reading.tax)
    if [_amount(text) for text in amounts] != [total + sale.rounding, total, tax]:
        yield phrase("Its amounts are not those of the sale.")
    try:
        seller = seller_of(session, sale.branch_id)
    except AppError as error:
        yield str(error.message)
        return
    if reading.seller_vat != seller.vat_number:
        yield phrase("It names another seller's VAT number.")


def _amount(text: str) -> Decimal | None:
    try:
        return Decimal(text)
    except InvalidOperation:
        return None
