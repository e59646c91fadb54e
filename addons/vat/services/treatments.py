"""Treatments: what a supply is in the eyes of the law, as the boxes of the returns tell it apart.

A tax says its treatment; a form says which treatments each box gathers (services/forms). So the
return of a country does not depend on how a company calls its taxes.
"""

from __future__ import annotations

from typing import Final

from core.api import msg

TREATMENTS: Final[tuple[tuple[str, str], ...]] = (
    ("sale.standard", msg("Sale at the standard rate")),
    ("sale.reduced", msg("Sale at a reduced rate")),
    ("sale.citizens", msg("Sale to citizens that the State bears the tax of")),
    ("sale.zero", msg("Zero-rated sale at home")),
    ("sale.export", msg("Export")),
    ("sale.deemed_export", msg("Deemed export")),
    ("sale.exempt", msg("Exempt sale")),
    ("sale.out_of_scope", msg("Sale out of scope")),
    ("sale.mrp", msg("Sale by maximum retail price")),
    ("sale.specific", msg("Sale with a specific amount of VAT")),
    ("sale.trade", msg("Retail, wholesale and trade at a reduced rate")),
    ("sale.duty", msg("Supplementary duty on sales at the standard rate")),
    ("sale.reduced_duty", msg("Supplementary duty on sales at a reduced rate")),
    ("sale.withheld", msg("VAT that customers withheld")),
    ("sale.tourist_refund", msg("Refunds to tourists")),
    ("sale.abu_dhabi", msg("Standard-rated supply in Abu Dhabi")),
    ("sale.dubai", msg("Standard-rated supply in Dubai")),
    ("sale.sharjah", msg("Standard-rated supply in Sharjah")),
    ("sale.ajman", msg("Standard-rated supply in Ajman")),
    ("sale.umm_al_quwain", msg("Standard-rated supply in Umm Al Quwain")),
    ("sale.ras_al_khaimah", msg("Standard-rated supply in Ras Al Khaimah")),
    ("sale.fujairah", msg("Standard-rated supply in Fujairah")),
    ("purchase.standard", msg("Purchase at the standard rate")),
    ("purchase.standard_import", msg("Import at the standard rate")),
    ("purchase.customs", msg("Import with tax paid to customs")),
    ("purchase.reverse", msg("Purchase under the reverse charge")),
    ("purchase.import_reverse", msg("Import of goods under the reverse charge")),
    ("purchase.zero", msg("Zero-rated purchase")),
    ("purchase.zero_import", msg("Zero-rated import")),
    ("purchase.exempt", msg("Exempt purchase")),
    ("purchase.exempt_import", msg("Exempt import")),
    ("purchase.reduced", msg("Purchase at a reduced rate")),
    ("purchase.reduced_import", msg("Import at a reduced rate")),
    ("purchase.specific", msg("Purchase with a specific amount of VAT")),
    ("purchase.turnover", msg("Purchase from a turnover tax unit")),
    ("purchase.unregistered", msg("Purchase from an unregistered supplier")),
    ("purchase.no_credit", msg("Purchase whose tax gives no credit")),
    ("purchase.no_credit_import", msg("Import whose tax gives no credit")),
    ("purchase.advance_tax", msg("Advance tax paid on import")),
    ("purchase.withheld", msg("VAT withheld from suppliers")),
    ("purchase.out_of_scope", msg("Purchase out of scope")),
)
