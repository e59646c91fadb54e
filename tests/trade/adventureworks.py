"""AdventureWorks, a bicycle maker and wholesaler: 4,012 orders to suppliers and 3,806 of resellers,
from 2011 to 2014.

What it sells and makes itself is there from the beginning, at standard cost: what the source says
is in stock, by place, and in the finished goods storage what will be sold.
"""

from __future__ import annotations

import csv
import gzip
import io
from collections import defaultdict
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from pathlib import Path

from tests.trade.trading_data import (
    Opening,
    Purchase,
    PurchaseLine,
    RealCompany,
    Row,
    Sale,
    SaleLine,
)

_COMPLETE = "4"
_FINISHED = "7"


def read_adventureworks(folder: Path, before: date | None = None) -> RealCompany:
    """The company with all that was ordered, or with what was ordered before a day and no product
    that it does not need for that."""
    source = _Source(folder)
    purchases = tuple(one for one in source.purchases() if before is None or one.day < before)
    sales = tuple(one for one in source.sales() if before is None or one.day < before)
    sold: dict[str, Decimal] = defaultdict(Decimal)
    used = {line.sku for order in purchases for line in order.lines}
    for sale in sales:
        for line in sale.lines:
            sold[line.sku] += line.quantity
    chosen = [
        row
        for row in source.products
        if before is None or row["productnumber"] in used | sold.keys()
    ]
    return RealCompany(
        begins=date(2011, 4, 1),
        contacts=(*source.customers({one.customer for one in sales}), *source.suppliers()),
        products=tuple(source.product_rows(chosen)),
        places=tuple(source.places.values()),
        opening=tuple(source.opening(chosen, sold)),
        purchases=purchases,
        sales=sales,
        purchase_tax=Decimal(8),
    )


class _Source:
    """The files, each read once."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        self.products = self.read("product.csv")
        self.skus = {row["productid"]: row["productnumber"] for row in self.products}
        self.places = {row["locationid"]: row["name"] for row in self.read("location.csv")}

    def read(self, name: str) -> list[dict[str, str]]:
        """The rows of a file, packed or not."""
        path = self.folder / name
        content = path.read_bytes()
        plain = gzip.decompress(content) if path.suffix == ".gz" else content
        return list(csv.DictReader(io.StringIO(plain.decode(), newline="")))

    def customers(self, persons: set[str]) -> Iterator[Row]:
        """The shops of those who ordered; several of the shops have the same name."""
        names = {row["businessentityid"]: row["name"] for row in self.read("store.csv")}
        for row in self.read("customer.csv.gz"):
            if f"C{row['personid']}" in persons and row["storeid"]:
                yield _contact(f"C{row['personid']}", names[row["storeid"]], customer=True)

    def suppliers(self) -> Iterator[Row]:
        """All vendors."""
        for row in self.read("vendor.csv"):
            yield _contact(f"V{row['businessentityid']}", row["name"], customer=False)

    def product_rows(self, chosen: list[dict[str, str]]) -> Iterator[Row]:
        """Products; those of a model that come in colours and sizes are its variants."""
        models = {row["productmodelid"]: row["name"] for row in self.read("productmodel.csv")}
        sorts = {
            row["productsubcategoryid"]: row["name"] for row in self.read("productsubcategory.csv")
        }
        kinds = defaultdict(list)
        for row in self.products:
            kinds[row["productmodelid"]].append(row)
        for row in chosen:
            model = row["productmodelid"]
            several = bool(model) and len(kinds[model]) > 1
            axes = {"Color": row["color"], "Size": row["size"]} if several else {}
            yield {
                "SKU": row["productnumber"],
                "Name": models[model] if several else row["name"],
                "Category": sorts.get(row["productsubcategoryid"], "Components"),
                "Kind": "goods",
                "Sale price": row["listprice"],
                "Unit": "pcs",
                "Variant": "; ".join(f"{axis}: {value}" for axis, value in axes.items() if value),
            }

    def opening(self, chosen: list[dict[str, str]], sold: dict[str, Decimal]) -> Iterator[Opening]:
        """What is in stock by place, and what will be sold."""
        costs = {row["productid"]: Decimal(row["standardcost"]) for row in chosen}
        for row in self.read("productinventory.csv"):
            if row["productid"] in costs and Decimal(row["quantity"]):
                yield Opening(
                    self.skus[row["productid"]],
                    Decimal(row["quantity"]),
                    costs[row["productid"]],
                    self.places[row["locationid"]],
                )
        for key, cost in costs.items():
            if quantity := sold.get(self.skus[key]):
                place = self.places[_FINISHED]
                yield Opening(self.skus[key], quantity, cost, place, "to be sold")

    def purchases(self) -> Iterator[Purchase]:
        """Orders to suppliers; those that are not complete were not received."""
        lines: dict[str, list[PurchaseLine]] = defaultdict(list)
        due: dict[str, date] = {}
        for row in self.read("purchaseorderdetail.csv.gz"):
            due[row["purchaseorderid"]] = _day(row["duedate"])
            lines[row["purchaseorderid"]].append(
                PurchaseLine(
                    self.skus[row["productid"]],
                    Decimal(row["orderqty"]),
                    Decimal(row["unitprice"]),
                    Decimal(row["receivedqty"]),
                    Decimal(row["rejectedqty"]),
                )
            )
        for row in self.read("purchaseorderheader.csv.gz"):
            key = row["purchaseorderid"]
            yield Purchase(
                key,
                f"V{row['vendorid']}",
                _day(row["orderdate"]),
                due[key],
                _day(row["shipdate"]) if row["status"] == _COMPLETE else None,
                tuple(lines[key]),
            )

    def sales(self) -> Iterator[Sale]:
        """Orders of resellers, all of them shipped."""
        lines: dict[str, list[SaleLine]] = defaultdict(list)
        for row in self.read("reseller_salesorderdetail.csv.gz"):
            lines[row["salesorderid"]].append(
                SaleLine(
                    self.skus[row["productid"]],
                    Decimal(row["orderqty"]),
                    Decimal(row["unitprice"]),
                    Decimal(row["unitpricediscount"]) * 100,
                )
            )
        for row in self.read("reseller_salesorderheader.csv.gz"):
            yield Sale(
                row["salesorderid"],
                f"C{row['customer_personid']}",
                _day(row["orderdate"]),
                _day(row["duedate"]),
                _day(row["shipdate"]),
                tuple(lines[row["salesorderid"]]),
            )


def _contact(number: str, name: str, *, customer: bool) -> Row:
    return {
        "Number": number,
        "Name": name,
        "Customer": str(customer).lower(),
        "Supplier": str(not customer).lower(),
    }


def _day(stamp: str) -> date:
    return date.fromisoformat(stamp[:10])
