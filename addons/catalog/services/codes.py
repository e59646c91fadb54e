"""Barcodes as texts: how they are written, and their check digits.

GTIN-8, GTIN-12 (UPC-A), GTIN-13 (EAN-13) and GTIN-14 (ITF-14) end in a check digit: GS1 General
Specifications, section 7.9.
"""

from __future__ import annotations

from typing import Final

from core.api import InvalidInput, phrase

GTIN_LENGTHS: Final = frozenset({8, 12, 13, 14})
LONGEST: Final = 80


def plain_code(text: str) -> str:
    """A barcode as it is kept and looked for: without spaces around it, and a UPC-A, or a GTIN-14
    that begins with a zero, as the EAN-13 that it is the same number as.

    >>> plain_code("614141007349"), plain_code("06291041500213")
    ('0614141007349', '6291041500213')
    """
    code = text.strip()
    if len(code) == 12 and is_gtin(code):
        return f"0{code}"
    return code[1:] if len(code) == 14 and code[0] == "0" and is_gtin(code) else code


def is_gtin(code: str) -> bool:
    """Whether a code is as long as a GTIN, and its check digit is right."""
    if not (code.isascii() and code.isdecimal()) or len(code) not in GTIN_LENGTHS:
        return False
    return check_digit(code[:-1]) == code[-1]


def check_digit(digits: str) -> str:
    """The digit that completes a GTIN.

    >>> check_digit("629104150021")
    '3'
    """
    weighed = sum(
        int(digit) * (3 if place % 2 == 0 else 1) for place, digit in enumerate(reversed(digits))
    )
    return str(-weighed % 10)


def require_code(text: str, field: str) -> str:
    """The code as it is kept. Raises InvalidInput, naming the field: digits as long as an EAN-13,
    UPC-A or ITF-14 must have the right check digit; eight digits may be a number of one's own."""
    code = plain_code(text)
    if len(code) > LONGEST or any(not sign.isprintable() for sign in code):
        raise InvalidInput.of(field, phrase("This is no barcode: {code}", code=code[:LONGEST]))
    is_number = code.isascii() and code.isdecimal()
    if is_number and len(code) in (12, 13, 14) and not is_gtin(code):
        right = code[:-1] + check_digit(code[:-1])
        raise InvalidInput.of(
            field,
            phrase("The check digit of {code} is wrong.", code=code),
            fix=phrase(
                "Type it again as it is printed. With this beginning it is {code}.", code=right
            ),
        )
    return code
