"""Invoices that are not ordinary, as somebody marks them before they are posted."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import SpecialInvoice
from addons.zatca.services.found import document_of
from addons.zatca.services.sending import states
from core.api import Conflict, InvalidInput, phrase

INVOICE: Final = "sales.invoice"
_MARKS: Final = ("third_party", "self_billed", "nominal", "summary")
_MORE: Final = ("supply_until", "corrects_id", "reason")


def create_special(session: Session, values: Mapping[str, Any]) -> SpecialInvoice:
    """Mark an invoice. Raises InvalidInput, and Conflict where its document is signed."""
    special = SpecialInvoice(
        invoice_id=values.get("invoice_id"), reason="", **dict.fromkeys(_MARKS, False)
    )
    if special.invoice_id is None:
        raise InvalidInput.of("invoice_id", phrase("Choose the invoice."))
    if special_of(session, INVOICE, special.invoice_id) is not None:
        raise InvalidInput.of("invoice_id", phrase("This invoice is marked already."))
    _fill(session, special, values)
    session.add(special)
    session.flush()
    return special


def update_special(
    session: Session, special: SpecialInvoice, values: Mapping[str, Any]
) -> SpecialInvoice:
    """Change the marks of an invoice, and never which one. Raises as `create_special` does."""
    if values.get("invoice_id", special.invoice_id) != special.invoice_id:
        raise InvalidInput.of("invoice_id", phrase("Mark the other invoice by itself."))
    _fill(session, special, values)
    session.flush()
    return special


def delete_special(session: Session, special: SpecialInvoice) -> None:
    """Make it an ordinary invoice again. Raises Conflict where its document is signed."""
    _require_open(session, special)
    session.delete(special)
    session.flush()


def special_of(session: Session, source_type: str, source_id: int) -> SpecialInvoice | None:
    """The marks of a sale; None of an ordinary one, which those of tills always are."""
    if source_type != INVOICE:
        return None
    wanted = select(SpecialInvoice).where(SpecialInvoice.invoice_id == source_id)
    return session.scalar(wanted)


def may_be_marked(session: Session, invoice_id: int) -> bool:
    """Whether nothing is signed of the invoice yet, or what was signed is to be followed."""
    document = document_of(session, INVOICE, invoice_id)
    return document is None or document.state in states.MENDABLE


def _fill(session: Session, special: SpecialInvoice, values: Mapping[str, Any]) -> None:
    _require_open(session, special)
    for name in (*_MARKS, *_MORE):
        if name in values:
            setattr(special, name, values[name])
    special.reason = (special.reason or "").strip()
    if not any(getattr(special, name) for name in (*_MARKS, "corrects_id")):
        raise InvalidInput.of(
            "summary",
            phrase("Say what is special about it."),
            fix=phrase("An ordinary invoice needs no entry here: delete it."),
        )
    if special.summary and special.supply_until is None:
        raise InvalidInput.of(
            "supply_until", phrase("A summary stands for a period: enter its last day.")
        )
    if special.corrects_id is not None:
        _require_debit_note(special)


def _require_debit_note(special: SpecialInvoice) -> None:
    if special.corrects_id == special.invoice_id:
        raise InvalidInput.of("corrects_id", phrase("An invoice is no debit note to itself."))
    if not special.reason:
        raise InvalidInput.of(
            "reason", phrase("Say why more is asked for: the authority wants to know.")
        )


def _require_open(session: Session, special: SpecialInvoice) -> None:
    if not may_be_marked(session, special.invoice_id):
        raise Conflict(
            phrase("Its electronic invoice is signed, and says so already."),
            fix=phrase("Credit the invoice, and write another."),
        )
