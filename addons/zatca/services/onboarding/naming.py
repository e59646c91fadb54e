"""What a device's certificate request says, from the device and its seller."""

from __future__ import annotations

import re
import secrets
from typing import Final

from sqlalchemy.orm import Session

from addons.zatca.authority.csr import MAX_LENGTH, DeviceName, RequestInvalid, check
from addons.zatca.models import Device
from addons.zatca.services.preparing.parties import seller_of
from core.api import InvalidInput, msg, phrase

_REFUSED: Final = re.compile(r"[!@#$%&*_<=|]")
"""Characters over which requests have been refused, and the one between a serial number's parts."""


def new_serial(vendor: str) -> str:
    """A serial number that no other device has: 1-vendor|2-model|3-number. The vendor is who the
    company has the platform from, by the name that it knows."""
    return f"1-{_short(vendor) or '-'}|2-1|3-{secrets.token_hex(16)}"


def device_name(session: Session, device: Device, *, industry: str) -> DeviceName:
    """The parts of the request. Longer names than X.520 allows are cut; what would be refused for
    another reason raises InvalidInput with the field that mends it."""
    company = seller_of(session, device.branch_id)
    group = company.vat_number[10] == "1"
    number = "" if company.identity is None else company.identity.value
    name = DeviceName(
        common_name=_short(f"EGS-{device.serial[-12:]}-{company.vat_number}"),
        serial=device.serial,
        vat_number=company.vat_number,
        unit=number if group else _short(device.name),
        organization=_short(company.name),
        invoice_kinds=device.invoice_kinds,
        location=_short(f"{company.building} {company.street}, {company.city}"),
        industry=_short(industry),
    )
    try:
        check(name)
    except RequestInvalid as error:
        field, sentence = _PROBLEMS.get(error.field, (error.field, _UNUSABLE))
        raise InvalidInput.of(field, phrase(sentence)) from error
    return name


def _short(text: str) -> str:
    return _REFUSED.sub(" ", text).strip()[:MAX_LENGTH].strip()


_UNUSABLE: Final = msg("The authority would refuse this.")
_PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "vat_number": (
        "vat_number",
        msg("A VAT number has 15 digits; the first and the last of them are 3."),
    ),
    "unit": (
        "identity",
        msg("In a VAT group the seller's number must be the ten-digit TIN of the member."),
    ),
    "organization": ("name", msg("The seller has no name.")),
    "location": ("street", msg("The seller has no address.")),
}
