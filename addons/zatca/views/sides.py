"""What stands beside records: on an invoice or a till's sale the state of its electronic invoice
with its QR code, on an electronic invoice its code and its files, on a sale that waits what is
wrong."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import DOCUMENT_STATES, Document, Unmade
from addons.zatca.permissions import MARK_INVOICES, VIEW_DOCUMENTS
from addons.zatca.services.chain.choosing import begun_at
from addons.zatca.services.found import document_of
from addons.zatca.services.special_invoices import INVOICE, may_be_marked, special_of
from core.api import Slot, actor, qr_svg

_SOURCES: Final = {"sales.invoices": INVOICE, "pos.sales": "pos.sale"}
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
    marks = _marks(session, record.id) if source == INVOICE else None
    if document is None and unmade is None and marks is None:
        return None
    return {**_shown(document, unmade), "marks": marks}


def _marks(session: Session, invoice_id: int) -> Mapping[str, Any] | None:
    """What is special about an invoice, and where it is said; None where nothing is and nobody
    here may say so."""
    special = special_of(session, INVOICE, invoice_id)
    may_mark = (
        actor(session).may(MARK_INVOICES.code)
        and begun_at(session) is not None
        and may_be_marked(session, invoice_id)
    )
    if special is None:
        new = f"/zatca/special-invoices/new?invoice_id={invoice_id}"
        return {"special": None, "url": new} if may_mark else None
    return {"special": special, "url": f"/zatca/special-invoices/{special.id}"}


def _shown(document: Document | None, unmade: Unmade | None) -> Mapping[str, Any]:
    return {
        "document": document,
        "unmade": unmade,
        "state": dict(DOCUMENT_STATES).get(document.state, "") if document else "",
        "code": qr_svg(document.printed_qr) if document else "",
        "marks": None,
    }


SLOTS: Final = (Slot("core.record.aside", "zatca/side.html", _side, VIEW_DOCUMENTS, order=30),)
