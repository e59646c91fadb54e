"""The amount that counts, in words, in the languages of the document."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from core.declare import msg
from core.i18n.words import amount_in_words
from core.printing.document import InWords
from core.web.printing.wanted import Wanted


def in_words(order: Wanted, record: Any, currency: str) -> InWords | None:
    """The total in words; None where there is no total, or no currency to count it in."""
    amount = getattr(record, order.money.total) if order.money.total else None
    if amount is None or not currency:
        return None
    speaking = order.speaker
    return InWords(
        speaking.label(msg("Amount in words")),
        amount_in_words(speaking.language, Decimal(amount), currency),
        amount_in_words(speaking.second, Decimal(amount), currency) if speaking.second else "",
    )
