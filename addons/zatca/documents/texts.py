"""Text as it may stand in a document: characters of XML 1.0, escaped as Canonical XML 1.1 does."""

from __future__ import annotations

import re
from typing import Final

from core.api import InvalidInput, Problem, phrase

_REFUSED: Final = re.compile(r"[\x00-\x08\x0b-\x1f\x7f-\x9f\ud800-\udfff\ufffe\uffff]")
"""Outside of XML 1.0's Char, and control characters that no reader shows. A carriage return is
among them: XML parsers turn it into a line feed, and the hash would change on the way."""

_DIGITS: Final = {base + digit: str(digit) for base in (0x0660, 0x06F0) for digit in range(10)}
"""Arabic-Indic digits and their Persian forms, by the digit that they are."""


def trimmed(text: str) -> str:
    """Text without blanks around it: the QR code repeats a name letter for letter, and who compares
    the two may or may not count them."""
    return text.strip()


def escaped(text: str, field: str) -> str:
    """Text of an element. Raises InvalidInput naming `field` where it holds what XML cannot."""
    _check(text, field)
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def escaped_attribute(text: str, field: str) -> str:
    """The value of an attribute. Raises InvalidInput naming `field`."""
    _check(text, field)
    text = text.replace("&", "&amp;").replace("<", "&lt;").replace('"', "&quot;")
    return text.replace("\t", "&#x9;").replace("\n", "&#xA;")


def western(text: str) -> str:
    """A number with its Arabic-Indic digits written as 0 to 9, which is what registration numbers
    and postal codes are matched with. Names and streets keep the digits that they were given."""
    return text.translate(_DIGITS)


def cleaned(text: str) -> str:
    """Text without the characters that a document cannot hold: for a sale that has happened and can
    no longer be refused."""
    return _REFUSED.sub(" ", text.replace("\r\n", "\n"))


def _check(text: str, field: str) -> None:
    if _REFUSED.search(text) is None:
        return
    message = phrase("This text holds a control character, which an electronic invoice cannot.")
    raise InvalidInput(
        message,
        fix=phrase("Write the text again by hand."),
        problems=(Problem(field, message),),
    )
