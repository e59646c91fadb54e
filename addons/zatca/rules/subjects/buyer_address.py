"""Rules about the address of the buyer, which a tax invoice must have whole."""

from __future__ import annotations

import re
from collections.abc import Iterable

from addons.zatca.rules.document import Document, squeezed_value
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import WARNING, Rule, rule
from core.api import msg

_COMPLETE = msg("Complete the address of the contact.")
_SHORTEN = msg("Shorten it at the contact.")
_COUNTRY = "cac:Country/cbc:IdentificationCode"
_SAUDI_PARTS = (
    "cbc:StreetName",
    "cbc:BuildingNumber",
    "cbc:PostalZone",
    "cbc:CityName",
    "cbc:CitySubdivisionName",
    _COUNTRY,
)


def _kinds(document: Document) -> list[Node]:
    """The type code, at which the authority asks for the address, when it is 01 or 02."""
    codes = document.all("cbc:InvoiceTypeCode")
    return [one for one in codes if one.attribute("name")[:2] in ("01", "02")]


def _asked(document: Document) -> list[Node]:
    """Where a finding about the address of a tax invoice stands, if one is asked for."""
    if not (document.standard and _kinds(document)):
        return []
    return document.buyer_addresses[:1] or [document.buyer]


def _saudi(document: Document) -> list[Node]:
    """The Saudi addresses of the buyers of a tax invoice."""
    if not document.standard:
        return []
    return [country.parent for country in document.saudi_countries if country.parent is not None]


@rule(
    "BR-KSA-10",
    WARNING,
    field="/buyer.address",
    says=msg("The address of the buyer misses street, city or country."),
    remedy=_COMPLETE,
)
def is_there(document: Document) -> Iterable[Node]:
    wanted = ("cbc:StreetName", "cbc:CityName", _COUNTRY)
    whole = all(document.buyer_address(part) for part in wanted)
    return () if whole else _asked(document)


@rule(
    "BR-KSA-63",
    WARNING,
    field="/buyer.address",
    says=msg("The Saudi address of the buyer misses street, building, district, city or postcode."),
    remedy=_COMPLETE,
)
def is_whole(document: Document) -> Iterable[Node]:
    return (
        one
        for one in _saudi(document)
        if not all(squeezed_value(one, part) for part in _SAUDI_PARTS)
    )


@rule(
    "BR-KSA-67",
    WARNING,
    field="postal_zone",
    says=msg("The postcode of the Saudi buyer is not five digits."),
    remedy=msg("Correct the postcode of the contact."),
)
def postcode(document: Document) -> Iterable[Node]:
    return (
        one for one in _saudi(document) if not re.fullmatch("[0-9]{5}", one.value("cbc:PostalZone"))
    )


@rule(
    "BR-KSA-F-06-C28",
    WARNING,
    field="district",
    says=msg("The Saudi address of the buyer has no district."),
    remedy=_COMPLETE,
)
def district(document: Document) -> Iterable[Node]:
    return (one for one in _saudi(document) if not one.value("cbc:CitySubdivisionName"))


@rule(
    "BR-KSA-F-06-C29",
    WARNING,
    field="district",
    says=msg("The district of the buyer is longer than 127 characters."),
    remedy=_SHORTEN,
)
def district_length(document: Document) -> Iterable[Node]:
    return (one for one in _saudi(document) if len(one.value("cbc:CitySubdivisionName")) > 127)


@rule(
    "BR-KSA-F-06-C23",
    WARNING,
    field="street",
    says=msg("The street of the buyer is missing or longer than 1,000 characters."),
    remedy=_COMPLETE,
)
def street(document: Document) -> Iterable[Node]:
    sound = 1 <= len(document.buyer_address("cbc:StreetName")) <= 1000
    return () if sound else _asked(document)


@rule(
    "BR-KSA-F-06-C24",
    WARNING,
    field="street",
    says=msg("The street of the buyer is longer than 1,000 characters."),
    remedy=_SHORTEN,
)
def street_of_simplified(document: Document) -> Iterable[Node]:
    if document.simplified and _kinds(document):
        for address in document.buyer_addresses:
            if len(address.value("cbc:StreetName")) > 1000:
                yield address


@rule(
    "BR-KSA-F-06-C25",
    WARNING,
    field="city",
    says=msg("The address of the buyer has no city."),
    remedy=_COMPLETE,
)
def city(document: Document) -> Iterable[Node]:
    return () if document.buyer_address("cbc:CityName") else _asked(document)


@rule(
    "BR-KSA-F-06-C26",
    WARNING,
    field="city",
    says=msg("The city of the buyer is longer than 127 characters."),
    remedy=_SHORTEN,
)
def city_length(document: Document) -> Iterable[Node]:
    if _kinds(document):
        for address in document.buyer_addresses:
            if len(address.value("cbc:CityName")) > 127:
                yield address


@rule(
    "BR-KSA-F-06-C11",
    WARNING,
    field="additional_street",
    says=msg("The second street line of the buyer is longer than 127 characters."),
    remedy=_SHORTEN,
)
def additional_street(document: Document) -> Iterable[Node]:
    # Asked at the seller's address, so not without one.
    if document.seller_addresses:
        for address in document.buyer_addresses:
            if len(address.value("cbc:AdditionalStreetName")) > 127:
                yield address


@rule(
    "BR-KSA-F-06-C27",
    WARNING,
    field="province",
    says=msg("The province of the buyer is longer than 127 characters."),
    remedy=_SHORTEN,
)
def province(document: Document) -> Iterable[Node]:
    for address in document.buyer_addresses:
        if len(address.value("cbc:CountrySubentity")) > 127:
            yield address


RULES: tuple[Rule, ...] = (
    is_there,
    is_whole,
    postcode,
    district,
    district_length,
    street,
    street_of_simplified,
    city,
    city_length,
    additional_street,
    province,
)
