"""Codes of coupons: random, easy to read out and to type, with a character that finds mistakes.

The alphabet leaves out 0 and O, 1, I and L, which look alike. It has 31 characters, a prime number,
so a sum with a weight of its own for every place, taken modulo 31, changes with any single wrong
character and with any two that changed places; the last character brings that sum to nothing. Ten
random characters are 31^10, about 8 * 10^14 codes.
"""

from __future__ import annotations

import re
import secrets
import unicodedata
from typing import Final

ALPHABET: Final = "23456789ABCDEFGHJKMNPQRSTUVWXYZ"
_SIZE: Final = len(ALPHABET)
RANDOM: Final = 10
"""How many characters of a code are random; one more is its check."""
_BETWEEN: Final = re.compile(r"[\s,;]+")


def new_code(prefix: str = "") -> str:
    """A code that nobody can guess."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(RANDOM))
    return prefix + body + check_character(body)


def check_character(body: str) -> str:
    """The character that a body of up to 29 characters of the alphabet ends with."""
    return ALPHABET[-_weighed(body) % _SIZE]


def is_well_formed(code: str, prefix: str = "") -> bool:
    """Whether a code could be one of ours: every single wrong character shows."""
    body = code.removeprefix(prefix)
    if len(body) != RANDOM + 1 or any(one not in ALPHABET for one in body):
        return False
    return check_character(body[:-1]) == body[-1]


def _weighed(body: str) -> int:
    # The check itself has the weight 1, so the places before it begin with 2.
    return sum(weight * ALPHABET.index(one) for weight, one in enumerate(reversed(body), start=2))


def plain_code(text: str) -> str:
    """A code as it is looked for, however it was typed: capitals, European figures, no hyphens."""
    told = (
        str(unicodedata.digit(one)) if unicodedata.digit(one, None) is not None else one
        for one in text.strip()
    )
    return "".join(one for one in "".join(told).upper() if one.isascii() and one.isalnum())


def typed_codes(text: str) -> list[str]:
    """The codes in a text with blanks, commas or lines between them, each once."""
    found = (plain_code(one) for one in _BETWEEN.split(text))
    return list(dict.fromkeys(one for one in found if one))


def shown_code(code: str) -> str:
    """A code in groups of four, as it is printed."""
    return "-".join(code[start : start + 4] for start in range(0, len(code), 4))
