"""Invoice lines (BG-25), and the lines without amounts that name deducted advances."""

from __future__ import annotations

import re
from typing import Final

from addons.zatca.documents.figures import ZERO, money, price, quantity, written
from addons.zatca.documents.parts.markup import Lines, amount, block, leaf, text
from addons.zatca.documents.parts.money import allowance, subtotal, tax_category
from addons.zatca.documents.texts import escaped_attribute, trimmed
from addons.zatca.documents.totals import LineTotals, Subtotal, Totals
from addons.zatca.documents.values import PREPAYMENT, EInvoice, Line, PrepaidPart, Prepayment

_ONLY_DIGITS: Final = re.compile(r"\d+")
_ADVANCE: Final = "Advance received | دفعة مقدمة"
_NOTHING: Final = "0.000000"
"""The quantity of a line that names an advance. A bare 0 counts as no quantity (BR-22)."""


def invoice_lines(invoice: EInvoice, totals: Totals) -> Lines:
    """All lines; those of advances follow the others and count on."""
    found: Lines = []
    for position, (line, sums) in enumerate(zip(invoice.lines, totals.lines, strict=True)):
        found += _line(line, sums, invoice.currency, f"lines[{position}]")
    number = max((int(line.id) for line in invoice.lines if line.id.isdecimal()), default=0)
    for position, prepayment in enumerate(invoice.prepayments):
        for part in prepayment.parts:
            number += 1
            field = f"prepayments[{position}]"
            found += _advance(str(number), prepayment, part, invoice.currency, field)
    return found


def _line(line: Line, sums: LineTotals, currency: str, field: str) -> Lines:
    unit = escaped_attribute(line.unit_code, f"{field}.unit_code")
    return block(
        "cac:InvoiceLine",
        text("cbc:ID", line.id, f"{field}.id"),
        leaf("cbc:InvoicedQuantity", written(quantity(line.quantity)), f' unitCode="{unit}"'),
        amount("cbc:LineExtensionAmount", sums.net, currency),
        *(allowance(each, currency, field, with_category=False) for each in line.allowances),
        block(
            "cac:TaxTotal",
            amount("cbc:TaxAmount", sums.tax, currency),
            amount("cbc:RoundingAmount", sums.gross, currency),
        ),
        block(
            "cac:Item",
            text("cbc:Name", item_name(line), f"{field}.name"),
            _item_code(line, field),
            tax_category("cac:ClassifiedTaxCategory", line.category, line.rate, None, field),
        ),
        _price(line, currency),
    )


def item_name(line: Line) -> str:
    """What an item is called. Names of fewer than three characters, and those of digits alone, are
    held to be unclear (BR-KSA-F-06-C19, BR-KSA-F-C-01), so such a name is filled up."""
    name = trimmed(line.name)
    if len(name) >= 3 and not _ONLY_DIGITS.fullmatch(name):
        return name
    return f"{name} ({line.item_code or 'item | صنف'})".strip()


def _item_code(line: Line, field: str) -> Lines:
    if not line.item_code:
        return []
    return block(
        "cac:SellersItemIdentification", text("cbc:ID", line.item_code, f"{field}.item_code")
    )


def _price(line: Line, currency: str) -> Lines:
    net = price(line.price)
    gross = None if line.gross_price is None else price(line.gross_price)
    if gross is None or gross <= net:  # a surcharge on the price is forbidden, BR-KSA-EN16931-06
        return block("cac:Price", amount("cbc:PriceAmount", net, currency))
    return block(
        "cac:Price",
        amount("cbc:PriceAmount", net, currency),
        block(
            "cac:AllowanceCharge",
            leaf("cbc:ChargeIndicator", "false"),
            amount("cbc:Amount", gross - net, currency),
            amount("cbc:BaseAmount", gross, currency),
        ),
    )


def _advance(
    number: str, prepayment: Prepayment, part: PrepaidPart, currency: str, field: str
) -> Lines:
    taxed = Subtotal(part.category, part.rate, money(part.taxable), money(part.tax), part.exemption)
    return block(
        "cac:InvoiceLine",
        leaf("cbc:ID", number),
        leaf("cbc:InvoicedQuantity", _NOTHING, ' unitCode="PCE"'),
        amount("cbc:LineExtensionAmount", ZERO, currency),
        block(
            "cac:DocumentReference",
            text("cbc:ID", prepayment.number, f"{field}.number"),
            text("cbc:UUID", prepayment.uuid, f"{field}.uuid"),
            leaf("cbc:IssueDate", prepayment.issue_date.isoformat()),
            leaf("cbc:IssueTime", prepayment.issue_time.strftime("%H:%M:%S")),
            leaf("cbc:DocumentTypeCode", PREPAYMENT),
        ),
        block(
            "cac:TaxTotal",
            amount("cbc:TaxAmount", ZERO, currency),
            amount("cbc:RoundingAmount", ZERO, currency),
            subtotal(taxed, currency, field),
        ),
        block(
            "cac:Item",
            text("cbc:Name", prepayment.name or _ADVANCE, f"{field}.name"),
            tax_category("cac:ClassifiedTaxCategory", part.category, part.rate, None, field),
        ),
        block("cac:Price", amount("cbc:PriceAmount", ZERO, currency)),
    )
