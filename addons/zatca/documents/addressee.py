"""Whom a signed document names as its buyer, as paper has it."""

from __future__ import annotations

from dataclasses import dataclass

from addons.zatca.documents.reading import NAMESPACES, parsed

_PARTY = "cac:AccountingCustomerParty/cac:Party/"
_ADDRESS = f"{_PARTY}cac:PostalAddress/"


@dataclass(frozen=True, slots=True)
class Addressee:
    """The buyer's name, the lines of the address and the VAT number, each empty where the document
    does not say it, as on a receipt."""

    name: str
    lines: tuple[str, ...]
    vat_number: str


def addressee(xml: bytes) -> Addressee:
    """The buyer of a document. Raises DocumentUnreadable."""
    root = parsed(xml)

    def said(path: str) -> str:
        return (root.findtext(path, "", NAMESPACES) or "").strip()

    def line(*names: str) -> str:
        return " ".join(part for name in names if (part := said(f"{_ADDRESS}cbc:{name}")))

    lines = (
        line("BuildingNumber", "StreetName", "AdditionalStreetName"),
        line("CitySubdivisionName"),
        line("CityName", "PostalZone"),
        line("CountrySubentity"),
        said(f"{_ADDRESS}cac:Country/cbc:IdentificationCode"),
    )
    return Addressee(
        said(f"{_PARTY}cac:PartyLegalEntity/cbc:RegistrationName"),
        tuple(one for one in lines if one),
        said(f"{_PARTY}cac:PartyTaxScheme/cbc:CompanyID"),
    )
