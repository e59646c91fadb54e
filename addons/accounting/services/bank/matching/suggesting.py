"""All that lines could be, the most likely first."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankLine
from addons.accounting.services.bank.matching.by_books import book_suggestions
from addons.accounting.services.bank.matching.by_items import item_suggestions, signs_of
from addons.accounting.services.bank.matching.by_rules import rule_suggestions
from addons.accounting.services.bank.matching.material import Material, material_for
from addons.accounting.services.bank.matching.suggestion import Suggestion

MOST: Final = 8
_KINDS: Final = ("found", "items", "rule")
"""Of two that are equally likely, what the books know already comes first."""


def suggestions_for(
    session: Session, bank: BankAccount, lines: Sequence[BankLine]
) -> dict[int, list[Suggestion]]:
    """Suggestions by the ids of the lines, the most likely first."""
    material = material_for(session, bank, lines)
    return {line.id: suggest(line, material) for line in lines}


def suggest(line: BankLine, material: Material) -> list[Suggestion]:
    """What one line could be."""
    signs = signs_of(line, material)
    found = [
        *book_suggestions(line, material, signs),
        *item_suggestions(line, material, signs),
        *rule_suggestions(line, material),
    ]
    found.sort(key=lambda s: (-s.score, _KINDS.index(s.kind)))
    return found[:MOST]
