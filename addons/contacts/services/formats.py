"""What contacts and addresses may hold: numbers by the rules of their country, e-mail addresses,
telephone numbers.

Saudi national address: building number and additional number have four digits, the postal code
five (ZATCA, Electronic Invoice XML Implementation Standard, rules BR-KSA-37, -64, -66 and -67);
street, district and city are the other three of its six parts. The short address has four letters
and the four digits of the building (Saudi Post, National Address).
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Any, Final

from addons.contacts.services.spelling import compact, plain_digits
from addons.contacts.services.subdivisions import subdivision_problems
from addons.contacts.services.tax_numbers import tax_number_problem
from core.api import Problem, phrase

PARTS: Final = (
    "country",
    "building_number",
    "street",
    "additional_number",
    "district",
    "city",
    "region",
    "postal_code",
    "short_address",
)
"""What an address is made of, as contacts and further addresses hold it."""

_SAUDI_DIGITS: Final[Mapping[str, tuple[int, str]]] = {
    "building_number": (4, phrase("The building number of a Saudi address has four digits.")),
    "additional_number": (4, phrase("The additional number of a Saudi address has four digits.")),
    "postal_code": (5, phrase("The postal code of a Saudi address has five digits.")),
}
_SHORT: Final = re.compile(r"[A-Z]{4}[0-9]{4}")
_BUILDING: Final = re.compile(r"[0-9]{4}")
_EMAIL: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_PHONE: Final = re.compile(r"[+(]?\d[\d\s().\-/]*(?:(?:x|ext\.?)\s*\d+)?", re.ASCII | re.I)


def tidied(name: str, value: Any) -> Any:
    """A field's value as it is kept: without blanks around it, numbers in plain digits."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if name in ("tax_number", "registration_number", "short_address"):
        return compact(text)
    if name in (*_SAUDI_DIGITS, "phone"):
        return plain_digits(text)
    return text


def problems_of(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a contact's numbers and addresses; `values` are tidied and whole."""
    sentence = tax_number_problem(values.get("country") or "", values.get("tax_number", ""))
    if sentence:
        yield Problem("tax_number", sentence)
    if values.get("email") and not _EMAIL.fullmatch(values["email"]):
        yield Problem(
            "email",
            phrase("“{text}” is not an e-mail address such as name@example.com.",
                   text=values["email"]),
        )  # fmt: skip
    yield from address_problems(values)


def address_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with the parts of an address and its telephone number, tidied and whole."""
    if values.get("phone") and not _PHONE.fullmatch(values["phone"]):
        yield Problem(
            "phone",
            phrase("“{text}” is not a telephone number such as +966 11 000 0000.",
                   text=values["phone"]),
        )  # fmt: skip
    if values.get("country") == "SA":
        yield from _saudi_problems(values)
    elif values.get("short_address"):
        yield Problem("short_address", phrase("Only Saudi addresses have a short address."))
    yield from subdivision_problems(values)


def _saudi_problems(values: Mapping[str, Any]) -> Iterator[Problem]:
    for name, (digits, sentence) in _SAUDI_DIGITS.items():
        text = values.get(name, "")
        if text and not (text.isascii() and text.isdecimal() and len(text) == digits):
            yield Problem(name, sentence)
    short, building = values.get("short_address", ""), values.get("building_number", "")
    if short and not _SHORT.fullmatch(short):
        yield Problem(
            "short_address",
            phrase("A Saudi short address has four letters and four digits, as RRRD2929 has."),
        )
    elif short and _BUILDING.fullmatch(building) and short[4:] != building:
        yield Problem(
            "short_address",
            phrase("The digits of a Saudi short address are those of the building, {number}.",
                   number=building),
        )  # fmt: skip
