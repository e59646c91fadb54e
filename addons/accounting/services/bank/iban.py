"""Account numbers as banks write them: recognising an IBAN (ISO 13616), comparing two numbers."""

from __future__ import annotations

import re
from typing import Final

_IBAN: Final = re.compile(r"[A-Z]{2}[0-9]{2}[A-Z0-9]{11,30}")
_CURRENCY: Final = re.compile(r"(?<=[0-9])[A-Z]{3}$")


def normalized(number: str) -> str:
    """Letters and digits alone, in capitals."""
    return "".join(letter for letter in number.upper() if letter.isascii() and letter.isalnum())


def is_iban(number: str) -> bool:
    """Whether the number is an IBAN with a right check number (ISO 7064, MOD 97-10)."""
    text = normalized(number)
    if not _IBAN.fullmatch(text):
        return False
    return int("".join(str(int(letter, 36)) for letter in text[4:] + text[:4])) % 97 == 1


def looks_like_iban(number: str) -> bool:
    """Whether it is written as an IBAN is, right or wrong."""
    return _IBAN.fullmatch(normalized(number)) is not None


def same_account(one: str, other: str) -> bool:
    """Whether two writings name one account: the same number, one of them with the bank's code
    before it or the currency behind it, or an IBAN that ends in the other."""
    left, right = _core(one), _core(other)
    if not left or not right:
        return False
    if left == right:
        return True
    short, long = sorted((left, right), key=len)
    return len(short.lstrip("0")) >= 6 and long.endswith(short.lstrip("0"))


def _core(number: str) -> str:
    text = _CURRENCY.sub("", number.strip().upper())
    if "/" in text and not looks_like_iban(text):
        parts = [part for part in text.split("/") if part and not part.isalpha()]
        text = parts[-1] if parts else text
    return normalized(text)
