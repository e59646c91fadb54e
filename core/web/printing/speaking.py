"""How one print speaks: its language, its second one, and how values are written in it."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from core.db.session import binding
from core.i18n import Languages
from core.i18n.formats import currency_digits, number
from core.printing.document import Label
from core.web.resources.culture import Culture, culture_of
from core.web.resources.kinds import Kind
from core.web.resources.showing import shower

SIGNS: Final = {"SAR": "\u20c1", "BDT": "৳"}
"""Currency signs that stand before an amount; others are named by their code."""
_LONGEST_WORD: Final = 22
_BREAK: Final = "\u200b"


@dataclass(frozen=True, slots=True)
class Speaker:
    """One language of a print, and perhaps a second one beside it."""

    languages: Languages
    language: str
    second: str
    culture: Culture

    def say(self, message: str) -> str:
        """A declared title or phrase in the document's language."""
        return self.languages.translate(self.language, message)

    def label(self, message: str) -> Label:
        """A label in the document's language, and in the second one where that differs."""
        first = self.say(message)
        second = self.languages.translate(self.second, message) if self.second else ""
        return Label(first, second if second != first else "")

    def shower(self, kind: Kind) -> Callable[[Any], str]:
        """How values of this kind are written."""
        return shower(kind, self.culture, self.say)

    def amount(self, value: Decimal, currency: str) -> str:
        """An amount with the digits of its currency; without one, with two at least."""
        if currency:
            return number(self.language, value, currency_digits(currency))
        exponent = Decimal(value).as_tuple().exponent
        digits = max(2, -exponent if isinstance(exponent, int) else 2)
        return number(self.language, value, digits)

    def money(self, value: Decimal, currency: str) -> str:
        """An amount with its sign or code before it."""
        sign = SIGNS.get(currency, currency)
        return (
            f"{sign}\N{NO-BREAK SPACE}{self.amount(value, currency)}"
            if sign
            else (self.amount(value, currency))
        )


def speaker(session: Session, language: str, second: str = "") -> Speaker:
    """A speaker of this language for the session's company."""
    bound = binding(session)
    return Speaker(
        languages=bound.context["kernel"].languages,
        language=language,
        second="" if second == language else second,
        culture=culture_of(language, bound.tenant.timezone),
    )


def breakable(text: str) -> str:
    """The text with places to break very long words at, so that none runs off the paper."""
    if len(text) <= _LONGEST_WORD or not any(len(w) > _LONGEST_WORD for w in text.split()):
        return text
    return " ".join(_broken(word) for word in text.split(" "))


def _broken(word: str) -> str:
    if len(word) <= _LONGEST_WORD:
        return word
    pieces = [word[at : at + _LONGEST_WORD] for at in range(0, len(word), _LONGEST_WORD)]
    return _BREAK.join(pieces)
