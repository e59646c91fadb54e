"""What tax numbers look like in the countries whose rules are known here.

- Saudi Arabia: VAT registration number, 15 digits, the first and the last of them 3 (ZATCA,
  Electronic Invoice XML Implementation Standard, rules BR-KSA-39, -40 and -44).
- United Arab Emirates: Tax Registration Number, 15 digits (Federal Tax Authority).
- Bangladesh: Business Identification Number, 13 digits, nine of them before a hyphen and four
  behind it (National Board of Revenue, Value Added Tax and Supplementary Duty Rules 2016).
- The member states of the European Union: the structures that the European Commission publishes
  for its VAT Information Exchange System (VIES). The prefix of two letters may be left out; that
  of Greece is EL.

Elsewhere a number is taken as it is.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from core.api import phrase


@dataclass(frozen=True, slots=True)
class TaxNumberRule:
    """How a country's tax numbers are written: `pattern` for what is kept, without blanks and
    hyphens, and a sentence for whoever wrote something else."""

    pattern: re.Pattern[str]
    sentence: str


# What VIES calls the structure, without the prefix. Ireland and the Netherlands have signs besides
# letters and digits (+ and *), which are not kept.
_EUROPEAN: Final[Mapping[str, str]] = {
    "AT": r"U\d{8}",
    "BE": r"[01]\d{9}",
    "BG": r"\d{9,10}",
    "CY": r"\d{8}[A-Z]",
    "CZ": r"\d{8,10}",
    "DE": r"\d{9}",
    "DK": r"\d{8}",
    "EE": r"\d{9}",
    "ES": r"[A-Z]\d{7}[A-Z\d]|\d{8}[A-Z]",
    "FI": r"\d{8}",
    "FR": r"[A-Z\d]{2}\d{9}",
    "GR": r"\d{9}",
    "HR": r"\d{11}",
    "HU": r"\d{8}",
    "IE": r"\d[A-Z\d]?\d{5}[A-Z]|\d{7}[A-Z]{2}",
    "IT": r"\d{11}",
    "LT": r"\d{9}|\d{12}",
    "LU": r"\d{8}",
    "LV": r"\d{11}",
    "MT": r"\d{8}",
    "NL": r"[A-Z\d]{10,12}",
    "PL": r"\d{10}",
    "PT": r"\d{9}",
    "RO": r"\d{2,10}",
    "SE": r"\d{12}",
    "SI": r"\d{8}",
    "SK": r"\d{10}",
}
_PREFIXES: Final = {"GR": "EL"}


def _european(country: str, structure: str) -> TaxNumberRule:
    prefix = _PREFIXES.get(country, country)
    return TaxNumberRule(
        re.compile(rf"(?:{prefix})?(?:{structure})", re.ASCII),
        phrase(
            "This is no VAT number of that country as VIES lists them, with or without {prefix}"
            " before it.",
            prefix=prefix,
        ),
    )


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
    **{country: _european(country, structure) for country, structure in _EUROPEAN.items()},
}


def tax_number_problem(country: str, number: str) -> str:
    """A sentence on what is wrong with a number of this country, as it is kept; empty if nothing
    is, or the country's rule is not known."""
    rule = TAX_NUMBERS.get(country)
    return "" if not number or rule is None or rule.pattern.fullmatch(number) else rule.sentence
