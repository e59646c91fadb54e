"""Rules about the lines: what is sold, how much of it, for how much."""

from __future__ import annotations

import re
from collections.abc import Iterable

from addons.zatca.rules.document import Document, is_vat
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Rule, present, rule, short
from core.api import msg

_SHORTEN = msg("Shorten it at the product.")
AMOUNTS = msg("Enter quantity and price of the line again.")


def lines(document: Document) -> list[Node]:
    return document.all("cac:InvoiceLine")


def invoice(document: Document) -> list[Node]:
    return [document.invoice]


def properties(document: Document) -> list[Node]:
    return document.all("cac:AdditionalItemProperty")


@rule(
    "BR-22",
    ERROR,
    field="quantity",
    says=msg("A line has no quantity, or the quantity 0."),
    remedy=msg("Enter the quantity, or delete the line."),
)
def quantity(document: Document) -> Iterable[Node]:
    for line in lines(document):
        found = line.one("cbc:InvoicedQuantity")
        if found is None or found.text == "0":
            yield line


@rule(
    "BR-CO-04",
    ERROR,
    field="category",
    says=msg("A line has no VAT category."),
    remedy=msg("Choose the tax of the line."),
)
def tax_category(document: Document) -> Iterable[Node]:
    for line in lines(document):
        found = line.every("cac:Item/cac:ClassifiedTaxCategory")
        if not any(is_vat(one) and one.has("cbc:ID") for one in found):
            yield line


@rule(
    "BR-KSA-F-06-C19",
    WARNING,
    field="name",
    says=msg("The name of what is sold has fewer than 3 or more than 1,000 characters."),
    remedy=msg("Describe what is sold in words."),
)
def name_length(document: Document) -> Iterable[Node]:
    for line in lines(document):
        found = line.one("cac:Item/cbc:Name")
        if found is not None and not 3 <= len(found.text) <= 1000:
            yield line


@rule(
    "BR-KSA-F-C-01",
    WARNING,
    field="name",
    says=msg("The name of what is sold is only a number, which says nothing to the buyer."),
    remedy=msg("Describe what is sold in words."),
)
def name_says_something(document: Document) -> Iterable[Node]:
    return (one for one in lines(document) if re.fullmatch(r"\d+", one.value("cac:Item/cbc:Name")))


@rule(
    "BR-KSA-F-06-C18",
    WARNING,
    field="unit_code",
    says=msg("The unit of a line is longer than 127 characters."),
    remedy=_SHORTEN,
)
def unit_length(document: Document) -> Iterable[Node]:
    return _long_units(document, "cbc:InvoicedQuantity")


@rule(
    "BR-KSA-F-06-C21",
    WARNING,
    field="unit_code",
    says=msg("The unit of a price is longer than 127 characters."),
    remedy=_SHORTEN,
)
def price_unit_length(document: Document) -> Iterable[Node]:
    return _long_units(document, "cac:Price/cbc:BaseQuantity")


def _long_units(document: Document, path: str) -> Iterable[Node]:
    for line in lines(document):
        found = line.one(path)
        if found is not None and len(found.attribute("unitCode")) > 127:
            yield line


RULES: tuple[Rule, ...] = (
    present(
        "BR-16",
        invoice,
        "cac:InvoiceLine",
        severity=ERROR,
        field="lines",
        says=msg("The document has no lines."),
        remedy=msg("Enter what is sold."),
    ),
    present(
        "BR-21",
        lines,
        "cbc:ID",
        severity=WARNING,
        filled=True,
        field="id",
        says=msg("A line has no number."),
        remedy=msg("Delete the line and enter it again."),
    ),
    short(
        "BR-KSA-F-06-C17",
        lines,
        "cbc:ID",
        least=1,
        most=6,
        severity=ERROR,
        field="id",
        says=msg("The number of a line is empty or longer than six characters."),
        remedy=msg("Split the document: it has too many lines."),
    ),
    present(
        "BR-24",
        lines,
        "cbc:LineExtensionAmount",
        severity=ERROR,
        field="price",
        says=msg("A line has no net amount."),
        remedy=AMOUNTS,
    ),
    present(
        "BR-25",
        lines,
        "cac:Item/cbc:Name",
        severity=WARNING,
        filled=True,
        field="name",
        says=msg("A line does not say what is sold."),
        remedy=msg("Describe what is sold in words."),
    ),
    present(
        "BR-26",
        lines,
        "cac:Price/cbc:PriceAmount",
        severity=ERROR,
        field="price",
        says=msg("A line has no price."),
        remedy=msg("Enter the price."),
    ),
    present(
        "BR-54",
        properties,
        "cbc:Value",
        severity=ERROR,
        field="name",
        says=msg("A property of what is sold has no value."),
        remedy=msg("Complete the property at the product."),
    ),
    short(
        "BR-KSA-F-06-C30",
        lines,
        "cac:Item/cac:BuyersItemIdentification/cbc:ID",
        most=127,
        field="name",
        says=msg("The buyer's code of a product is longer than 127 characters."),
        remedy=_SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C31",
        lines,
        "cac:Item/cac:SellersItemIdentification/cbc:ID",
        most=127,
        field="name",
        says=msg("The code of a product is longer than 127 characters."),
        remedy=_SHORTEN,
    ),
    short(
        "BR-KSA-F-06-C20",
        lines,
        "cac:Item/cac:StandardItemIdentification/cbc:ID",
        most=127,
        field="name",
        says=msg("The barcode of a product is longer than 127 characters."),
        remedy=_SHORTEN,
    ),
    quantity,
    tax_category,
    name_length,
    name_says_something,
    unit_length,
    price_unit_length,
)
