"""Serial Shipping Container Codes: the number that a package bears all over the world.

GS1 General Specifications, section 2.2.1 (logistic units) and 3.2 (application identifier 00): an
extension digit, the company's GS1 prefix, a serial reference, and a check digit (section 7.9),
eighteen digits in all. The extension digit has no meaning of its own and makes room for more serial
numbers. A number is used for one package only, and for no other within a year.
"""

from __future__ import annotations

import re
from typing import Final

from core.api import Conflict, InvalidInput, phrase

LENGTH: Final = 18
_IDENTIFIED: Final = re.compile(r"(?:\]C1|\]d2|\]Q3|\]e0)?\x1d?(?:\(00\)|00)(\d{18})")


def check_digit(digits: str) -> str:
    """The digit that completes seventeen others.

    >>> check_digit("00614141123456789")
    '0'
    """
    weighed = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-weighed % 10)


def make_sscc(prefix: str, serial: int) -> str:
    """The code with this serial number, counted from 1. Raises Conflict where all are used up.

    >>> make_sscc("0614141", 123456789)
    '006141411234567890'
    """
    width = LENGTH - 2 - len(prefix)
    extension, rest = divmod(serial, 10**width)
    if extension > 9:
        raise Conflict(
            phrase("All package numbers of the GS1 prefix {prefix} are used up.", prefix=prefix),
            fix=phrase("Ask your GS1 organisation for another prefix, and set it in the options."),
        )
    digits = f"{extension}{prefix}{rest:0{width}}"
    return digits + check_digit(digits)


def read_sscc(code: str) -> str | None:
    """The eighteen digits in what a scanner read or somebody typed, with or without the application
    identifier; None for anything else.

    >>> read_sscc("(00)006141411234567890"), read_sscc("006141411234567891")
    ('006141411234567890', None)
    """
    code = code.strip()
    found = _IDENTIFIED.fullmatch(code)
    digits = found[1] if found else code
    if len(digits) != LENGTH or not (digits.isascii() and digits.isdecimal()):
        return None
    return digits if check_digit(digits[:-1]) == digits[-1] else None


def require_prefix(prefix: str, field: str) -> str:
    """A GS1 company prefix: 4 to 12 digits (General Specifications, section 1.4.4). Raises
    InvalidInput, naming the field."""
    prefix = prefix.strip()
    if not (4 <= len(prefix) <= 12 and prefix.isascii() and prefix.isdecimal()):
        raise InvalidInput.of(
            field,
            phrase("{prefix} is no GS1 company prefix.", prefix=prefix[:40]),
            fix=phrase("It has 4 to 12 digits, as your GS1 organisation wrote them to you."),
        )
    return prefix
