"""What a device's certificate request says, from the device and its seller."""

from __future__ import annotations

import re
import secrets
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.authority.csr import MAX_LENGTH, DeviceName, RequestInvalid, check
from addons.zatca.models import Device, Seller
from core.api import InvalidInput, phrase

_VENDOR: Final = "Aorabooks"
_REFUSED: Final = re.compile(r"[!@#$%&*_<=]")
"""Characters over which requests have been refused."""


def new_serial() -> str:
    """A serial number that no other device has: 1-vendor|2-model|3-number."""
    return f"1-{_VENDOR}|2-1|3-{secrets.token_hex(16)}"


def seller_of(session: Session, device: Device) -> Seller:
    """The seller that a device signs for: its branch's, or the company's. Raises InvalidInput."""
    found = session.scalars(
        select(Seller)
        .where(Seller.branch_id.is_(None) | (Seller.branch_id == device.branch_id))
        .order_by(Seller.branch_id.is_(None))
        .limit(1)
    ).first()
    if found is None:
        raise InvalidInput.of(
            "seller",
            phrase("Nobody has said yet who the seller on invoices is."),
            fix=phrase("Enter name, VAT number and address of the company under Sellers."),
        )
    return found


def device_name(session: Session, device: Device, *, industry: str) -> DeviceName:
    """The parts of the request. Longer names than X.520 allows are cut; what would be refused for
    another reason raises InvalidInput with the field that mends it."""
    seller = seller_of(session, device)
    group = seller.vat_number[10] == "1"
    name = DeviceName(
        common_name=_short(f"EGS-{device.serial[-12:]}-{seller.vat_number}"),
        serial=device.serial,
        vat_number=seller.vat_number,
        unit=seller.identity if group else _short(device.name),
        organization=_short(seller.name),
        invoice_kinds=device.invoice_kinds,
        location=_short(f"{seller.building} {seller.street}, {seller.city}"),
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


_UNUSABLE: Final = "The authority would refuse this."
_PROBLEMS: Final[dict[str, tuple[str, str]]] = {
    "vat_number": (
        "vat_number",
        "A VAT number has 15 digits; the first and the last of them are 3.",
    ),
    "unit": (
        "identity",
        "In a VAT group the seller's number must be the ten-digit TIN of the member.",
    ),
    "organization": ("name", "The seller has no name."),
    "location": ("street", "The seller has no address."),
}
