"""Rules about the amounts of the lines: price, net amount, VAT and the sum of both."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import ROUND_FLOOR, Decimal, DivisionByZero, InvalidOperation

from addons.zatca.rules.document import Document, charges
from addons.zatca.rules.figures import at, decimal, double, rounded, rounded_double, shown, total
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.rule import ERROR, WARNING, Rule, in_cents, rule
from addons.zatca.rules.subjects.lines import AMOUNTS, lines
from core.api import msg

_TOLERANCE = Decimal("0.01")


@rule(
    "BR-KSA-51",
    WARNING,
    field="amount_with_vat",
    says=msg("The amount of a line with VAT is not its net amount and its VAT together."),
    remedy=AMOUNTS,
)
def amount_with_vat(document: Document) -> Iterable[Node]:
    for taxes in document.under("cac:InvoiceLine/cac:TaxTotal"):
        tax = double(taxes, "cbc:TaxAmount")
        net = double(taxes.parent, "cbc:LineExtensionAmount") if taxes.parent else None
        due = None if tax is None or net is None else rounded_double(tax + net)
        if shown(double(taxes, "cbc:RoundingAmount")) != shown(due):
            yield taxes


@rule(
    "BR-KSA-52",
    ERROR,
    field="vat",
    says=msg("A line of a tax invoice does not say its VAT."),
    remedy=AMOUNTS,
)
def vat_of_standard(document: Document) -> Iterable[Node]:
    return _without(document, "cac:TaxTotal/cbc:TaxAmount")


@rule(
    "BR-KSA-53",
    ERROR,
    field="amount_with_vat",
    says=msg("A line of a tax invoice does not say its amount with VAT."),
    remedy=AMOUNTS,
)
def amount_with_vat_of_standard(document: Document) -> Iterable[Node]:
    return _without(document, "cac:TaxTotal/cbc:RoundingAmount")


@rule(
    "BR-KSA-EN16931-11",
    WARNING,
    field="price",
    says=msg(
        "The net amount of a line is not quantity times price, with its charges and discounts."
    ),
    remedy=AMOUNTS,
)
def net_amount(document: Document) -> Iterable[Node]:
    return (line for line in lines(document) if not _adds_up(line))


@rule(
    "BR-KSA-EN16931-12",
    ERROR,
    field="price",
    says=msg("The quantity for which the price holds is not above zero."),
    remedy=msg("Correct the quantity of the price."),
)
def base_quantity(document: Document) -> Iterable[Node]:
    found = document.under("cac:InvoiceLine/cac:Price/cbc:BaseQuantity")
    return (one for one in found if one.text and not (decimal(one.text) or 0) > 0)


@rule(
    "BR-KSA-EN16931-06",
    ERROR,
    field="price",
    says=msg("A price carries a charge; only a discount may be part of a price."),
    remedy=msg("Put the charge into the price, or on the line."),
)
def no_charge_in_price(document: Document) -> Iterable[Node]:
    found = document.under("cac:InvoiceLine/cac:Price/cac:AllowanceCharge")
    return (one for one in found if charges(one) is True)


@rule(
    "BR-KSA-EN16931-07",
    ERROR,
    field="price",
    says=msg("The net price is not the gross price less the discount."),
    remedy=msg("Correct price and discount of the line."),
)
def gross_price(document: Document) -> Iterable[Node]:
    for gross in document.under("cac:InvoiceLine/cac:Price/cac:AllowanceCharge/cbc:BaseAmount"):
        discount = gross.parent
        price = discount.parent if discount is not None else None
        if discount is None or price is None:
            continue
        net, less, full = at(price, "cbc:PriceAmount"), at(discount, "cbc:Amount"), gross.text
        whole = decimal(full)
        if net is None or less is None or whole is None or net != whole - less:
            yield gross


def _without(document: Document, path: str) -> Iterable[Node]:
    if document.standard and document.type_name[:2] in ("01", "02"):
        for line in lines(document):
            if not line.says(path):
                yield line


def _adds_up(line: Node) -> bool:
    """Within a cent: quantity times price cut to three decimals, its charges and allowances."""
    net, count = at(line, "cbc:LineExtensionAmount"), at(line, "cbc:InvoicedQuantity")
    price, per = at(line, "cac:Price/cbc:PriceAmount"), at(line, "cac:Price/cbc:BaseQuantity")
    if net is None or count is None or price is None:
        return False
    try:
        each = price if per is None else price / per
    except (DivisionByZero, InvalidOperation):
        return False
    gross = (count * each * 1000).to_integral_value(ROUND_FLOOR) / 1000 + Decimal("1e-13")
    adjustments = line.every("cac:AllowanceCharge")
    more = total((one for one in adjustments if charges(one) is True), "cbc:Amount")
    less = total((one for one in adjustments if charges(one) is False), "cbc:Amount")
    due = rounded(gross + more - less)
    return net in (due, due + _TOLERANCE, due - _TOLERANCE)


RULES: tuple[Rule, ...] = (
    in_cents(
        "BR-DEC-23",
        lines,
        "cbc:LineExtensionAmount",
        field="price",
        says=msg("The net amount of a line has more than two decimals."),
        remedy=AMOUNTS,
    ),
    in_cents(
        "BR-KSA-DEC-03",
        lines,
        "cac:TaxTotal/cbc:TaxAmount",
        field="vat",
        says=msg("The VAT of a line has more than two decimals."),
        remedy=AMOUNTS,
    ),
    in_cents(
        "BR-KSA-DEC-04",
        lines,
        "cac:TaxTotal/cbc:RoundingAmount",
        field="amount_with_vat",
        says=msg("The amount of a line with VAT has more than two decimals."),
        remedy=AMOUNTS,
    ),
    amount_with_vat,
    vat_of_standard,
    amount_with_vat_of_standard,
    net_amount,
    base_quantity,
    no_charge_in_price,
    gross_price,
)
