"""Rules about what a document says of itself: number, UUID, type, transaction code, notes."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable

from addons.zatca.rules.codes import DOCUMENT_TYPES, ZATCA_DOCUMENT_TYPES
from addons.zatca.rules.document import Document, squeezed_value
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import SHORTEN, WRITTEN_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Rule, present, rule, short
from core.api import msg

_FLAGS = re.compile(r"0[12][01]{5,7}")
_TIME = re.compile(r"(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]Z?")


def invoice(document: Document) -> list[Node]:
    return [document.invoice]


def type_codes(document: Document) -> list[Node]:
    return document.all("cbc:InvoiceTypeCode")


@rule(
    "BR-KSA-03",
    ERROR,
    field="uuid",
    says=msg("The document has no UUID, or one that does not begin with letters or digits."),
    remedy=WRITTEN_ITSELF,
)
def uuid(document: Document) -> Iterable[Node]:
    found = document.invoice.one("cbc:UUID")
    if found is None or not _begins_a_word(found.text):
        yield found or document.invoice


def _begins_a_word(text: str) -> bool:
    r"""Is the first character `\w` of XML Schema (no punctuation, separator or control), . or -?"""
    return text[:1] in (".", "-") or (text != "" and unicodedata.category(text[0])[0] not in "PZC")


@rule(
    "BR-KSA-70",
    ERROR,
    field="issue_time",
    says=msg("The time of issue is missing or not written as hours, minutes and seconds."),
    remedy=WRITTEN_ITSELF,
)
def issue_time(document: Document) -> Iterable[Node]:
    found = document.invoice.one("cbc:IssueTime")
    if found is None or not _TIME.fullmatch(found.text):
        yield found or document.invoice


@rule(
    "BR-CL-01",
    ERROR,
    field="kind",
    says=msg("The kind of document is not in the international list of documents (UNTDID 1001)."),
    remedy=WRITTEN_ITSELF,
)
def known_type(document: Document) -> Iterable[Node]:
    return (one for one in type_codes(document) if one.squeezed not in DOCUMENT_TYPES)


@rule(
    "BR-KSA-05",
    ERROR,
    field="kind",
    says=msg("The document is neither invoice, credit note, debit note nor advance invoice."),
    remedy=msg("Choose one of these kinds."),
)
def accepted_type(document: Document) -> Iterable[Node]:
    return (one for one in type_codes(document) if one.squeezed not in ZATCA_DOCUMENT_TYPES)


@rule(
    "BR-KSA-06",
    ERROR,
    field="flags",
    says=msg("The transaction code is not made of 01 or 02 and five to seven marks of 0 or 1."),
    remedy=WRITTEN_ITSELF,
)
def transaction_code(document: Document) -> Iterable[Node]:
    return (one for one in type_codes(document) if not _FLAGS.fullmatch(one.attribute("name")))


@rule(
    "BR-KSA-F-06-C40",
    WARNING,
    field="flags",
    says=msg("The transaction code does not have seven to nine characters."),
    remedy=WRITTEN_ITSELF,
)
def transaction_code_length(document: Document) -> Iterable[Node]:
    return (one for one in type_codes(document) if not 7 <= len(one.attribute("name")) <= 9)


@rule(
    "BR-KSA-07",
    ERROR,
    field="flags.self_billed",
    says=msg("An export cannot be invoiced by its buyer."),
    remedy=msg("Take away one of the two marks, export or self-billed."),
)
def export_is_not_self_billed(document: Document) -> Iterable[Node]:
    names = ((one, one.attribute("name")) for one in type_codes(document))
    return (one for one, name in names if name[4:5] == "1" and name[6:7] == "1")


@rule(
    "BR-KSA-31",
    ERROR,
    field="flags.self_billed",
    says=msg("A simplified invoice cannot be made out by its buyer."),
    remedy=msg("Take away the mark self-billed, or make a tax invoice."),
)
def simplified_is_not_self_billed(document: Document) -> Iterable[Node]:
    names = ((one, one.attribute("name")) for one in type_codes(document))
    return (
        one
        for one, name in names
        if name.startswith("02") and not re.fullmatch("[01]{4}0", name[2:7])
    )


@rule(
    "BR-KSA-EN16931-01",
    ERROR,
    field="profile",
    says=msg("The business process is not the one for reporting to the authority."),
    remedy=WRITTEN_ITSELF,
)
def profile(document: Document) -> Iterable[Node]:
    if squeezed_value(document.invoice, "cbc:ProfileID") != "reporting:1.0":
        yield document.invoice.one("cbc:ProfileID") or document.invoice


@rule(
    "BR-KSA-92",
    ERROR,
    field="contract_reference",
    says=msg("An invoice to the government has no contract number."),
    remedy=msg("Enter the number of the contract."),
)
def government_contract(document: Document) -> Iterable[Node]:
    names = [one.attribute("name") for one in type_codes(document)]
    if any(len(name) == 9 and name[:2] in ("01", "02") and name[8] == "1" for name in names) and (
        not squeezed_value(document.invoice, "cac:ContractDocumentReference/cbc:ID")
    ):
        yield document.invoice


@rule(
    "BR-KSA-F-06-C2",
    WARNING,
    field="notes",
    says=msg("A note of the document is longer than 1,000 characters."),
    remedy=SHORTEN,
)
def notes(document: Document) -> Iterable[Node]:
    return (note for note in document.invoice.every("cbc:Note") if len(note.text) > 1000)


RULES: tuple[Rule, ...] = (
    present(
        "BR-02",
        invoice,
        "cbc:ID",
        severity=WARNING,
        filled=True,
        field="number",
        says=msg("The document has no number."),
        remedy=msg("Give the document a number."),
    ),
    short(
        "BR-KSA-F-06-C1",
        invoice,
        "cbc:ID",
        most=127,
        field="number",
        says=msg("The number of the document is longer than 127 characters."),
        remedy=SHORTEN,
    ),
    present(
        "BR-03",
        invoice,
        "cbc:IssueDate",
        severity=ERROR,
        filled=True,
        field="issue_date",
        says=msg("The document has no date."),
        remedy=msg("Enter the date of the document."),
    ),
    present(
        "BR-04",
        invoice,
        "cbc:InvoiceTypeCode",
        severity=ERROR,
        filled=True,
        field="kind",
        says=msg("The document does not say of what kind it is."),
        remedy=WRITTEN_ITSELF,
    ),
    short(
        "BR-KSA-F-06-C3",
        invoice,
        "cac:OrderReference/cbc:ID",
        most=127,
        field="order_reference",
        says=msg("The number of the order is longer than 127 characters."),
        remedy=SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C5",
        invoice,
        "cac:ContractDocumentReference/cbc:ID",
        most=127,
        field="contract_reference",
        says=msg("The number of the contract is longer than 127 characters."),
        remedy=SHORTEN,
    ),
    uuid,
    issue_time,
    known_type,
    accepted_type,
    transaction_code,
    transaction_code_length,
    export_is_not_self_billed,
    simplified_is_not_self_billed,
    profile,
    government_contract,
    notes,
)
