"""What a return is called."""

from __future__ import annotations

from addons.vat.models import VatReturn
from core.api import phrase


def return_title(vat_return: VatReturn) -> str:
    """A return by its days, and an amendment by its number."""
    days = phrase("VAT {start} to {end}", start=vat_return.start_date, end=vat_return.end_date)
    if vat_return.revision > 1:
        return phrase("{days}, amendment {number}", days=days, number=vat_return.revision - 1)
    return days
