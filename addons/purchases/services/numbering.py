"""Numbers of documents: taken late, gapless, by the patterns of the options."""

from __future__ import annotations

from datetime import date
from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.options import PurchasesOptions
from core.api import options, take_number

SERIES: Final = {
    "request": "request_numbers",
    "quotation": "quotation_numbers",
    "agreement": "agreement_numbers",
    "order": "order_numbers",
    "receipt": "receipt_numbers",
    "return": "return_numbers",
    "bill": "bill_numbers",
    "debit_note": "debit_note_numbers",
    "payment": "payment_numbers",
}
"""The kinds of documents, each with the option that holds its pattern."""


def next_number(session: Session, kind: str, day: date) -> str:
    """The next number of a kind of document; its series is held until the commit."""
    pattern = getattr(options(session, PurchasesOptions), SERIES[kind])
    return take_number(session, f"purchases.{kind}", pattern, day)
