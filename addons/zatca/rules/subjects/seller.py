"""Rules about the company that sells: its name, VAT number, registration and address."""

from __future__ import annotations

import re
from collections.abc import Iterable

from addons.zatca.rules.codes import SELLER_SCHEMES
from addons.zatca.rules.document import Document
from addons.zatca.rules.nodes import Node, squeeze
from addons.zatca.rules.rule import ERROR, WARNING, Rule, present, rule, short
from core.api import msg

_SHORTEN = msg("Shorten it in the settings of the company.")
_COMPLETE = msg("Complete the address of the company.")
VAT_NUMBER = re.compile(r"3[0-9]{13}3")
_NAME = "cac:Party/cac:PartyLegalEntity/cbc:RegistrationName"
_VAT = "cac:Party/cac:PartyTaxScheme/cbc:CompanyID"
_ADDRESS_PARTS = (
    "cbc:StreetName",
    "cbc:BuildingNumber",
    "cbc:CityName",
    "cbc:PostalZone",
    "cbc:CitySubdivisionName",
    "cac:Country/cbc:IdentificationCode",
)


def seller(document: Document) -> list[Node]:
    return [document.seller]


def addresses(document: Document) -> list[Node]:
    return document.seller_addresses


@rule(
    "BR-KSA-39",
    ERROR,
    field="/seller.vat_number",
    says=msg("The company has no VAT number."),
    remedy=msg("Enter the VAT number in the settings of the company."),
)
def vat_number_is_there(document: Document) -> Iterable[Node]:
    schemes = document.seller.every("cac:Party/cac:PartyTaxScheme/cac:TaxScheme")
    known = any(one.squeezed == "VAT" for scheme in schemes for one in scheme.every("cbc:ID"))
    if not (known and document.seller.says(_VAT)):
        yield document.seller


@rule(
    "BR-KSA-40",
    ERROR,
    field="vat_number",
    says=msg("The VAT number of the company is not 15 digits that begin and end with 3."),
    remedy=msg("Correct the VAT number in the settings of the company, in Western digits."),
)
def vat_number_is_sound(document: Document) -> Iterable[Node]:
    number = document.seller.one(_VAT)
    schemes = document.seller.every("cac:Party/cac:PartyTaxScheme/cac:TaxScheme/cbc:ID")
    if (
        number is not None
        and any(scheme.text == "VAT" for scheme in schemes)
        and not VAT_NUMBER.fullmatch(number.text)
    ):
        yield number


@rule(
    "BR-CUSTOM-VALIDATION-01",
    ERROR,
    field="/buyer.vat_number",
    says=msg("Seller and buyer have the same VAT number."),
    remedy=msg("Correct the VAT number of the buyer."),
)
def not_to_oneself(document: Document) -> Iterable[Node]:
    own = {one.text for one in document.seller.every(_VAT)} - {""}
    return (one for one in document.buyer.every(_VAT) if one.text in own)


@rule(
    "BR-KSA-08",
    WARNING,
    field="/seller.identity",
    says=msg("The company has no registration number of a kind that a seller may have."),
    remedy=msg("Enter the commercial registration or licence in the settings of the company."),
)
def identity(document: Document) -> Iterable[Node]:
    found = document.seller.one("cac:Party/cac:PartyIdentification/cbc:ID")
    scheme = squeeze(found.attribute("schemeID")) if found is not None else ""
    # The authority looks for the kind inside the row of kinds.
    if len(scheme) <= 2 or scheme not in " ".join(SELLER_SCHEMES):
        yield found or document.seller


@rule(
    "BR-KSA-09",
    WARNING,
    field="/seller.address",
    says=msg(
        "The address of the company misses street, building, district, city, postcode or country."
    ),
    remedy=_COMPLETE,
)
def address_is_whole(document: Document) -> Iterable[Node]:
    return (
        one
        for one in document.seller_addresses
        if not all(one.has(part) for part in _ADDRESS_PARTS)
    )


@rule(
    "BR-KSA-66",
    WARNING,
    field="postal_zone",
    says=msg("The postcode of the company is not five digits."),
    remedy=msg("Correct the postcode in the settings of the company."),
)
def postcode(document: Document) -> Iterable[Node]:
    return (
        one
        for one in document.seller_addresses
        if not re.fullmatch("[0-9]{5}", one.value("cbc:PostalZone"))
    )


@rule(
    "BR-KSA-37",
    WARNING,
    field="building",
    says=msg("The building number of the company is not four digits."),
    remedy=msg("Correct the building number in the settings of the company."),
)
def building(document: Document) -> Iterable[Node]:
    return (
        party
        for party in document.under("cac:AccountingSupplierParty/cac:Party")
        if not re.fullmatch("[0-9]{4}", party.value("cac:PostalAddress/cbc:BuildingNumber"))
    )


@rule(
    "BR-KSA-F-06-C9",
    WARNING,
    field="district",
    says=msg("The district of the company is empty or longer than 127 characters."),
    remedy=_COMPLETE,
)
def district(document: Document) -> Iterable[Node]:
    # The authority looks at it only when the buyer lives in Saudi Arabia.
    if document.saudi_countries:
        for address in document.seller_addresses:
            found = address.one("cbc:CitySubdivisionName")
            if found is not None and not 1 <= len(found.text) <= 127:
                yield found


RULES: tuple[Rule, ...] = (
    present(
        "BR-06",
        seller,
        _NAME,
        severity=WARNING,
        filled=True,
        field="/seller.name",
        says=msg("The company has no registered name."),
        remedy=msg("Enter the registered name in the settings of the company."),
    ),
    short(
        "BR-KSA-F-06-C10",
        seller,
        _NAME,
        least=1,
        most=1000,
        field="name",
        says=msg("The registered name of the company is empty or longer than 1,000 characters."),
        remedy=_SHORTEN,
    ),
    present(
        "BR-08",
        seller,
        "cac:Party/cac:PostalAddress",
        severity=WARNING,
        field="/seller.address",
        says=msg("The company has no address."),
        remedy=msg("Enter the address in the settings of the company."),
    ),
    present(
        "BR-09",
        addresses,
        "cac:Country/cbc:IdentificationCode",
        severity=WARNING,
        filled=True,
        field="country",
        says=msg("The address of the company has no country."),
        remedy=_COMPLETE,
    ),
    short(
        "BR-KSA-F-06-C8",
        seller,
        "cac:Party/cac:PostalAddress/cbc:CountrySubentity",
        most=127,
        field="province",
        says=msg("The province of the company is longer than 127 characters."),
        remedy=_SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C4",
        addresses,
        "cbc:StreetName",
        least=1,
        most=1000,
        field="street",
        says=msg("The street of the company is empty or longer than 1,000 characters."),
        remedy=_COMPLETE,
    ),
    short(
        "BR-KSA-F-06-C6",
        addresses,
        "cbc:AdditionalStreetName",
        most=127,
        field="additional_street",
        says=msg("The second street line of the company is longer than 127 characters."),
        remedy=_SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C7",
        addresses,
        "cbc:CityName",
        least=1,
        most=127,
        field="city",
        says=msg("The city of the company is empty or longer than 127 characters."),
        remedy=_COMPLETE,
    ),
    vat_number_is_there,
    vat_number_is_sound,
    not_to_oneself,
    identity,
    address_is_whole,
    postcode,
    building,
    district,
)
