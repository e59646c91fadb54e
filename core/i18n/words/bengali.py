"""Amounts in Bengali words, by lakhs and crores."""

from __future__ import annotations

from typing import Final

from babel.numbers import get_currency_name

from core.i18n.words.currencies import BENGALI

_BY_TENS: Final = (
    "শূন্য এক দুই তিন চার পাঁচ ছয় সাত আট নয়",
    "দশ এগারো বারো তেরো চৌদ্দ পনেরো ষোলো সতেরো আঠারো উনিশ",
    "বিশ একুশ বাইশ তেইশ চব্বিশ পঁচিশ ছাব্বিশ সাতাশ আটাশ ঊনত্রিশ",
    "ত্রিশ একত্রিশ বত্রিশ তেত্রিশ চৌত্রিশ পঁয়ত্রিশ ছত্রিশ সাঁইত্রিশ আটত্রিশ ঊনচল্লিশ",
    "চল্লিশ একচল্লিশ বিয়াল্লিশ তেতাল্লিশ চুয়াল্লিশ পঁয়তাল্লিশ ছেচল্লিশ সাতচল্লিশ আটচল্লিশ ঊনপঞ্চাশ",
    "পঞ্চাশ একান্ন বায়ান্ন তিপ্পান্ন চুয়ান্ন পঞ্চান্ন ছাপ্পান্ন সাতান্ন আটান্ন ঊনষাট",
    "ষাট একষট্টি বাষট্টি তেষট্টি চৌষট্টি পঁয়ষট্টি ছেষট্টি সাতষট্টি আটষট্টি ঊনসত্তর",
    "সত্তর একাত্তর বাহাত্তর তিয়াত্তর চুয়াত্তর পঁচাত্তর ছিয়াত্তর সাতাত্তর আটাত্তর ঊনআশি",
    "আশি একাশি বিরাশি তিরাশি চুরাশি পঁচাশি ছিয়াশি সাতাশি অষ্টআশি ঊননব্বই",
    "নব্বই একানব্বই বিরানব্বই তিরানব্বই চুরানব্বই পঁচানব্বই ছিয়ানব্বই সাতানব্বই আটানব্বই নিরানব্বই",
)
_BELOW_HUNDRED: Final = tuple(word for ten in _BY_TENS for word in ten.split())
_SIZES: Final = ((10**7, " কোটি"), (10**5, " লাখ"), (1000, " হাজার"), (100, "শত"))


def write(whole: int, part: int, currency: str, digits: int, is_negative: bool) -> str:
    """The amount of `whole` units and `part` of their smallest parts, `digits` behind the point."""
    named = BENGALI.get(currency)
    if named is None:
        unit = get_currency_name(currency, count=whole, locale="bn")
        ending = f" {part:0{digits}}/{10**digits}" if part else ""
        text = f"{number(whole)} {unit}{ending}"
    else:
        unit, small = named
        parts = f"{number(part)} {small}"
        units = f"{number(whole)} {unit}"
        text = parts if part and not whole else f"{units} {parts}" if part else units
    return f"{'ঋণাত্মক ' if is_negative else ''}{text} মাত্র"


def number(value: int) -> str:
    """A whole number, not negative.

    >>> number(105)
    'একশত পাঁচ'
    """
    if value < 100:
        return _BELOW_HUNDRED[value]
    for size, name in _SIZES:
        count, rest = divmod(value, size)
        if count:
            text = f"{number(count)}{name}"
            return f"{text} {number(rest)}" if rest else text
    raise ValueError(f"{value} is no whole number from zero on")
