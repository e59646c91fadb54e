"""A suggestion: what a line could be, how sure that is, and the reasons in words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Literal

from addons.accounting.services.bank.matching.choice import Choice

SuggestionKind = Literal["found", "items", "rule"]


@dataclass(frozen=True, slots=True)
class Suggestion:
    """`score` is in percent. `title` names what it would be booked to."""

    kind: SuggestionKind
    score: int
    reasons: tuple[str, ...]
    title: str
    choice: Choice
