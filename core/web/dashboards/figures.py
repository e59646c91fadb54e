"""Figures as a reader sees them: written in their way, with the trend as an arrow and in words."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal
from typing import Final, Literal

from core.declare import Amount, FigureCard, msg
from core.i18n.formats import currency_digits, number
from core.web.resources.showing import Translate

Way = Literal["up", "down", "level", ""]

_WORDS: Final[dict[Way, str]] = {
    "up": msg("{percent} more than {compared}"),
    "down": msg("{percent} less than {compared}"),
    "level": msg("As much as {compared}"),
}
_BETTER: Final[dict[str, Way]] = {"more": "up", "less": "down", "": ""}
_NEW: Final = msg("Nothing {compared}")
_LARGEST: Final = 1000
"""Percent; beyond it a percentage says nothing any more."""
_TIMES: Final = msg("{times} times as much as {compared}")


@dataclass(frozen=True, slots=True)
class FigureText:
    """A figure ready to be shown. `way` is where its arrow points, `tone` whether that is good."""

    text: str
    currency: str
    way: Way = ""
    trend: str = ""
    tone: str = ""


def figure_texts(
    card: FigureCard, amounts: Iterable[Amount], locale: str, translate: Translate
) -> list[FigureText]:
    """The card's figures, one for each currency."""
    return [_text(card, amount, locale, translate) for amount in amounts]


def plain_amount(locale: str, value: Decimal | int, currency: str = "") -> str:
    """An amount without its currency: with the currency's digits, as many as it has without."""
    return number(locale, value, currency_digits(currency) if currency else None)


def _text(card: FigureCard, amount: Amount, locale: str, translate: Translate) -> FigureText:
    text = plain_amount(locale, amount.value, amount.currency)
    if amount.before is None:
        return FigureText(text, amount.currency)
    way = _way(amount.value, amount.before)
    better = _BETTER[card.good]
    tone = "" if not better or way == "level" else "good" if way == better else "bad"
    words = _words(amount, way, locale, translate, translate(card.compared))
    return FigureText(text, amount.currency, way, words, tone)


def _words(amount: Amount, way: Way, locale: str, translate: Translate, compared: str) -> str:
    before, value = Decimal(amount.before or 0), Decimal(amount.value)
    if not before and value:
        return translate(_NEW).format(compared=compared)
    share = abs(value - before) / abs(before) * 100 if before else Decimal(0)
    if way == "up" and before > 0 and share >= _LARGEST:
        times = (value / before).quantize(Decimal(1), ROUND_HALF_UP)
        return translate(_TIMES).format(times=number(locale, times), compared=compared)
    digits = 0 if share >= 10 else 1
    percent = f"{number(locale, share.quantize(Decimal(1).scaleb(-digits), ROUND_HALF_UP))}%"
    return translate(_WORDS[way]).format(percent=percent, compared=compared)


def _way(value: Decimal | int, before: Decimal | int) -> Way:
    return "level" if value == before else "up" if value > before else "down"
