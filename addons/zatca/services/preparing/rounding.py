"""VAT that was booked further from rate times amount than the authority puts up with."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from addons.zatca.documents.figures import EXACT, money
from addons.zatca.documents.totals import totals_of
from addons.zatca.documents.values import EInvoice
from addons.zatca.services.preparing.amounts import CENT


def tolerable(invoice: EInvoice) -> EInvoice:
    """The invoice with VAT as it was booked, as far as the rules allow: they let that of a category
    differ by a cent for each line (BR-CO-17, BR-S-09). Whole yen differ by more. Such VAT is stated
    as it is worked out, and what is payable is rounded to what the books ask for (BT-114); in
    riyals the VAT stays the booked one."""
    plain = totals_of(replace(invoice, booked_taxes=()))
    due = {(one.category, one.rate): one.tax for one in plain.subtotals}
    most = CENT * len(invoice.lines)
    stated = tuple(
        replace(tax, amount=exact)
        if abs(money(tax.amount) - (exact := due[tax.category, tax.rate])) > most
        else tax
        for tax in invoice.booked_taxes
        if (tax.category, tax.rate) in due
    )
    if stated == invoice.booked_taxes:
        return invoice
    booked, now = (
        sum((money(one.amount) for one in taxes), Decimal(0))
        for taxes in (invoice.booked_taxes, stated)
    )
    return replace(
        invoice,
        booked_taxes=stated,
        booked_tax_in_sar=money(EXACT.multiply(booked, invoice.rate)),
        rounding=invoice.rounding + booked - now,
    )
