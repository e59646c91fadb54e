"""Amounts and days in the cells of a bank's table."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable
from datetime import date
from decimal import Decimal
from typing import Final

from addons.accounting.services.bank.formats.marks import day_of, full_year
from core.api import Native

DAY_ORDERS: Final = ("dmy", "mdy", "ymd")
_MARKS: Final = str.maketrans({"٫": ".", "٬": ",", "−": "-", "–": "-"})
_AMOUNT: Final = re.compile(
    r"([+-]?)\s*(\(?)\s*([+-]?)\s*(\d{1,15})?(?:\.(\d{0,8}))?\s*\)?\s*([+-]?)", re.ASCII
)
_CURRENCY: Final = re.compile(r"(?<![^\W_])[^\W\d_]{1,3}\.?(?![^\W_])|[$£€¥₹৳﷼₺₽]")
_NUMBERS: Final = re.compile(
    r"(\d{1,4})\s?[./\-]\s?(\d{1,2})\s?[./\-]\s?(\d{1,4})\.?(?:[ T,].*)?", re.ASCII
)
_COMPACT: Final = re.compile(r"(\d{4})(\d{2})(\d{2})", re.ASCII)
_NAMED: Final = re.compile(r"(\d{1,2})[ .\-/]+([^\W\d_]{3,9})\.?[ .\-/,]+(\d{2,4})(?:[ T,].*)?")
_NAMED_FIRST: Final = re.compile(
    r"([^\W\d_]{3,9})\.?[ .\-/]+(\d{1,2}),?[ .\-/]+(\d{4})(?:[ T,].*)?"
)
_MONTHS: Final = {
    name: number
    for number, names in enumerate(
        (
            "jan january januar janvier يناير জানুয়ারি",
            "feb february februar février fevrier فبراير ফেব্রুয়ারি",
            "mar march märz maerz mars مارس মার্চ",
            "apr april avril أبريل ابريل এপ্রিল",
            "may mai مايو মে",
            "jun june juni juin يونيو জুন",
            "jul july juli juillet يوليو জুলাই",
            "aug august août aout أغسطس اغسطس আগস্ট",
            "sep sept september septembre سبتمبر সেপ্টেম্বর",
            "oct okt october oktober octobre أكتوبر اكتوبر অক্টোবর",
            "nov november novembre نوفمبر নভেম্বর",
            "dec dez december dezember décembre decembre ديسمبر ডিসেম্বর",
        ),
        start=1,
    )
    for name in names.split()
}


def amount_in(cell: str, decimal: str) -> Decimal | None:
    """The amount in a cell, with the file's decimal mark; None where there is none.

    Knows parentheses and a minus behind the figure, a currency before or behind it, thousands
    parted by points, commas, apostrophes or spaces, and lakhs (1,00,000.00).
    """
    text = _latin(cell)
    if not text:
        return None
    mark = "." if isinstance(cell, Native) else decimal
    text = _CURRENCY.sub("", text, count=1).strip()
    group = "," if mark == "." else "."
    if mark in text:
        whole, _, decimals = text.rpartition(mark)
        text = f"{whole}\x00{decimals}"
    cleaned = _without_groups(text, group)
    if cleaned is None:
        return None
    match = _AMOUNT.fullmatch(cleaned.replace("\x00", "."))
    if match is None or not (match[4] or match[5]):
        return None
    amount = Decimal(f"{match[4] or '0'}.{match[5]}" if match[5] else match[4])
    minus = "-" in (match[1], match[3], match[6]) or bool(match[2])
    return -amount if minus else amount


def _without_groups(text: str, group: str) -> str | None:
    """The text without marks of thousands; None where they part no thousands."""
    whole, mark, decimals = text.partition("\x00")
    digits = re.sub(r"(?<=\d)[' ’\u00a0\u202f](?=\d{3})", "", whole)
    if group in digits:
        parts = re.sub(r"[^\d,.]", "", digits).split(group)
        if len(parts[-1]) != 3 or any(len(part) not in (2, 3) for part in parts[1:]):
            return None
        digits = digits.replace(group, "")
    return digits + mark + decimals


def day_in(cell: str, order: str) -> date | None:
    """The day in a cell; `order` says which number is the day where months have no name."""
    text = _latin(cell)
    if isinstance(cell, Native):
        order = "ymd"
    if match := _COMPACT.fullmatch(text):
        return day_of(int(match[1]), int(match[2]), int(match[3]))
    if match := _NUMBERS.fullmatch(text):
        return _numbered(match[1], match[2], match[3], order)
    if match := _NAMED.fullmatch(text):
        month = _MONTHS.get(match[2].casefold())
        return day_of(full_year(int(match[3])), month, int(match[1])) if month else None
    if match := _NAMED_FIRST.fullmatch(text):
        month = _MONTHS.get(match[1].casefold())
        return day_of(int(match[3]), month, int(match[2])) if month else None
    return None


def _numbered(first: str, second: str, last: str, order: str) -> date | None:
    if len(first) == 4:
        return day_of(int(first), int(second), int(last)) if len(last) <= 2 else None
    if len(first) > 2 or len(last) not in (2, 4):
        return None
    if order == "ymd":
        return day_of(full_year(int(first)), int(second), int(last)) if len(last) == 2 else None
    day, month = (first, second) if order == "dmy" else (second, first)
    return day_of(full_year(int(last)), int(month), int(day))


def day_orders(cells: Iterable[str]) -> list[str]:
    """The orders in which all these cells are days; one where they agree, none where no order
    fits. Orders that read every cell alike count once."""
    given = [cell for cell in cells if cell.strip()]
    readings: dict[tuple[date, ...], str] = {}
    for order in DAY_ORDERS:
        if order == "ymd" and readings:
            break  # two digits of a year first are met only where no other order fits
        days = [day_in(cell, order) for cell in given]
        whole = [day for day in days if day is not None]
        if given and len(whole) == len(days):
            readings.setdefault(tuple(whole), order)
    return list(readings.values())


def _latin(cell: str) -> str:
    text = cell.strip().strip("\u200e\u200f\ufeff")
    if text.isascii():
        return text
    text = text.translate(_MARKS)
    return "".join(
        str(unicodedata.decimal(letter)) if letter.isdecimal() else letter for letter in text
    )
