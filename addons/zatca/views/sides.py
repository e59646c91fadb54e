"""What stands beside records: on an invoice or a till's sale the state of its electronic invoice
with its QR code, on an electronic invoice its code and its files, on a sale that waits what is
wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import DOCUMENT_STATES, Document, Unmade
from addons.zatca.permissions import VIEW_DOCUMENTS
from addons.zatca.services.found import document_of
from core.api import Slot, qr_svg

_SOURCES: Final = {"sales.invoices": "sales.invoice", "pos.sales": "pos.sale"}
"""Resources whose records become electronic invoices."""


def _side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    record = given["record"]
    if isinstance(record, Document):
        return _shown(record, None)
    if isinstance(record, Unmade):
        return _shown(None, record)
    source = _SOURCES.get(given["shape"].full_name)
    if source is None:
        return None
    document = document_of(session, source, record.id)
    unmade = session.scalar(
        select(Unmade).where(Unmade.source_type == source, Unmade.source_id == record.id)
    )
    return _shown(document, unmade) if document is not None or unmade is not None else None


def _shown(document: Document | None, unmade: Unmade | None) -> Mapping[str, Any]:
    return {
        "document": document,
        "unmade": unmade,
        "state": dict(DOCUMENT_STATES).get(document.state, "") if document else "",
        "code": qr_svg(document.printed_qr) if document else "",
    }


SLOTS: Final = (Slot("core.record.aside", "zatca/side.html", _side, VIEW_DOCUMENTS, order=30),)
