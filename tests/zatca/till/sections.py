"""What the feed tells a till that signs by itself, of a company and a device."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.catalog.api import tax_statements, units
from addons.vat.services.known import known_taxes
from addons.zatca.documents.certificates import SigningCertificate
from addons.zatca.documents.exemptions import EXEMPTIONS, NEEDS_CITIZEN, OUT_OF_SCOPE
from addons.zatca.documents.hashing import base64_text
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH, Party
from addons.zatca.services.preparing.amounts import _category
from core.api import phrase

DEVICE: Final = "1-AoraBooks|2-Till|3-7"


def section_of(session: Session, seller: Party, certificate: SigningCertificate) -> dict[str, Any]:
    """The section `einvoice` of a till whose device signs."""
    return {
        "kind": "zatca",
        "device": DEVICE,
        "state": "active",
        "asks": False,
        "signs": True,
        "certificate": _certificate(certificate),
        "seller": asdict(seller),
        "categories": {code: _periods(session, code) for code in known_taxes(session)},
        "out_of_scope": asdict(EXEMPTIONS[OUT_OF_SCOPE]),
        "needs_citizen": sorted(NEEDS_CITIZEN),
        "units": {str(one.id): one.standard_code or "PCE" for one in units(session).values()},
        "means": {"cash": "10", "card": "48", "transfer": "30"},
        "words": {
            "discount": phrase("Discount"),
            "returned": phrase("Goods were returned."),
            "taken_back": phrase("Goods or services were taken back."),
            "without_receipt": phrase("without receipt"),
        },
        "chain": {"counter": 0, "hash": FIRST_PREVIOUS_HASH},
    }


def _certificate(certificate: SigningCertificate) -> dict[str, str]:
    return {
        "text": certificate.text,
        "digest": certificate.digest,
        "issuer": certificate.issuer,
        "serial": str(certificate.serial),
        "public_key": base64_text(certificate.public_key),
        "signature": base64_text(certificate.signature),
    }


def _periods(session: Session, code: str) -> list[dict[str, str]]:
    """How a tax is named on documents, from the day of each of its rates on."""
    found = []
    for since, _ in known_taxes(session)[code].rates:
        one = _category([tax_statements(session, {code}, since)[code]])
        exemption = one.exemption
        found.append(
            {
                "from": since.isoformat(),
                "category": one.category,
                "rate": f"{one.rate:f}",
                "code": exemption.code if exemption else "",
                "reason": exemption.reason if exemption else "",
            }
        )
    return found
