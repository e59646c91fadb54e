"""The codes of gift cards: fifteen random characters and one that checks them.

The alphabet is that of Crockford's base 32 (https://www.crockford.com/base32.html), in which no two
characters look alike: who reads O types 0, who reads I or L types 1. The sixteenth character is the
check character of the Luhn mod N algorithm over these 32 characters: one wrong character is always
noticed. Fifteen of them are 75 random bits, so that nobody guesses a code.
"""

from __future__ import annotations

import secrets
from typing import Final

ALPHABET: Final = "0123456789ABCDEFGHJKMNPQRSTVWXYZ"
LENGTH: Final = 16
_GROUP: Final = 4
_READ_AS: Final = str.maketrans({"O": "0", "I": "1", "L": "1", " ": None, "-": None})


def new_code() -> str:
    """A fresh code, without spaces."""
    body = "".join(secrets.choice(ALPHABET) for _ in range(LENGTH - 1))
    return body + check_character(body)


def check_character(body: str) -> str:
    """The character that checks those of `body`, which are all of the alphabet.

    >>> check_character("7WXA3KQ9ZT0M4HB")
    '4'
    """
    size = len(ALPHABET)
    total = 0
    for place, character in enumerate(reversed(body)):
        worth = ALPHABET.index(character) * (2 if place % 2 == 0 else 1)
        total += worth // size + worth % size
    return ALPHABET[-total % size]


def read_code(typed: str) -> str | None:
    """A code as it was typed or scanned, in its one spelling; None for what cannot be one."""
    code = typed.strip().upper().translate(_READ_AS)
    if len(code) != LENGTH or any(character not in ALPHABET for character in code):
        return None
    return code if check_character(code[:-1]) == code[-1] else None


def grouped(code: str) -> str:
    """A code as people read it: in groups of four."""
    return " ".join(code[at : at + _GROUP] for at in range(0, len(code), _GROUP))
