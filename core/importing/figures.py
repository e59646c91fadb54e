"""How a file writes its numbers and dates, told by the cells that leave no doubt."""

from __future__ import annotations

import re
import unicodedata
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Final

from core.importing.rows import Native

DECIMALS: Final = (".", ",")
DAY_ORDERS: Final = ("dmy", "mdy", "ymd")
_BOTH = re.compile(r"[-+(]?\d{1,3}(?:([., '’\u00a0\u202f])\d{2,3})+([.,])\d+\)?", re.ASCII)
_GROUPED = re.compile(r"[-+(]?\d{1,3}(?:([., '’\u00a0\u202f])\d{3}){2,}\)?", re.ASCII)
_POINTED = re.compile(r"[-+(]?\d+([.,])(\d+)\)?", re.ASCII)
_DATE = re.compile(r"(\d{1,4})[./\-](\d{1,2})[./\-](\d{1,4})(?:[ T].*)?", re.ASCII)
_ARABIC_MARKS: Final = str.maketrans({"٫": ".", "٬": ","})


@dataclass(frozen=True, slots=True)
class Figures:
    """Separators of numbers, and the order of day, month and year."""

    decimal: str
    group: str
    day_order: str


def detect_figures(cells: Iterable[str], usual: Figures) -> Figures:
    """How these cells are written; where nothing tells, as the reader usually writes."""
    decimals: Counter[str] = Counter()
    groups: Counter[str] = Counter()
    orders: Counter[str] = Counter()
    for cell in cells:
        if not cell or len(cell) > 40 or isinstance(cell, Native):
            continue
        text = _latin(cell)
        _count_number(text, decimals, groups)
        _count_date(text, orders)
    decimal = decimals.most_common(1)[0][0] if decimals else usual.decimal
    order = orders.most_common(1)[0][0] if orders else usual.day_order
    return Figures(decimal, _group(decimal, groups), order)


def _group(decimal: str, groups: Counter[str]) -> str:
    seen = [sign for sign, _ in groups.most_common() if sign != decimal]
    return seen[0] if seen else {".": ",", ",": "."}[decimal]


def _count_number(text: str, decimals: Counter[str], groups: Counter[str]) -> None:
    if (match := _BOTH.fullmatch(text)) and match[1] != match[2]:
        groups[match[1]] += 1
        decimals[match[2]] += 1
    elif match := _GROUPED.fullmatch(text):
        groups[match[1]] += 1
        if match[1] in DECIMALS:
            decimals["," if match[1] == "." else "."] += 1
    elif (match := _POINTED.fullmatch(text)) and len(match[2]) != 3:
        decimals[match[1]] += 1


def _count_date(text: str, orders: Counter[str]) -> None:
    match = _DATE.fullmatch(text)
    if match is None:
        return
    first, second, _ = match.groups()
    if len(first) == 4:
        return  # ISO dates are read in any order
    if int(first) > 12 >= int(second):
        orders["dmy"] += 1
    elif int(second) > 12 >= int(first):
        orders["mdy"] += 1


def _latin(cell: str) -> str:
    text = cell.strip()
    if text.isascii():
        return text
    text = text.translate(_ARABIC_MARKS)
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )
