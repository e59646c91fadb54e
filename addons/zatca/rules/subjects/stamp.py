"""Rules about counter, previous hash, QR code and signature, which the program writes itself."""

from __future__ import annotations

import re
from collections.abc import Iterable

from addons.zatca.rules.codes import MIME_TYPES
from addons.zatca.rules.document import Document
from addons.zatca.rules.nodes import Node, squeeze
from addons.zatca.rules.remedies import WRITTEN_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Rule, present, rule
from core.api import msg

_BINARY = "cbc:EmbeddedDocumentBinaryObject"
_SIGNATURE = "urn:oasis:names:specification:ubl:signature:Invoice"
_INFORMATION = "urn:oasis:names:specification:ubl:signature:1"
_METHOD = "urn:oasis:names:specification:ubl:dsig:enveloped:xades"


def references(document: Document, purpose: str = "") -> list[Node]:
    """The document's additional references, all or those of one purpose (ICV, PIH, QR)."""
    found = document.invoice.every("cac:AdditionalDocumentReference")
    if not purpose:
        return found
    return [one for one in found if any(i.squeezed == purpose for i in one.every("cbc:ID"))]


def _is_plain_text(binary: Node) -> bool:
    return squeeze(binary.attribute("mimeCode")) == "text/plain"


def _has_plain_text(holders: list[Node], path: str) -> bool:
    binaries = [one for holder in holders for one in holder.every(path)]
    return any(one.text for one in binaries) and any(_is_plain_text(one) for one in binaries)


@rule(
    "BR-KSA-27",
    WARNING,
    field="qr",
    says=msg("The simplified document has no QR code."),
    remedy=WRITTEN_ITSELF,
)
def qr_is_there(document: Document) -> Iterable[Node]:
    holders = references(document, "QR")
    binaries = [one for holder in holders for one in holder.every(f"cac:Attachment/{_BINARY}")]
    sound = any(one.squeezed for one in binaries) and any(_is_plain_text(one) for one in binaries)
    if document.simplified and not sound:
        yield holders[0] if holders else document.invoice


@rule(
    "BR-CL-KSA-14",
    ERROR,
    field="qr",
    says=msg("The QR code is empty or holds more than 1,000 characters."),
    remedy=msg("Shorten the registered name of the company, which is part of the code."),
)
def qr_length(document: Document) -> Iterable[Node]:
    for holder in references(document, "QR"):
        for binary in holder.every(f"cac:Attachment/{_BINARY}")[:1]:
            if not 1 <= len(binary.text) <= 1000:
                yield binary


@rule(
    "BR-KSA-33",
    ERROR,
    field="chain.counter",
    says=msg("The document has no counter."),
    remedy=WRITTEN_ITSELF,
)
def counter_is_there(document: Document) -> Iterable[Node]:
    counted = any(one.says("cbc:UUID") for one in references(document))
    if not (references(document, "ICV") and counted):
        yield document.invoice


@rule(
    "BR-KSA-34",
    ERROR,
    field="chain.counter",
    says=msg("The counter of the document is not made of digits."),
    remedy=WRITTEN_ITSELF,
)
def counter_is_digits(document: Document) -> Iterable[Node]:
    for one in document.invoice.every("cac:AdditionalDocumentReference/cbc:UUID"):
        if not re.fullmatch("[0-9]*", one.text):
            yield one


@rule(
    "BR-KSA-61",
    WARNING,
    field="chain.previous_hash",
    says=msg("The hash of the document before it is missing."),
    remedy=WRITTEN_ITSELF,
)
def previous_hash_is_there(document: Document) -> Iterable[Node]:
    holders = references(document, "PIH")
    if not _has_plain_text(holders, f"cac:Attachment/{_BINARY}"):
        yield holders[0] if holders else document.invoice


@rule(
    "BR-KSA-26",
    WARNING,
    field="chain.previous_hash",
    says=msg("The hash of the document before it is empty or not declared as plain text."),
    remedy=WRITTEN_ITSELF,
)
def previous_hash_is_text(document: Document) -> Iterable[Node]:
    attachments = [
        one for holder in references(document, "PIH") for one in holder.every("cac:Attachment")
    ]
    return (one for one in attachments if not _has_plain_text([one], _BINARY))


def _stamped_attachments(document: Document) -> Iterable[Node]:
    """What the authority asks of the signature, it asks at each attachment of a simplified one."""
    return document.under("cac:AdditionalDocumentReference/cac:Attachment")


@rule(
    "BR-KSA-28",
    ERROR,
    field="signature",
    says=msg("The signature does not carry the prescribed name of its information."),
    remedy=WRITTEN_ITSELF,
)
def signature_information(document: Document) -> Iterable[Node]:
    names = [one.value("cbc:ID") for one in document.all("sac:SignatureInformation")]
    for attachment in _stamped_attachments(document):
        if document.simplified and not (attachment.says(_BINARY) and _INFORMATION in names):
            yield attachment


@rule(
    "BR-KSA-29",
    WARNING,
    field="signature",
    says=msg("The signature does not carry the prescribed name of what it signs."),
    remedy=WRITTEN_ITSELF,
)
def signature_reference(document: Document) -> Iterable[Node]:
    names = [i.text for one in document.all("cac:Signature") for i in one.every("cbc:ID")]
    referenced = [one.squeezed for one in document.all("sbc:ReferencedSignatureID")]
    for attachment in _stamped_attachments(document):
        if document.simplified and not (_SIGNATURE in names and referenced == [_SIGNATURE]):
            yield attachment


@rule(
    "BR-KSA-30",
    ERROR,
    field="signature",
    says=msg("The signature does not name the prescribed method."),
    remedy=WRITTEN_ITSELF,
)
def signature_method(document: Document) -> Iterable[Node]:
    methods = [
        m.text for one in document.all("cac:Signature") for m in one.every("cbc:SignatureMethod")
    ]
    for attachment in _stamped_attachments(document):
        if document.simplified and not (attachment.says(_BINARY) and _METHOD in methods):
            yield attachment


@rule(
    "BR-KSA-60",
    WARNING,
    field="signature",
    says=msg("The simplified document is not signed."),
    remedy=WRITTEN_ITSELF,
)
def is_signed(document: Document) -> Iterable[Node]:
    if document.type_name.startswith("02") and not any(
        one.text for one in document.all("cac:Signature")
    ):
        yield document.invoice


@rule(
    "BR-KSA-CL-03",
    ERROR,
    field="attachments",
    says=msg("An attachment is of a kind that the authority does not take."),
    remedy=msg("Attach it as PDF, image, CSV, spreadsheet or plain text."),
)
def attachment_types(document: Document) -> Iterable[Node]:
    holders = document.under(f"cac:AdditionalDocumentReference/cac:Attachment/{_BINARY}")
    return (one for one in holders if squeeze(one.attribute("mimeCode")) not in MIME_TYPES)


def _references_everywhere(document: Document) -> list[Node]:
    return document.all("cac:AdditionalDocumentReference")


RULES: tuple[Rule, ...] = (
    present(
        "BR-52",
        _references_everywhere,
        "cbc:ID",
        severity=WARNING,
        filled=True,
        field="attachments",
        says=msg("A supporting document has no reference."),
        remedy=msg("Enter its number."),
    ),
    qr_is_there,
    qr_length,
    counter_is_there,
    counter_is_digits,
    previous_hash_is_there,
    previous_hash_is_text,
    signature_information,
    signature_reference,
    signature_method,
    is_signed,
    attachment_types,
)
