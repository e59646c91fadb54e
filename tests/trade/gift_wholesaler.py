"""A British wholesaler of gifts: a year of its web shop's log, 24,221 invoices from December 2009.

The log says what was sold and not what was bought, so that the company begins with all that it
sells, at the first price of each product. Rows are taken as they are: the same line twice, prices
with three digits, presents that cost nothing. Cancellations name no invoice, and corrections of
stock have no buyer; neither is a sale.
"""

from __future__ import annotations

import csv
import gzip
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import groupby, islice
from pathlib import Path

from tests.trade.trading_data import Opening, RealCompany, Row, Sale, SaleLine

_FILE = "online_retail_ii_2009_2010.csv.gz"
_NOBODY = "CASH"
"""Whom those belong to whose number the log does not say."""
_SERVICES = frozenset(
    {"POST", "D", "M", "BANK CHARGES", "PADS", "ADJUST", "C2", "DOT", "AMAZONFEE"}
)
_COUNTRIES = {"USA": "United States", "EIRE": "Ireland", "RSA": "South Africa",
              "Korea": "South Korea", "Czech Republic": "Czechia"}  # fmt: skip
_NO_COUNTRY = ("Channel Islands", "European Community", "Unspecified", "West Indies")


def read_gift_wholesaler(folder: Path, first: int | None = None) -> RealCompany:
    """The company with all of its invoices, or with the first of them."""
    sales: list[Sale] = []
    names: dict[str, str] = {}
    lands: dict[str, str] = {}
    for rows in islice(_invoices(folder / _FILE), first):
        for row in rows:
            sku = _sku(row)
            names[sku] = names.get(sku) or " ".join(row["Description"].split()) or sku
        lands.setdefault(_customer(rows[0]), rows[0]["Country"])
        sales.append(_sale(rows))
    return RealCompany(
        begins=date(2009, 11, 1),
        contacts=tuple(_contacts(lands)),
        products=tuple(_products(names, sales)),
        places=(),
        opening=tuple(_opening(sales)),
        purchases=(),
        sales=tuple(sales),
        services=_SERVICES,
    )


def _invoices(path: Path) -> Iterator[list[dict[str, str]]]:
    """The lines that were sold, invoice by invoice."""
    with gzip.open(path, "rt", encoding="utf-8", newline="") as file:
        for number, rows in groupby(csv.DictReader(file), key=lambda row: row["Invoice"]):
            sold = [row for row in rows if Decimal(row["Quantity"]) > 0]
            if number.isdecimal() and sold:
                yield sold


def _sale(rows: list[dict[str, str]]) -> Sale:
    day = date.fromisoformat(rows[0]["InvoiceDate"][:10])
    lines = tuple(
        SaleLine(_sku(row), Decimal(row["Quantity"]), Decimal(row["Price"])) for row in rows
    )
    return Sale(rows[0]["Invoice"], _customer(rows[0]), day, day + timedelta(days=30), day, lines)


def _sku(row: dict[str, str]) -> str:
    return row["StockCode"].strip().upper()


def _customer(row: dict[str, str]) -> str:
    return row["CustomerID"].partition(".")[0] or _NOBODY


def _contacts(lands: dict[str, str]) -> Iterator[Row]:
    for number, country in lands.items():
        known = number != _NOBODY
        yield {
            "Number": number,
            "Name": f"Customer {number}" if known else "Customers without a number",
            "Customer": "true",
            "Supplier": "false",
            "Country": _COUNTRIES.get(country, country)
            if known and country not in _NO_COUNTRY
            else "",
        }


def _products(names: dict[str, str], sales: list[Sale]) -> Iterator[Row]:
    for sku, price in _prices(sales).items():
        service = sku in _SERVICES
        yield {
            "SKU": sku,
            "Name": names[sku],
            "Category": "Services" if service else "Gifts",
            "Kind": "service" if service else "goods",
            "Sale price": price,
            "Unit": "pcs",
            "Variant": "",
        }


def _prices(sales: list[Sale]) -> dict[str, Decimal]:
    """The first price of each product."""
    prices: dict[str, Decimal] = {}
    for sale in sales:
        for line in sale.lines:
            prices.setdefault(line.sku, line.price)
    return prices


def _opening(sales: list[Sale]) -> Iterator[Opening]:
    sold: dict[str, Decimal] = defaultdict(Decimal)
    for sale in sales:
        for line in sale.lines:
            sold[line.sku] += line.quantity
    prices = _prices(sales)
    for sku, quantity in sold.items():
        if sku not in _SERVICES:
            yield Opening(sku, quantity, prices[sku])
