"""A company in Riyadh that issues electronic invoices, in the words of a test."""

from __future__ import annotations

import base64
import itertools
from datetime import UTC, datetime
from decimal import Decimal
from typing import Any

from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models import Invoice
from addons.sales.services.invoices import create_invoice
from addons.sales.services.posting import post_invoice
from addons.zatca.models import Device, Document, Seller
from addons.zatca.samples.parties import COMPANY, SELLER
from addons.zatca.services.keyring import seal
from core.api import utc_now
from tests.sales.conftest import Shop
from tests.zatca.documents.signers import signer

_NUMBERS = itertools.count(1)
CBC = "{urn:oasis:names:specification:ubl:schema:xsd:CommonBasicComponents-2}"
SAUDI_BUYER: dict[str, Any] = {
    "kind": "company",
    "country": "SA",
    "tax_number": COMPANY.vat_number,
    "street": "Salah Al-Din Road",
    "building_number": COMPANY.building,
    "district": "Al-Murooj",
    "city": "Riyadh",
    "postal_code": COMPANY.postal_zone,
}


def have_seller(session: Session) -> None:
    """The company says who it is."""
    assert SELLER.identity is not None
    session.add(
        Seller(
            name="Palm Trading Company",
            vat_number=SELLER.vat_number,
            identity=SELLER.identity.value,
            street="Prince Sultan Street",
            building=SELLER.building,
            district="Al-Murabba",
            city="Riyadh",
            postal_zone=SELLER.postal_zone,
        )
    )


def have_device(session: Session, **more: Any) -> int:
    """A device that signs, as it is after its registration."""
    number = next(_NUMBERS)
    serial, signing = f"1-AoraBooks|2-Server|3-{number}", signer()
    pem = signing.key.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption())
    device = Device(
        name=f"Device {number}",
        serial=serial,
        certificate=base64.b64decode(signing.certificate.text),
        **{
            "expires_at": datetime(2031, 1, 1, tzinfo=UTC),
            "environment": "simulation",
            "state": "active",
            "active_since": datetime(2026, 1, 1, tzinfo=UTC),
            **more,
        },
    )
    seal(session, device, Device.key, pem)
    session.add(device)
    session.flush()
    return device.id


def draft(session: Session, buyer: int, *lines: dict[str, Any], **more: Any) -> Invoice:
    """A draft of an invoice that is written by hand."""
    values = {"contact_id": buyer, "day": utc_now().date(), "lines": list(lines), **more}
    return create_invoice(session, values)


def posted(session: Session, buyer: int, *lines: dict[str, Any], **more: Any) -> Invoice:
    """A posted invoice."""
    return post_invoice(session, draft(session, buyer, *lines, **more))


def line(product: int, quantity: str = "1", **more: Any) -> dict[str, Any]:
    """A line of an invoice."""
    values = {name: Decimal(one) if name != "taxes" else one for name, one in more.items()}
    return {"product_id": product, "quantity": Decimal(quantity), **values}


def goods(session: Session, price: str = "100", group: str = "standard", **more: Any) -> int:
    """Something that is sold."""
    return Shop(session).product(price, tax_group=group, **more)


def business(session: Session, **more: Any) -> int:
    """A company in Saudi Arabia that is registered for VAT."""
    return Shop(session).customer(**{**SAUDI_BUYER, **more})


def document_of(session: Session, invoice: Invoice) -> Document:
    """The electronic invoice that an invoice became."""
    found = select(Document).where(
        Document.source_type == "sales.invoice",
        Document.source_id == invoice.id,
        Document.state != "SUPERSEDED",
    )
    return session.scalars(found).one()


def said(document: Document, name: str) -> list[str]:
    """What elements of a name say, in the order of the document."""
    root = etree.fromstring(document.xml)
    return [element.text or "" for element in root.iter(f"{CBC}{name}")]
