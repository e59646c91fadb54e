"""Northwind, a food trader: 830 orders from 1996 to 1998, each shipped whole or not at all.

The source says what was left in stock at the end, not what was bought. So the company begins with
what is left and what was shipped, at list price: at the end it must have exactly what the source
says it has.
"""

from __future__ import annotations

import csv
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from itertools import islice
from pathlib import Path

from tests.trade.trading_data import Opening, RealCompany, Row, Sale, SaleLine

FREIGHT = "FREIGHT"
_COUNTRIES = {"UK": "United Kingdom", "USA": "United States"}
_ADDRESS = 4


def read_northwind(folder: Path, first: int | None = None) -> RealCompany:
    """The company with all of its orders, or with the first of them."""
    sales = tuple(islice(_sales(folder), first))
    shipped: dict[str, Decimal] = defaultdict(Decimal)
    for sale in sales:
        for line in sale.lines:
            if sale.shipped is not None:
                shipped[line.sku] += line.quantity
    products = list(_rows(folder / "products.csv"))
    return RealCompany(
        begins=date(1996, 7, 1),
        contacts=(*_contacts(folder, "customer"), *_contacts(folder, "supplier")),
        products=(*_products(folder, products), _freight()),
        places=(),
        opening=tuple(_opening(products, shipped)),
        purchases=(),
        sales=sales,
        services=frozenset({FREIGHT}),
    )


def _rows(path: Path) -> Iterator[dict[str, str]]:
    """Rows by title; an address with a comma that nobody quoted is put together again."""
    with path.open(encoding="utf-8", newline="") as file:
        titles, *rows = csv.reader(file)
    for cells in rows:
        more = len(cells) - len(titles)
        if more > 0:
            end = _ADDRESS + more + 1
            cells[_ADDRESS:end] = [", ".join(cells[_ADDRESS:end])]
        yield {
            title: "" if cell == "NULL" else cell for title, cell in zip(titles, cells, strict=True)
        }


def _contacts(folder: Path, kind: str) -> Iterator[Row]:
    for row in _rows(folder / f"{kind}s.csv"):
        number = row[f"{kind}ID"]
        yield {
            "Number": number if kind == "customer" else f"S{number}",
            "Name": row["companyName"],
            "Customer": str(kind == "customer").lower(),
            "Supplier": str(kind == "supplier").lower(),
            "Address": row["address"],
            "City": row["city"],
            "Postal code": row["postalCode"],
            "Country": _COUNTRIES.get(row["country"], row["country"]),
        }


def _products(folder: Path, products: list[dict[str, str]]) -> Iterator[Row]:
    # A category's name has no slash: it stands between a category and the one above it.
    names = {
        row["categoryID"]: row["categoryName"].replace("/", " and ")
        for row in _rows(folder / "categories.csv")
    }
    for row in products:
        yield {
            "SKU": row["productID"],
            "Name": row["productName"],
            "Category": names[row["categoryID"]],
            "Kind": "goods",
            "Sale price": row["unitPrice"],
            "Unit": "pcs",
            "Variant": "",
        }


def _freight() -> Row:
    return {
        "SKU": FREIGHT,
        "Name": "Freight",
        "Category": "Services",
        "Kind": "service",
        "Sale price": "0",
        "Unit": "pcs",
        "Variant": "",
    }


def _opening(products: list[dict[str, str]], shipped: dict[str, Decimal]) -> Iterator[Opening]:
    for row in products:
        quantity = Decimal(row["unitsInStock"]) + shipped[row["productID"]]
        if quantity:
            yield Opening(row["productID"], quantity, Decimal(row["unitPrice"]))


def _sales(folder: Path) -> Iterator[Sale]:
    lines: dict[str, list[SaleLine]] = defaultdict(list)
    for row in _rows(folder / "order_details.csv"):
        percent = Decimal(row["discount"]) * 100
        lines[row["orderID"]].append(
            SaleLine(row["productID"], Decimal(row["quantity"]), Decimal(row["unitPrice"]), percent)
        )
    for row in _order_rows(folder):
        freight = SaleLine(FREIGHT, Decimal(1), Decimal(row["freight"]))
        shipped = row["shippedDate"]
        day = _day(row["orderDate"])
        yield Sale(
            row["orderID"],
            row["customerID"],
            day,
            (_day(shipped) if shipped else day) + timedelta(days=30),
            _day(shipped) if shipped else None,
            (*lines[row["orderID"]], freight),
        )


def _order_rows(folder: Path) -> Iterator[dict[str, str]]:
    """Orders have their commas in another place; what comes after the freight is not asked for."""
    with (folder / "orders.csv").open(encoding="utf-8", newline="") as file:
        titles, *rows = csv.reader(file)
    for cells in rows:
        yield {
            title: "" if cell == "NULL" else cell
            for title, cell in zip(titles, cells, strict=False)
        }


def _day(stamp: str) -> date:
    return date.fromisoformat(stamp[:10])
