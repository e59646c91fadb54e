"""The amount that counts, in words, in the languages of the document."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from core.printing.document import InWords

if TYPE_CHECKING:
    from core.web.printing.gathering import Wanted


def in_words(order: Wanted, record: Any, currency: str) -> InWords | None:
    """The total in words; None where there is no total, or no currency to count it in."""
    return None
