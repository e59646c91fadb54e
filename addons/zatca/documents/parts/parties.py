"""Seller and buyer (BG-4, BG-7). Registration numbers and postal codes are matched by digits, so
Arabic-Indic ones are written as 0 to 9; names and streets stay as they were given."""

from __future__ import annotations

from addons.zatca.documents.parts.markup import Lines, block, leaf, tax_scheme, text
from addons.zatca.documents.texts import escaped, escaped_attribute, western
from addons.zatca.documents.values import Party


def seller(party: Party) -> Lines:
    """The seller's block."""
    return block("cac:AccountingSupplierParty", _party(party, "seller"))


def buyer(party: Party | None) -> Lines:
    """The buyer's block, which UBL demands even where nobody is named."""
    if party is None:
        return [leaf("cac:AccountingCustomerParty", "")]
    return block("cac:AccountingCustomerParty", _party(party, "buyer"))


def _party(party: Party, field: str) -> Lines:
    return block(
        "cac:Party",
        _identity(party, field),
        _address(party, field),
        _registration(party, field),
        block("cac:PartyLegalEntity", text("cbc:RegistrationName", party.name, f"{field}.name"))
        if party.name
        else (),
    )


def _identity(party: Party, field: str) -> Lines:
    if party.identity is None:
        return []
    scheme = escaped_attribute(party.identity.scheme, f"{field}.identity")
    value = escaped(western(party.identity.value), f"{field}.identity")
    number = leaf("cbc:ID", value, f' schemeID="{scheme}"')
    return block("cac:PartyIdentification", number)


def _address(party: Party, field: str) -> Lines:
    parts = [
        *text("cbc:StreetName", party.street, f"{field}.street"),
        *text("cbc:AdditionalStreetName", party.additional_street, f"{field}.additional_street"),
        *text("cbc:BuildingNumber", western(party.building), f"{field}.building"),
        *text("cbc:PlotIdentification", western(party.plot), f"{field}.plot"),
        *text("cbc:CitySubdivisionName", party.district, f"{field}.district"),
        *text("cbc:CityName", party.city, f"{field}.city"),
        *text("cbc:PostalZone", western(party.postal_zone), f"{field}.postal_zone"),
        *text("cbc:CountrySubentity", party.province, f"{field}.province"),
    ]
    if not parts:  # a name without an address, as on a receipt: the country alone is none
        return []
    code = text("cbc:IdentificationCode", party.country, f"{field}.country")
    return block("cac:PostalAddress", parts, block("cac:Country", code))


def _registration(party: Party, field: str) -> Lines:
    if not party.vat_number:
        return []
    number = text("cbc:CompanyID", western(party.vat_number), f"{field}.vat_number")
    return block("cac:PartyTaxScheme", number, tax_scheme())
