"""Reads GS1 element strings: what GS1-128, GS1 DataMatrix, GS1 QR and GS1 DataBar codes hold.

GS1 General Specifications, section 3 (application identifiers), 7.8 (their concatenation; FNC1 ends
those of variable length, and reaches a reader as the control character GS) and 7.12 (years of two
digits). A scanner may put a symbology identifier before it (section 5.1.2), people write the
identifiers in brackets.
"""

from __future__ import annotations

import re
from calendar import monthrange
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from addons.catalog.services.codes import is_gtin
from core.api import InvalidInput, phrase

SEPARATOR: Final = "\x1d"
_SYMBOLOGIES: Final = ("]C1", "]d2", "]e0", "]Q3", "]J1")
_BRACKETS: Final = re.compile(r"\((\d{2,4})\)")
# Lengths of the data of those identifiers, by their first two digits, that need no separator
# (General Specifications, figure 7.8.5-2); the identifiers are of two digits, or of four from 31.
_FIXED: Final[Mapping[str, int]] = {
    "00": 18,
    **dict.fromkeys(("01", "02", "03"), 14),
    "04": 16,
    **dict.fromkeys(("11", "12", "13", "15", "16", "17", "18", "19"), 6),
    "20": 2,
    **dict.fromkeys(("31", "32", "33", "34", "35", "36"), 6),
    "41": 13,
}
# Of variable length: the longest data, by identifier; the last digit of four is a decimal point.
_VARIABLE: Final[Mapping[str, int]] = {"10": 20, "21": 20, "22": 20, "30": 8, "37": 8}
_LENGTH_OF_NAME: Final[Mapping[str, int]] = {
    **dict.fromkeys(("23", "24", "25", "40", "42", "70", "71", "72", "80", "81", "82"), 3),
    **dict.fromkeys(("31", "32", "33", "34", "35", "36", "39"), 4),
    "41": 3,
}
MEASURES: Final[Mapping[str, str]] = {
    "310": "KGM",
    "311": "MTR",
    "314": "MTK",
    "315": "LTR",
    "316": "MTQ",
    "320": "LBR",
    "321": "INH",
    "322": "FOT",
    "357": "ONZ",
}
"""Net measures of a trade item: the first three digits of the identifier, and the standard code of
the unit."""


@dataclass(frozen=True, slots=True)
class ElementString:
    """What a GS1 code says. `gtin` is the item itself or, with a `count`, what is contained;
    `measure` is a quantity in the unit of that standard code."""

    gtin: str = ""
    lot: str = ""
    serial: str = ""
    count: int | None = None
    expires_on: date | None = None
    best_before: date | None = None
    produced_on: date | None = None
    measure: tuple[Decimal, str] | None = None
    price: Decimal | None = None
    others: Mapping[str, str] = field(default_factory=dict)


def is_element_string(code: str) -> bool:
    """Whether a code looks like one: by its symbology identifier, a separator, brackets, or a GTIN
    with a right check digit behind the identifier 01 or 02 and something after it."""
    if code.startswith(_SYMBOLOGIES) or SEPARATOR in code or _BRACKETS.match(code):
        return True
    return code[:2] in ("01", "02") and len(code) > 16 and is_gtin(code[2:16])


def read_element_string(code: str, today: date) -> ElementString:
    """What a code says. Raises InvalidInput for one that breaks off, or holds a date or a GTIN that
    there is not."""
    found = dict(_elements(code))
    gtin = found.pop("01", "") or found.pop("02", "")
    if gtin and not is_gtin(gtin):
        raise _unreadable(code, phrase("The check digit of {code} is wrong.", code=gtin))
    count = found.pop("37", "") or found.pop("30", "")
    dates = {name: _date(code, found.pop(name, ""), today) for name in ("11", "15", "17")}
    measure, price = _measure(found), _price(found)
    return ElementString(
        gtin=gtin,
        lot=found.pop("10", ""),
        serial=found.pop("21", ""),
        count=int(count) if count else None,
        expires_on=dates["17"],
        best_before=dates["15"],
        produced_on=dates["11"],
        measure=measure,
        price=price,
        others=found,
    )


def _elements(code: str) -> Iterator[tuple[str, str]]:
    rest = code.removeprefix(next((s for s in _SYMBOLOGIES if code.startswith(s)), ""))
    if _BRACKETS.match(rest):
        parts = _BRACKETS.split(rest)[1:]
        for name, data in zip(parts[::2], parts[1::2], strict=True):
            yield name, _checked(code, name, data.strip().rstrip(SEPARATOR))
        return
    rest = rest.lstrip(SEPARATOR)
    while rest:
        start = rest[:2]
        width = _LENGTH_OF_NAME.get(start, 2)
        name, rest = rest[:width], rest[width:]
        if start in _FIXED:
            length = _FIXED[start]
            data, rest = rest[:length], rest[length:]
        else:
            data, _, rest = rest.partition(SEPARATOR)
        yield name, _checked(code, name, data)
        rest = rest.lstrip(SEPARATOR)


def _checked(code: str, name: str, data: str) -> str:
    fixed, longest = _FIXED.get(name[:2]), _VARIABLE.get(name)
    wrong = not data or not name.isdecimal()
    wrong = wrong or (fixed is not None and (len(data) != fixed or not _digits(data)))
    wrong = wrong or (longest is not None and len(data) > longest)
    wrong = wrong or (name in ("30", "37") and not _digits(data))
    wrong = wrong or (name[:3] in ("390", "392") and not (_digits(data) and len(data) <= 15))
    if wrong:
        raise _unreadable(code, phrase("What follows ({name}) is incomplete.", name=name))
    return data


def _date(code: str, text: str, today: date) -> date | None:
    """A day from YYMMDD; the day 00 is the last of the month."""
    if not text:
        return None
    year, month, day = int(text[:2]), int(text[2:4]), int(text[4:])
    apart = year - today.year % 100
    century = today.year - today.year % 100
    century += -100 if apart >= 51 else 100 if apart <= -50 else 0
    try:
        last = monthrange(century + year, month)[1]
        return date(century + year, month, day or last)
    except (ValueError, IndexError):
        raise _unreadable(code, phrase("{date} is no date.", date=text)) from None


def _measure(found: dict[str, str]) -> tuple[Decimal, str] | None:
    name = next((one for one in found if len(one) == 4 and one[:3] in MEASURES), None)
    if name is None:
        return None
    return Decimal(found.pop(name)).scaleb(-int(name[3])), MEASURES[name[:3]]


def _price(found: dict[str, str]) -> Decimal | None:
    name = next((one for one in found if len(one) == 4 and one[:3] in ("390", "392")), None)
    return None if name is None else Decimal(found.pop(name)).scaleb(-int(name[3]))


def _digits(text: str) -> bool:
    return text.isascii() and text.isdecimal()


def _unreadable(code: str, why: str) -> InvalidInput:
    shown = code.replace(SEPARATOR, " ")
    return InvalidInput.of(
        "code",
        phrase("{code} cannot be read: {why}", code=shown, why=why),
        fix=phrase("Scan it again, or type the code of the product."),
    )
