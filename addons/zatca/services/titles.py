"""What the law calls the paper of an electronic invoice: VAT Implementing Regulations, articles 53
(tax invoices, simplified ones) and 54 (credit and debit notes)."""

from __future__ import annotations

from typing import Final

from addons.zatca.models import Document
from core.api import msg

_NOTES: Final = {"381": msg("Credit note"), "383": msg("Debit note")}


def title_of(document: Document) -> str:
    """The title, as a message. An invoice of an advance is a tax invoice as any other."""
    note = _NOTES.get(document.kind)
    if note is not None:
        return note
    return msg("Tax invoice") if document.standard else msg("Simplified tax invoice")
