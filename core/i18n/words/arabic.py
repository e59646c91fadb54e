"""Amounts in Arabic words, in the nominative: numbers agree with what is counted.

Three to ten take the other gender and the plural, eleven to ninety-nine the accusative singular,
whole hundreds the genitive singular; one and two follow or replace the noun. A dual loses its
last letter, and an accusative its ending, before the noun that it governs.
"""

from __future__ import annotations

from typing import Final

from babel.numbers import get_currency_name

from core.i18n.words.currencies import ARABIC, ArabicNoun

_ONES: Final = [
    "صفر",
    "واحد",
    "اثنان",
    "ثلاثة",
    "أربعة",
    "خمسة",
    "ستة",
    "سبعة",
    "ثمانية",
    "تسعة",
    "عشرة",
]
_ONES_OF_FEMININE: Final = [
    "صفر",
    "واحدة",
    "اثنتان",
    "ثلاث",
    "أربع",
    "خمس",
    "ست",
    "سبع",
    "ثماني",
    "تسع",
    "عشر",
]
_TENS: Final = [".", ".", "عشرون", "ثلاثون", "أربعون", "خمسون", "ستون", "سبعون", "ثمانون", "تسعون"]
_HUNDREDS: Final = [
    ".",
    "مئة",
    "مئتان",
    "ثلاثمئة",
    "أربعمئة",
    "خمسمئة",
    "ستمئة",
    "سبعمئة",
    "ثمانمئة",
    "تسعمئة",
]
_SCALES: Final = (
    (10**12, ArabicNoun("تريليون", "تريليونان", "تريليونات", "تريليونًا")),
    (10**9, ArabicNoun("مليار", "ملياران", "مليارات", "مليارًا")),
    (10**6, ArabicNoun("مليون", "مليونان", "ملايين", "مليونًا")),
    (10**3, ArabicNoun("ألف", "ألفان", "آلاف", "ألفًا")),
)
_DUALS: Final = frozenset({"مئتان", *(scale.two for _, scale in _SCALES)})
_ACCUSATIVES: Final = {scale.many: scale.one for _, scale in _SCALES}


def write(whole: int, part: int, currency: str, digits: int, is_negative: bool) -> str:
    """The amount of `whole` units and `part` of their smallest parts, `digits` behind the point."""
    named = ARABIC.get(currency)
    if named is None:
        unit = get_currency_name(currency, locale="ar")
        ending = f" و{part:0{digits}}/{10**digits}" if part else ""
        text = f"{_governing(number(whole))} {unit}{ending}"
    else:
        pieces = [counted(whole, named[0])] if whole or not part else []
        pieces += [counted(part, named[1])] if part else []
        text = _joined(pieces)
    return f"فقط {'سالب ' if is_negative else ''}{text} لا غير"


def counted(value: int, noun: ArabicNoun) -> str:
    """So many of something.

    >>> counted(3, ArabicNoun("ريال", "ريالان", "ريالات", "ريالًا"))
    'ثلاثة ريالات'
    """
    last = value % 100
    if last in (1, 2):
        few = f"{noun.one} {'واحدة' if noun.feminine else 'واحد'}" if last == 1 else noun.two
        return _joined([number(value - last), few]) if value > last else few
    text = number(value, feminine=noun.feminine)
    if 3 <= last <= 10:
        return f"{text} {noun.few}"
    if last:
        return f"{text} {noun.many}"
    return f"{_governing(text)} {noun.one}"


def number(value: int, *, feminine: bool = False) -> str:
    """A whole number, not negative, that counts something feminine or not."""
    pieces = []
    rest = value
    for size, scale in _SCALES:
        count, rest = divmod(rest, size)
        if count:
            pieces += _of_scale(count, scale)
    hundreds, rest = divmod(rest, 100)
    if hundreds:
        pieces.append(_HUNDREDS[hundreds])
    if rest or not value:
        pieces.append(_below_hundred(rest, feminine))
    return _joined(pieces)


def _of_scale(count: int, scale: ArabicNoun) -> list[str]:
    """A count of thousands or millions; one or two over a hundred are said for themselves."""
    over = count % 100
    if over in (1, 2):
        last = scale.one if over == 1 else scale.two
        return [counted(count - over, scale), last] if count > over else [last]
    return [counted(count, scale)]


def _below_hundred(value: int, feminine: bool) -> str:
    ones = _ONES_OF_FEMININE if feminine else _ONES
    if value <= 10:
        return ones[value]
    tens, one = divmod(value, 10)
    if tens == 1:
        ten = "عشرة" if feminine else "عشر"
        first = {
            1: "إحدى" if feminine else "أحد",
            2: "اثنتا" if feminine else "اثنا",
            8: "ثماني" if feminine else "ثمانية",
        }
        return f"{first.get(one, ones[one])} {ten}"
    if not one:
        return _TENS[tens]
    first = {1: "إحدى", 8: "ثمانٍ"}.get(one, ones[one]) if feminine else ones[one]
    return _joined([first, _TENS[tens]])


def _governing(text: str) -> str:
    """The number before a noun that it governs."""
    start, _, last = text.rpartition(" ")
    bare = last.removeprefix("و") if last.removeprefix("و") in _DUALS else last
    if bare in _DUALS:
        last = last[:-1]
    last = _ACCUSATIVES.get(last, last)
    return f"{start} {last}" if start else last


def _joined(pieces: list[str]) -> str:
    return " و".join(pieces)
