"""What numbers and addresses must look like in the countries whose rules are known here.

Tax numbers, by the contact's country; elsewhere they are taken as they are:

- Saudi Arabia: VAT registration number, 15 digits, the first and the last of them 3 (ZATCA,
  Electronic Invoice XML Implementation Standard, rules BR-KSA-39, -40 and -44).
- United Arab Emirates: Tax Registration Number, 15 digits (Federal Tax Authority).
- Bangladesh: Business Identification Number, 13 digits, nine of them before a hyphen and four
  behind it (National Board of Revenue, Value Added Tax and Supplementary Duty Rules 2016).

Saudi national address (same standard, rules BR-KSA-37, -64, -66 and -67): building number and
additional number have four digits, the postal code five.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from addons.contacts.services.spelling import compact, plain_digits
from core.api import Problem, phrase


@dataclass(frozen=True, slots=True)
class TaxNumberRule:
    """How a country's tax numbers are written: `pattern` for what is kept, without blanks and
    hyphens, and a sentence for whoever wrote something else."""

    pattern: re.Pattern[str]
    sentence: str


# phrase() is what marks a sentence for translation, so each stands in one.
TAX_NUMBERS: Final[Mapping[str, TaxNumberRule]] = {
    "SA": TaxNumberRule(
        re.compile(r"3\d{13}3", re.ASCII),
        phrase("A Saudi VAT number has 15 digits, and begins and ends with 3."),
    ),
    "AE": TaxNumberRule(
        re.compile(r"\d{15}", re.ASCII),
        phrase("A tax registration number (TRN) of the Emirates has 15 digits."),
    ),
    "BD": TaxNumberRule(
        re.compile(r"\d{13}", re.ASCII),
        phrase("A business identification number (BIN) of Bangladesh has 13 digits."),
    ),
}
_SAUDI_DIGITS: Final[Mapping[str, tuple[int, str]]] = {
    "building_number": (4, phrase("The building number of a Saudi address has four digits.")),
    "additional_number": (4, phrase("The additional number of a Saudi address has four digits.")),
    "postal_code": (5, phrase("The postal code of a Saudi address has five digits.")),
}
_EMAIL: Final = re.compile(r"[^\s@<>,;]+@[^\s@<>,;]+\.[^\s@<>,;.]+")
_PHONE: Final = re.compile(r"[+(]?\d[\d\s().\-/]*(?:(?:x|ext\.?)\s*\d+)?", re.ASCII | re.I)


def tidied(name: str, value: Any) -> Any:
    """A field's value as it is kept: without blanks around it, numbers in plain digits."""
    if not isinstance(value, str):
        return value
    text = value.strip()
    if name in ("tax_number", "registration_number"):
        return compact(text)
    if name in (*_SAUDI_DIGITS, "phone"):
        return plain_digits(text)
    return text


def problems_of(values: Mapping[str, Any]) -> Iterator[Problem]:
    """What is wrong with a contact's numbers and addresses; `values` are tidied and whole."""
    country = values.get("country") or ""
    number, rule = values.get("tax_number", ""), TAX_NUMBERS.get(country)
    if number and rule is not None and not rule.pattern.fullmatch(number):
        yield Problem("tax_number", rule.sentence)
    if values.get("email") and not _EMAIL.fullmatch(values["email"]):
        yield Problem(
            "email",
            phrase("“{text}” is not an e-mail address such as name@example.com.",
                   text=values["email"]),
        )  # fmt: skip
    if values.get("phone") and not _PHONE.fullmatch(values["phone"]):
        yield Problem(
            "phone",
            phrase("“{text}” is not a telephone number such as +966 11 000 0000.",
                   text=values["phone"]),
        )  # fmt: skip
    if country == "SA":
        for name, (digits, sentence) in _SAUDI_DIGITS.items():
            text = values.get(name, "")
            if text and not (text.isascii() and text.isdecimal() and len(text) == digits):
                yield Problem(name, sentence)
