"""What a name, a number or an address comes down to when spelling is left aside.

Two contacts with the same key are probably the same. So a key forgives what people write
differently without meaning another: case, accents, the forms of alef, the legal form of a
company, punctuation, digits of another script. It forgives nothing that tells names apart.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Mapping
from typing import Final

_ARABIC: Final[Mapping[int, str | None]] = {
    **dict.fromkeys(map(ord, "أإآٱ"), "ا"),
    ord("ى"): "ي",
    ord("ی"): "ي",
    ord("ک"): "ك",
    ord("ة"): "ه",
    ord("ـ"): None,
}
_EXTENSION: Final = re.compile(r"(x|ext[.]?).*$", re.I)
_TELLING_DIGITS: Final = 7
_WORD: Final = re.compile(r"[^\W_]+", re.UNICODE)
_LEGAL_FORMS: Final = (
    "co company corp corporation est establishment fzc fze fzco gmbh inc incorporated limited llc"
    " ltd plc pvt private sa sarl spc wll شركه مؤسسه المحدوده محدوده ذمم مساهمه"
    " লিমিটেড কোম্পানি প্রাইভেট"
)


def plain_digits(text: str) -> str:
    """The text with the digits of every script written as 0 to 9.

    >>> plain_digits("٣٠٠ ৪৫")
    '300 45'
    """
    return "".join(
        str(unicodedata.decimal(char)) if char.isdecimal() and not char.isascii() else char
        for char in text
    )


def compact(text: str) -> str:
    """An identifier as letters and digits alone, without what people put between them."""
    plain = plain_digits(unicodedata.normalize("NFKC", _upper(text)))
    return "".join(char for char in plain if char.isalnum())


def _upper(text: str) -> str:
    return unicodedata.normalize("NFKC", text).upper()


def name_key(name: str) -> str:
    """The key of a name.

    >>> name_key("The Al-Noor Trading Co., Ltd.") == name_key("THE AL NOOR TRADING")
    True
    """
    words = _WORD.findall(_folded(name).replace("'", "").replace("’", ""))
    telling = [word for word in words if word not in _FOLDED_FORMS and len(word) > 1]
    return " ".join(telling or words)


def email_key(address: str) -> str:
    """The key of an e-mail address: nobody gives two people addresses that differ in case."""
    return unicodedata.normalize("NFKC", address).strip().casefold()


def phone_key(number: str) -> str:
    """The key of a telephone number: the last nine of its digits, without an extension.

    With them a number is the same whether the country was dialled or not, in all countries whose
    numbers are that long or longer. Fewer than seven digits say too little.

    >>> phone_key("+966 50 123 4567") == phone_key("050-1234567 ext. 9")
    True
    """
    plain = _EXTENSION.sub("", plain_digits(number))
    digits = "".join(char for char in plain if char in "0123456789")
    return digits[-9:] if len(digits) >= _TELLING_DIGITS else ""


def _folded(text: str) -> str:
    """Lower case without accents and vowel signs that are commonly left out."""
    # Decomposed before and after: letters of other founts, such as 𝐀, have a case only then.
    lower = unicodedata.normalize("NFKD", text).casefold()
    plain = plain_digits(unicodedata.normalize("NFKD", lower).translate(_ARABIC))
    kept = (char for char in plain if unicodedata.category(char) != "Mn" or _is_indic(char))
    return unicodedata.normalize("NFC", "".join(kept).translate(_ARABIC))


def _is_indic(char: str) -> bool:
    """Whether a mark is a vowel of an Indic script, where it makes another word."""
    return "\u0900" <= char <= "\u0dff"


_FOLDED_FORMS: Final = frozenset(_folded(word) for word in _LEGAL_FORMS.split())
