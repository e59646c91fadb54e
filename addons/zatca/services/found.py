"""The electronic invoice of a sale, the page of a sale, and devices by their ids."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import Device, Document
from core.api import NotFound, phrase

_SALES: Final[Mapping[str, str]] = {
    "sales.invoice": "/sales/invoices/{}",
    "pos.sale": "/pos/sales/{}",
}


def sale_page(source_type: str, source_id: int) -> str:
    """Where a sale is shown."""
    return _SALES[source_type].format(source_id)


def document_of(session: Session, source_type: str, source_id: int) -> Document | None:
    """The document that stands for a sale today: the last, where rejected ones were followed."""
    return session.scalar(
        select(Document).where(
            Document.source_type == source_type,
            Document.source_id == source_id,
            Document.state != "SUPERSEDED",
        )
    )


def device_of(session: Session, device_id: int) -> Device:
    """The device of this id; raises NotFound."""
    found = session.get(Device, device_id)
    if found is None:
        raise NotFound(phrase("There is no such device."))
    return found
