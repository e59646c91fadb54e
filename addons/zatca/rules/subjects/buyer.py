"""Rules about the buyer: name, VAT number or other number, contact."""

from __future__ import annotations

import re
from collections.abc import Iterable

from addons.zatca.documents.exemptions import NEEDS_CITIZEN
from addons.zatca.rules.document import Document, squeezed_value
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Rule, rule, short
from addons.zatca.rules.subjects.seller import VAT_NUMBER
from core.api import msg

_SHORTEN = msg("Shorten it at the contact.")
_NAME = "cac:Party/cac:PartyLegalEntity/cbc:RegistrationName"
_VAT = "cac:AccountingCustomerParty/cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
_NUMBER = "cac:Party/cac:PartyIdentification/cbc:ID"
# The authority looks for the code inside this row.
_CITIZENS = " VATEX-SA-HEA VATEX-SA-EDU "
_REASON = "cbc:TaxExemptionReasonCode"
_CATEGORY = "cac:TaxTotal/cac:TaxSubtotal/cac:TaxCategory"


def contacts(document: Document) -> list[Node]:
    return document.under("cac:AccountingCustomerParty/cac:Party/cac:Contact")


@rule(
    "BR-KSA-42",
    WARNING,
    field="name",
    says=msg("A tax invoice does not name its buyer."),
    remedy=msg("Enter the legal name of the contact."),
)
def name_of_standard(document: Document) -> Iterable[Node]:
    if document.standard:
        for party in document.under("cac:AccountingCustomerParty/cac:Party"):
            if not party.says("cac:PartyLegalEntity/cbc:RegistrationName"):
                yield party


@rule(
    "BR-KSA-F-06-C12",
    WARNING,
    field="/buyer.name",
    says=msg("The name of the buyer is empty or longer than 1,000 characters."),
    remedy=_SHORTEN,
)
def name_length(document: Document) -> Iterable[Node]:
    found = document.buyer.one(_NAME)
    if document.standard and found is not None and not 1 <= len(found.text) <= 1000:
        yield found


@rule(
    "BR-KSA-F-06-C32",
    WARNING,
    field="/buyer.name",
    says=msg("The name of the buyer is longer than 1,000 characters."),
    remedy=_SHORTEN,
)
def name_length_simplified(document: Document) -> Iterable[Node]:
    found = document.buyer.one(_NAME)
    if document.simplified and found is not None and len(found.text) > 1000:
        yield found


@rule(
    "BR-KSA-71",
    WARNING,
    field="/buyer.name",
    says=msg("A simplified summary invoice does not name its buyer."),
    remedy=msg("Choose the customer of the invoice."),
)
def name_of_summary(document: Document) -> Iterable[Node]:
    summary = any(re.search(r"02\d{3}1\d", one.attribute("name")) for one in document.coded)
    if summary and document.type_name.startswith("02") and not _squeezed_name(document):
        yield document.buyer


@rule(
    "BR-KSA-25",
    WARNING,
    field="/buyer.name",
    says=msg("Education or health care free of VAT needs the name of the citizen who buys it."),
    remedy=msg("Choose the customer and enter the name."),
)
def name_of_citizen(document: Document) -> Iterable[Node]:
    codes = [one.text for one in document.under(f"{_CATEGORY}/{_REASON}")]
    private = codes and all(code in _CITIZENS for code in codes)
    if document.type_name.startswith("02") and private and not document.buyer.says(_NAME):
        yield document.buyer


@rule(
    "BR-KSA-49",
    ERROR,
    field="/buyer.identity",
    says=msg("Education or health care free of VAT needs the national number of the citizen."),
    remedy=msg("Enter the national number (NAT) at the contact."),
)
def number_of_citizen(document: Document) -> Iterable[Node]:
    numbers = document.buyer.every(_NUMBER)
    citizen = any(one.attribute("schemeID") == "NAT" for one in numbers)
    for category in document.under(_CATEGORY):
        if not citizen and category.value(_REASON) in NEEDS_CITIZEN:
            yield category


@rule(
    "BR-KSA-44",
    ERROR,
    field="vat_number",
    says=msg("The VAT number of the buyer is not 15 digits that begin and end with 3."),
    remedy=msg("Correct the VAT number of the contact, in Western digits."),
)
def vat_number_is_sound(document: Document) -> Iterable[Node]:
    found = document.under(_VAT)
    return (one for one in found if one.text and not VAT_NUMBER.fullmatch(one.text))


@rule(
    "BR-KSA-99",
    WARNING,
    field="vat_number",
    says=msg("The VAT number of the buyer is left empty."),
    remedy=msg("Enter the VAT number of the contact, or another number if it has none."),
)
def vat_number_is_filled(document: Document) -> Iterable[Node]:
    return (one for one in document.under(_VAT) if document.standard and not one.squeezed)


@rule(
    "BR-KSA-81",
    WARNING,
    field="/buyer.vat_number",
    says=msg("A tax invoice names neither the VAT number of the buyer nor another number."),
    remedy=msg("Enter the VAT number of the contact, or its registration number."),
)
def has_a_number(document: Document) -> Iterable[Node]:
    numbered = squeezed_value(document.buyer, _NUMBER)
    taxed = document.buyer.has("cac:Party/cac:PartyTaxScheme/cbc:CompanyID")
    if document.standard and not numbered and not taxed:
        yield document.buyer


@rule(
    "BR-KSA-85",
    WARNING,
    field="phone",
    says=msg("The phone number of the buyer is not 0 or + and 4 to 15 digits."),
    remedy=msg("Correct the phone number of the contact."),
)
def phone(document: Document) -> Iterable[Node]:
    found = [one for contact in contacts(document) for one in contact.every("cbc:Telephone")]
    return (one for one in found if one.text and not re.fullmatch(r"[0+][0-9]{4,15}", one.text))


def _squeezed_name(document: Document) -> str:
    return squeezed_value(document.buyer, _NAME)


RULES: tuple[Rule, ...] = (
    name_of_standard,
    name_length,
    name_length_simplified,
    name_of_summary,
    name_of_citizen,
    number_of_citizen,
    vat_number_is_sound,
    vat_number_is_filled,
    has_a_number,
    phone,
    short(
        "BR-KSA-F-06-C37",
        contacts,
        "cbc:Name",
        most=1000,
        field="contact_name",
        says=msg("The name of the buyer's contact person is longer than 1,000 characters."),
        remedy=_SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C38",
        contacts,
        "cbc:Note",
        most=1000,
        field="contact_note",
        says=msg("The note to the buyer's contact person is longer than 1,000 characters."),
        remedy=_SHORTEN,
    ),
)
