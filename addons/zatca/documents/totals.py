"""The sums of a document (BG-22, BG-23), as the authority's rules add them up.

VAT is worked out once for each category from its taxable amount, never summed over lines
(BR-CO-17); totals are sums of what is written (BR-CO-10, -13, -14, -15, -16). Amounts that were
booked are stated as they were booked: whether they agree is for the rules to say.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from decimal import Decimal

from addons.zatca.documents.figures import (
    EXACT,
    ZERO,
    money,
    percentage,
    price,
    quantity,
    to_the_mill,
)
from addons.zatca.documents.values import (
    ACCOUNTING_CURRENCY,
    Allowance,
    EInvoice,
    Exemption,
    Line,
    TaxCategory,
)


@dataclass(frozen=True, slots=True)
class LineTotals:
    """BT-131, KSA-11 and KSA-12 of a line."""

    net: Decimal
    tax: Decimal

    @property
    def gross(self) -> Decimal:
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class Subtotal:
    """VAT of one category and rate (BG-23)."""

    category: TaxCategory
    rate: Decimal
    taxable: Decimal
    tax: Decimal
    exemption: Exemption | None


@dataclass(frozen=True, slots=True)
class Totals:
    """All sums of a document, in its currency but `tax_in_sar`."""

    lines: tuple[LineTotals, ...]
    subtotals: tuple[Subtotal, ...]
    line_extension: Decimal
    allowances: Decimal
    charges: Decimal
    tax_exclusive: Decimal
    tax: Decimal
    tax_in_sar: Decimal
    tax_inclusive: Decimal
    prepaid: Decimal
    rounding: Decimal
    payable: Decimal


def totals_of(invoice: EInvoice) -> Totals:
    """Add up a document."""
    lines = tuple(_line_totals(line) for line in invoice.lines)
    subtotals = _subtotals(invoice, lines)
    line_extension = _sum(line.net for line in lines)
    allowances = _sum(money(each.amount) for each in invoice.allowances if not each.charge)
    charges = _sum(money(each.amount) for each in invoice.allowances if each.charge)
    tax_exclusive = line_extension - allowances + charges
    tax = _sum(subtotal.tax for subtotal in subtotals)
    prepaid = _sum(
        money(part.taxable) + money(part.tax)
        for prepayment in invoice.prepayments
        for part in prepayment.parts
    )
    rounding = money(invoice.rounding)
    return Totals(
        lines=lines,
        subtotals=subtotals,
        line_extension=line_extension,
        allowances=allowances,
        charges=charges,
        tax_exclusive=tax_exclusive,
        tax=tax,
        tax_in_sar=_tax_in_sar(invoice, tax),
        tax_inclusive=tax_exclusive + tax,
        prepaid=prepaid,
        rounding=rounding,
        payable=tax_exclusive + tax - prepaid + rounding,
    )


def _line_totals(line: Line) -> LineTotals:
    if line.net is not None:
        net = money(line.net)
    else:
        amount = to_the_mill(EXACT.multiply(quantity(line.quantity), price(line.price)))
        net = money(amount + _sum(map(_signed, line.allowances)))
    return LineTotals(net, percentage(net, line.rate))


def _subtotals(invoice: EInvoice, lines: tuple[LineTotals, ...]) -> tuple[Subtotal, ...]:
    """Categories in the order in which they first occur."""
    shares: dict[tuple[TaxCategory, Decimal], list[tuple[Decimal, Exemption | None]]] = {}
    for line, sums in zip(invoice.lines, lines, strict=True):
        shares.setdefault((line.category, line.rate), []).append((sums.net, line.exemption))
    for each in invoice.allowances:
        shares.setdefault((each.category, each.rate), []).append((_signed(each), each.exemption))
    booked = {(tax.category, tax.rate): money(tax.amount) for tax in invoice.booked_taxes}
    found = []
    for (category, rate), parts in shares.items():
        taxable = _sum(amount for amount, _ in parts)
        tax = booked.get((category, rate), percentage(taxable, rate))
        found.append(Subtotal(category, rate, taxable, tax, _exemption(parts)))
    return tuple(found)


def _exemption(parts: list[tuple[Decimal, Exemption | None]]) -> Exemption | None:
    """Why a category is not taxed. It has one breakdown and so one code (BR-Z-08, BR-KSA-CL-04):
    where lines have several reasons, the code of the largest share stands, with the words of all.
    """
    shares: dict[Exemption, Decimal] = {}
    for amount, exemption in parts:
        if exemption is not None:
            shares[exemption] = shares.get(exemption, ZERO) + amount
    if len(shares) < 2:
        return next(iter(shares), None)
    ordered = sorted(shares, key=lambda each: (-shares[each], each.code, each.reason))
    words = dict.fromkeys(each.reason for each in ordered)
    return Exemption(ordered[0].code, "; ".join(words))


def _tax_in_sar(invoice: EInvoice, tax: Decimal) -> Decimal:
    if invoice.currency == ACCOUNTING_CURRENCY:
        return tax
    if invoice.booked_tax_in_sar is not None:
        return money(invoice.booked_tax_in_sar)
    return money(EXACT.multiply(tax, invoice.rate))


def _signed(allowance: Allowance) -> Decimal:
    amount = money(allowance.amount)
    return amount if allowance.charge else -amount


def _sum(amounts: Iterable[Decimal]) -> Decimal:
    return sum(amounts, ZERO)
