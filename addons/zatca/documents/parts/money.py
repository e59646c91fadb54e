"""Allowances, exchange rate, VAT and totals of a document (BG-20 to BG-23)."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.zatca.documents.figures import money, written, written_rate
from addons.zatca.documents.parts.markup import Lines, amount, block, leaf, tax_scheme, text
from addons.zatca.documents.totals import Subtotal, Totals
from addons.zatca.documents.values import (
    ACCOUNTING_CURRENCY,
    Allowance,
    EInvoice,
    Exemption,
)

_DISCOUNT: Final = ("95", "Discount | خصم")
_CHARGE: Final = ("ZZZ", "Charge | رسوم")
"""Reasons of those that name none: 95 is "discount" in UN/CEFACT 5189, ZZZ "mutually defined" in
7161 (BR-KSA-19 to BR-KSA-22 want both code and words of a charge)."""


def tax_category(
    name: str, category: str, rate: Decimal, exemption: Exemption | None, field: str
) -> Lines:
    """A VAT category: of a subtotal, an allowance, an item."""
    return block(
        name,
        leaf("cbc:ID", category),
        leaf("cbc:Percent", written(rate)),
        text("cbc:TaxExemptionReasonCode", exemption.code, f"{field}.exemption")
        if exemption
        else (),
        text("cbc:TaxExemptionReason", exemption.reason, f"{field}.exemption") if exemption else (),
        tax_scheme(),
    )


def allowance(each: Allowance, currency: str, field: str, *, with_category: bool) -> Lines:
    """A discount or a charge, of a line or (`with_category`) of the document."""
    code, reason = _CHARGE if each.charge else _DISCOUNT
    return block(
        "cac:AllowanceCharge",
        leaf("cbc:ChargeIndicator", "true" if each.charge else "false"),
        text("cbc:AllowanceChargeReasonCode", each.reason_code or code, f"{field}.reason_code"),
        text("cbc:AllowanceChargeReason", each.reason or reason, f"{field}.reason"),
        amount("cbc:Amount", money(each.amount), currency),
        tax_category("cac:TaxCategory", each.category, each.rate, None, field)
        if with_category
        else (),
    )


def exchange_rate(invoice: EInvoice) -> Lines:
    """How VAT in riyals came about (KSA-36 to KSA-39), for documents in another currency."""
    if invoice.currency == ACCOUNTING_CURRENCY:
        return []
    return block(
        "cac:TaxExchangeRate",
        leaf("cbc:SourceCurrencyCode", invoice.currency),
        leaf("cbc:TargetCurrencyCode", ACCOUNTING_CURRENCY),
        leaf("cbc:CalculationRate", written_rate(invoice.rate)),
    )


def tax_totals(totals: Totals, currency: str) -> Lines:
    """VAT in riyals (BT-111), then in the document's currency with its breakdown (BT-110); both
    are there even if the currency is the same (BR-KSA-EN16931-08 and -09)."""
    in_riyals = amount("cbc:TaxAmount", totals.tax_in_sar, ACCOUNTING_CURRENCY)
    return [
        *block("cac:TaxTotal", in_riyals),
        *block(
            "cac:TaxTotal",
            amount("cbc:TaxAmount", totals.tax, currency),
            *(subtotal(each, currency, "lines") for each in totals.subtotals),
        ),
    ]


def subtotal(each: Subtotal, currency: str, field: str) -> Lines:
    """VAT of one category (BG-23, and KSA-31 to KSA-34 of an advance)."""
    return block(
        "cac:TaxSubtotal",
        amount("cbc:TaxableAmount", each.taxable, currency),
        amount("cbc:TaxAmount", each.tax, currency),
        tax_category("cac:TaxCategory", each.category, each.rate, each.exemption, field),
    )


def monetary_total(invoice: EInvoice, totals: Totals) -> Lines:
    """The totals. Sums of what is not there are left out (BR-CO-11 to BR-CO-13, BR-CO-16)."""
    currency = invoice.currency
    discounts = any(not each.charge for each in invoice.allowances)
    charges = any(each.charge for each in invoice.allowances)
    stated = [
        ("cbc:LineExtensionAmount", totals.line_extension, True),
        ("cbc:TaxExclusiveAmount", totals.tax_exclusive, True),
        ("cbc:TaxInclusiveAmount", totals.tax_inclusive, True),
        ("cbc:AllowanceTotalAmount", totals.allowances, discounts),
        ("cbc:ChargeTotalAmount", totals.charges, charges),
        ("cbc:PrepaidAmount", totals.prepaid, bool(invoice.prepayments)),
        ("cbc:PayableRoundingAmount", totals.rounding, bool(totals.rounding)),
        ("cbc:PayableAmount", totals.payable, True),
    ]
    shown = [amount(name, value, currency) for name, value, there in stated if there]
    return block("cac:LegalMonetaryTotal", shown)
