"""Dates and amounts as other programs write them."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import lru_cache
from typing import Final, Literal, NamedTuple

Mark = Literal[".", ","]

_DIGITS = str.maketrans(
    "٠١٢٣٤٥٦٧٨٩۰۱۲۳۴۵۶۷۸۹০১২৩৪৫৬৭৮৯٫٬−",
    "012345678901234567890123456789.,-",
)
_SPACES = re.compile("[\\s\u00a0\u202f\u2009\u200e\u200f'’]")
_COMMODITY = r"""(?:"[^"]+"|[^\d\s"'+*/@{}=;,.()-][^\d\s"'+*/@{}=;,()-]*)?"""
_FIGURE = re.compile(
    rf"(?P<first_sign>[+-]?)\s*(?P<before>{_COMMODITY})\s*(?P<sign>[+-]?)\s*"
    rf"(?P<number>[.,]?\d[\d.,\s'’]*)(?P<after>{_COMMODITY})"
)
_PLAIN = re.compile(r"[+-]?[0-9]+(?:\.[0-9]+)?")
"""How programs write: what most amounts of most files look like, and the quickest to read."""
_DATE = re.compile(r"(\d{4})([-/.])(\d{1,2})\2(\d{1,2})")
# Groups of three, or of two before the last as in India.
_WRITTEN: Final[Mapping[Mark, re.Pattern[str]]] = {
    ".": re.compile(r"(?:(?:\d+|\d{1,3}(?:,\d{2,3})*,\d{3})(?:\.\d*)?|\.\d+)"),
    ",": re.compile(r"(?:(?:\d+|\d{1,3}(?:\.\d{2,3})*\.\d{3})(?:,\d*)?|,\d+)"),
}


class Figure(NamedTuple):
    """An amount and the currency or commodity that was written beside it, if any."""

    amount: Decimal
    commodity: str = ""


@lru_cache(maxsize=4096)
def read_date(text: str) -> date | None:
    """A date with the year first (2026-01-31, 2026/1/31), or None if it is no such date."""
    found = _DATE.fullmatch(text.translate(_DIGITS))
    if found is None:
        return None
    try:
        return date(int(found[1]), int(found[3]), int(found[4]))
    except ValueError:
        return None


def decimal_mark(amounts: Iterable[str]) -> Mark:
    """Which of point and comma separates the fraction in this file: what most amounts say that
    leave no doubt. Where none does, a comma groups thousands."""
    votes = Counter(map(_vote, amounts))
    return "," if votes[","] > votes["."] else "."


def is_plain(text: str, mark: Mark) -> bool:
    """Whether an amount is written as Python writes it, with nothing beside it."""
    return mark == "." and _PLAIN.fullmatch(text) is not None


def read_figure(text: str, mark: Mark) -> Figure | None:
    """An amount such as `-12.50`, `1,234.5`, `(12)`, `$-5` or `7 EUR`; None if it is none."""
    if is_plain(text, mark):
        return Figure(Decimal(text))
    written = text.translate(_DIGITS).strip()
    in_brackets = written.startswith("(") and written.endswith(")")
    found = _FIGURE.fullmatch(written[1:-1] if in_brackets else written)
    if found is None or (found["before"] and found["after"]):
        return None
    signs = [sign for sign in (found["first_sign"], found["sign"], "-" * in_brackets) if sign]
    number = _SPACES.sub("", found["number"])
    if len(signs) > 1 or not _WRITTEN[mark].fullmatch(number):
        return None
    amount = Decimal(number.replace("," if mark == "." else ".", "").replace(mark, "."))
    commodity = (found["before"] or found["after"]).strip('"')
    return Figure(amount.copy_negate() if signs == ["-"] else amount, commodity)


def plain_text(amount: Decimal) -> str:
    """The amount without meaningless zeros: 20.00 and 20 are the same amount.

    >>> plain_text(Decimal("20.00")), plain_text(Decimal("-0.0"))
    ('20', '0')
    """
    text = f"{amount:f}"
    if "." in text:
        text = text.rstrip("0").rstrip(".")
    return "0" if text in ("-0", "") else text


def _vote(text: str) -> Mark | None:
    if _PLAIN.fullmatch(text) and text[-4:-3] != ".":
        return "." if "." in text else None
    return _evident_mark(_SPACES.sub("", text.translate(_DIGITS)))


def _evident_mark(number: str) -> Mark | None:
    points, commas = number.count("."), number.count(",")
    if points and commas:
        return "," if number.rindex(",") > number.rindex(".") else "."
    mark: Mark = "," if commas else "."
    if points + commas != 1:
        return None if points + commas == 0 else ("." if mark == "," else ",")
    fraction = re.search(r"[.,](\d*)", number)
    return mark if fraction and len(fraction[1]) != 3 else None
