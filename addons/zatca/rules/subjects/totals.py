"""Rules about the sums of the document."""

from __future__ import annotations

from collections.abc import Iterable
from decimal import Decimal

from addons.zatca.rules.document import Document
from addons.zatca.rules.figures import at, decimal, rounded, total
from addons.zatca.rules.nodes import Node
from addons.zatca.rules.remedies import ADDED_UP_ITSELF
from addons.zatca.rules.rule import ERROR, WARNING, Rule, in_cents, present, rule
from addons.zatca.rules.subjects.allowances import document_allowances, document_charges
from core.api import msg

_NEGATIVE = msg("Enter amounts above zero; what is taken back goes on a credit note.")
_AMOUNTS_ABOVE_ZERO = (
    "cac:LegalMonetaryTotal/cbc:LineExtensionAmount",
    "cac:LegalMonetaryTotal/cbc:TaxExclusiveAmount",
    "cac:LegalMonetaryTotal/cbc:TaxInclusiveAmount",
    "cac:LegalMonetaryTotal/cbc:AllowanceTotalAmount",
    "cac:LegalMonetaryTotal/cbc:ChargeTotalAmount",
    "cac:LegalMonetaryTotal/cbc:PrepaidAmount",
    "cac:TaxTotal/cbc:TaxAmount",
    "cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
    "cac:AllowanceCharge/cbc:Amount",
    "cac:AllowanceCharge/cbc:BaseAmount",
    "cac:InvoiceLine/cac:AllowanceCharge/cbc:Amount",
    "cac:InvoiceLine/cac:AllowanceCharge/cbc:BaseAmount",
    "cac:InvoiceLine/cac:TaxTotal/cbc:TaxAmount",
    "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxableAmount",
    "cac:InvoiceLine/cac:TaxTotal/cac:TaxSubtotal/cbc:TaxAmount",
    "cac:InvoiceLine/cac:Price/cbc:PriceAmount",
    "cac:InvoiceLine/cac:Price/cac:AllowanceCharge/cbc:Amount",
    "cac:InvoiceLine/cac:Price/cac:AllowanceCharge/cbc:BaseAmount",
    "cac:InvoiceLine/cbc:InvoicedQuantity",
    "cac:TaxExchangeRate/cbc:CalculationRate",
)


def totals(document: Document) -> list[Node]:
    return document.totals


@rule(
    "BR-CO-10",
    WARNING,
    field="/totals.lines",
    says=msg("The sum of the lines is not what the lines add up to."),
    remedy=ADDED_UP_ITSELF,
)
def sum_of_lines(document: Document) -> Iterable[Node]:
    due = rounded(total(document.all("cac:InvoiceLine"), "cbc:LineExtensionAmount"))
    return (one for one in document.totals if at(one, "cbc:LineExtensionAmount") != due)


@rule(
    "BR-CO-11",
    ERROR,
    field="/totals.allowances",
    says=msg("The sum of the discounts is not what the discounts on the document add up to."),
    remedy=ADDED_UP_ITSELF,
)
def sum_of_allowances(document: Document) -> Iterable[Node]:
    return _sums(document, "cbc:AllowanceTotalAmount", document_allowances(document))


@rule(
    "BR-CO-12",
    ERROR,
    field="/totals.charges",
    says=msg("The sum of the charges is not what the charges on the document add up to."),
    remedy=ADDED_UP_ITSELF,
)
def sum_of_charges(document: Document) -> Iterable[Node]:
    return _sums(document, "cbc:ChargeTotalAmount", document_charges(document))


@rule(
    "BR-CO-13",
    WARNING,
    field="/totals.without_vat",
    says=msg("The total without VAT is not the lines less discounts and with charges."),
    remedy=ADDED_UP_ITSELF,
)
def total_without_vat(document: Document) -> Iterable[Node]:
    # The authority adds the lines up as doubles here, and takes the double exactly.
    amounts_of_lines = document.invoice.every("cac:InvoiceLine/cbc:LineExtensionAmount")
    lines = sum(float(decimal(one.text) or 0) for one in amounts_of_lines)
    for one in document.totals:
        adjustments = [
            path for path in ("cbc:ChargeTotalAmount", "cbc:AllowanceTotalAmount") if one.has(path)
        ]
        amounts = [at(one, path) for path in adjustments]
        due = at(one, "cbc:LineExtensionAmount")
        if adjustments:
            charged = at(one, "cbc:ChargeTotalAmount") or Decimal(0)
            allowed = at(one, "cbc:AllowanceTotalAmount") or Decimal(0)
            due = None if None in amounts else rounded(Decimal(lines) + charged - allowed)
        if due is None or at(one, "cbc:TaxExclusiveAmount") != due:
            yield one


@rule(
    "BR-CO-15",
    ERROR,
    field="/totals.with_vat",
    says=msg("The total with VAT is not the total without VAT and the VAT together."),
    remedy=ADDED_UP_ITSELF,
)
def total_with_vat(document: Document) -> Iterable[Node]:
    vat = total(document.subtotals, "cbc:TaxAmount")
    amounts = document.invoice.every("cac:TaxTotal/cbc:TaxAmount")
    for currency in document.invoice.every("cbc:DocumentCurrencyCode"):
        in_currency = any(one.attribute("currencyID") == currency.text for one in amounts)
        sums = [
            (at(one, "cbc:TaxInclusiveAmount"), at(one, "cbc:TaxExclusiveAmount"))
            for one in document.totals
        ]
        right = any(
            with_vat is not None and without is not None and with_vat == rounded(without + vat)
            for with_vat, without in sums
        )
        if not (in_currency and right):
            yield document.totals[0] if document.totals else document.invoice


@rule(
    "BR-CO-16",
    WARNING,
    field="/totals.payable",
    says=msg("The amount due is not the total with VAT less what is prepaid, rounded as stated."),
    remedy=ADDED_UP_ITSELF,
)
def amount_due(document: Document) -> Iterable[Node]:
    return (one for one in document.totals if not _is_due(one))


@rule(
    "BR-KSA-F-04",
    ERROR,
    field="amount",
    says=msg("An amount or a quantity is below zero."),
    remedy=_NEGATIVE,
)
def nothing_below_zero(document: Document) -> Iterable[Node]:
    found = [one for path in _AMOUNTS_ABOVE_ZERO for one in document.invoice.every(path)]
    for subtotal in document.subtotals:
        categories = [one.squeezed for one in subtotal.every("cac:TaxCategory/cbc:ID")]
        if any(code != "O" for code in categories):
            found.extend(subtotal.every("cbc:TaxableAmount"))
    return (one for one in found if (decimal(one.text) or 0) < 0)


def _sums(document: Document, path: str, adjustments: list[Node]) -> Iterable[Node]:
    """The totals whose sum at a path is not that of the adjustments; none need be said of none."""
    due = rounded(total(adjustments, "cbc:Amount"))
    for one in document.totals:
        if at(one, path) != due and (one.has(path) or adjustments):
            yield one


def _is_due(one: Node) -> bool:
    payable, with_vat = at(one, "cbc:PayableAmount"), at(one, "cbc:TaxInclusiveAmount")
    prepaid = at(one, "cbc:PrepaidAmount") if one.has("cbc:PrepaidAmount") else Decimal(0)
    rounding = at(one, "cbc:PayableRoundingAmount")
    if payable is None or with_vat is None or prepaid is None:
        return False
    if not one.has("cbc:PayableRoundingAmount"):
        due = rounded(with_vat - prepaid) if one.has("cbc:PrepaidAmount") else with_vat
        return payable == due
    if rounding is None:
        return False
    due = rounded(with_vat - prepaid) if one.has("cbc:PrepaidAmount") else with_vat
    return rounded(payable - rounding) == due


RULES: tuple[Rule, ...] = (
    present(
        "BR-13",
        totals,
        "cbc:TaxExclusiveAmount",
        severity=WARNING,
        field="/totals.without_vat",
        says=msg("The document has no total without VAT."),
        remedy=ADDED_UP_ITSELF,
    ),
    present(
        "BR-14",
        totals,
        "cbc:TaxInclusiveAmount",
        severity=ERROR,
        field="/totals.with_vat",
        says=msg("The document has no total with VAT."),
        remedy=ADDED_UP_ITSELF,
    ),
    present(
        "BR-15",
        totals,
        "cbc:PayableAmount",
        severity=ERROR,
        field="/totals.payable",
        says=msg("The document has no amount due."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-09",
        totals,
        "cbc:LineExtensionAmount",
        field="/totals.lines",
        says=msg("The sum of the lines has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-10",
        totals,
        "cbc:AllowanceTotalAmount",
        field="/totals.allowances",
        says=msg("The sum of the discounts has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-11",
        totals,
        "cbc:ChargeTotalAmount",
        field="/totals.charges",
        says=msg("The sum of the charges has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-12",
        totals,
        "cbc:TaxExclusiveAmount",
        field="/totals.without_vat",
        says=msg("The total without VAT has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-14",
        totals,
        "cbc:TaxInclusiveAmount",
        field="/totals.with_vat",
        says=msg("The total with VAT has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-16",
        totals,
        "cbc:PrepaidAmount",
        field="/prepayments",
        says=msg("The prepaid amount has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-17",
        totals,
        "cbc:PayableRoundingAmount",
        field="/rounding",
        says=msg("The rounding has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    in_cents(
        "BR-DEC-18",
        totals,
        "cbc:PayableAmount",
        field="/totals.payable",
        says=msg("The amount due has more than two decimals."),
        remedy=ADDED_UP_ITSELF,
    ),
    sum_of_lines,
    sum_of_allowances,
    sum_of_charges,
    total_without_vat,
    total_with_vat,
    amount_due,
    nothing_below_zero,
)
