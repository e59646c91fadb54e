"""Lines of the books that a movement already is: a payment that was posted to the bank account."""

from __future__ import annotations

from collections.abc import Iterator

from addons.accounting.models.bank import BankLine
from addons.accounting.services.bank.matching.by_items import Signs
from addons.accounting.services.bank.matching.choice import Choice
from addons.accounting.services.bank.matching.material import NEAR, BookLine, Material
from addons.accounting.services.bank.matching.suggestion import Suggestion
from addons.accounting.services.bank.matching.words import number_of
from core.api import phrase


def book_suggestions(line: BankLine, material: Material, signs: Signs) -> Iterator[Suggestion]:
    """Unmatched lines of the bank's own account with this amount."""
    equal = [b for b in material.book_by_amount.get(line.amount, []) if _near(line, b)]
    for book in equal:
        days = abs((book.date - line.date).days)
        score = 45 + (25 if days <= 3 else 15 if days <= 10 else 5)
        reasons = [
            phrase("it is in the books with this amount"),
            phrase("on the same day") if not days else phrase("{days} days apart", days=days),
        ]
        if len(equal) == 1:
            score += 10
        else:
            reasons.append(phrase("{count} are in the books with this amount", count=len(equal)))
        if any(number_of(text) in signs.numbers for text in (book.number, book.reference) if text):
            score += 20
            reasons.append(phrase("its number stands in the text"))
        if book.partner_id and book.partner_id in {signs.by_account, *signs.by_name}:
            score += 10
            reasons.append(phrase("it is the same partner"))
        title = " ".join(
            p for p in (book.number, book.partner or book.label or book.narration) if p
        )
        yield Suggestion(
            "found",
            min(score, 99),
            tuple(reasons),
            title,
            Choice(found=book.id, partner_id=book.partner_id),
        )


def _near(line: BankLine, book: BookLine) -> bool:
    return abs(book.date - line.date) <= NEAR
