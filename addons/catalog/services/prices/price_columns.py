"""The columns of a file of prices, told by their titles in English, Arabic and Bengali, and what
their cells say."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal, InvalidOperation
from typing import Final

from core.api import Figures, ImportProblem, detect_figures, phrase

_TITLES: Final[Mapping[str, str]] = {
    "list": "pricelist list pricelistname قائمةالأسعار মূল্যতালিকা",
    "product": "productcode code sku product item itemcode productnumber barcode"
    " رمزالصنف رمزالمنتج পণ্যকোড",
    "price": "price unitprice amount listprice السعر মূল্য",
    "quantity": "fromquantity minquantity minimumquantity quantity moq الكمية পরিমাণ",
    "unit": "unit uom الوحدة একক",
    "from": "from validfrom start startdate من",
    "until": "until validuntil to end enddate إلى",
    "currency": "currency العملة মুদ্রা",
}
_BY_TITLE: Final = {title: name for name, titles in _TITLES.items() for title in titles.split()}
_USUAL: Final = Figures(".", ",", "ymd")
_DATE: Final = re.compile(r"(\d{1,4})[./-](\d{1,2})[./-](\d{1,4})(?:[ T].*)?", re.ASCII)
_CURRENCY: Final = re.compile(r"[A-Z]{3}")
_LARGEST: Final = Decimal("1e15")

Cells = tuple[int, Mapping[str, str]]
"""A line and what it says, by the names of columns."""


@dataclass(frozen=True, slots=True)
class PriceRow:
    """A price as a row of a file says it; `product` is a code or barcode."""

    line: int
    list_name: str
    product: str
    price: Decimal
    min_quantity: Decimal
    unit: str
    valid_from: date | None
    valid_until: date | None
    currency: str


class _Wrong(Exception):
    """A cell that cannot be read; its sentence."""

    def __init__(self, sentence: str) -> None:
        super().__init__(sentence)
        self.sentence = sentence


def columns_of(titles: Sequence[str]) -> dict[int, str]:
    """What the columns are, by place; those whose titles say nothing are left out, and of two that
    say the same the first counts."""
    found: dict[int, str] = {}
    for place, title in enumerate(titles):
        name = _BY_TITLE.get("".join(char for char in title.casefold() if char.isalnum()))
        if name is not None and name not in found.values():
            found[place] = name
    return found


def cells_of(line: int, cells: Sequence[str], columns: Mapping[int, str]) -> Cells:
    """What a row says."""
    return line, {
        name: cells[place].strip() for place, name in columns.items() if place < len(cells)
    }


def read_rows(several: Sequence[Cells]) -> tuple[list[PriceRow], list[ImportProblem]]:
    """The rows as prices, and what is wrong with those that are none."""
    names = ("price", "quantity", "from", "until")
    figures = detect_figures(
        (said[name] for _, said in several for name in names if said.get(name)), _USUAL
    )
    rows: list[PriceRow] = []
    problems: list[ImportProblem] = []
    for line, said in several:
        try:
            rows.append(_row(line, said, figures))
        except _Wrong as wrong:
            problems.append(ImportProblem(line, wrong.sentence))
    return rows, problems


def _row(line: int, said: Mapping[str, str], figures: Figures) -> PriceRow:
    for name, sentence in (
        ("list", phrase("Name the price list.")),
        ("product", phrase("Give the code of the product.")),
        ("price", phrase("Say what the price is.")),
    ):
        if not said.get(name):
            raise _Wrong(sentence)
    start, end = _day(said.get("from", ""), figures), _day(said.get("until", ""), figures)
    if start is not None and end is not None and start > end:
        raise _Wrong(phrase("The last day lies before the first."))
    currency = said.get("currency", "").upper()
    if currency and not _CURRENCY.fullmatch(currency):
        raise _Wrong(phrase("A currency has three letters, such as SAR."))
    quantity = _number(said["quantity"], figures) if said.get("quantity") else Decimal(0)
    price = _number(said["price"], figures)
    unit = said.get("unit", "")
    return PriceRow(
        line, said["list"], said["product"], price, quantity, unit, start, end, currency
    )


def _number(text: str, figures: Figures) -> Decimal:
    plain = text.replace(figures.group, "").replace(figures.decimal, ".").replace(" ", "")
    try:
        number = Decimal(plain)
    except InvalidOperation:
        raise _Wrong(phrase("{text} is no number.", text=text)) from None
    if not (number.is_finite() and 0 <= number < _LARGEST):
        raise _Wrong(phrase("Give a number from 0 to below {most}.", most="10¹⁵"))
    # Spreadsheets write 0.10000000000000002 for a tenth.
    return round(number, 10).normalize()


def _day(text: str, figures: Figures) -> date | None:
    if not text:
        return None
    match = _DATE.fullmatch(text)
    if match is not None:
        first, second, third = (int(part) for part in match.groups())
        order = "ymd" if len(match[1]) == 4 else figures.day_order
        order = "dmy" if order == "ymd" and len(match[1]) != 4 else order
        parts = dict(zip(order, (first, second, third), strict=True))
        try:
            return date(parts["y"], parts["m"], parts["d"])
        except ValueError:
            pass
    raise _Wrong(phrase("{text} is no date such as 2026-07-31.", text=text))
