"""Taxes to begin with where no country is chosen: their rates are the company's to write."""

from __future__ import annotations

from datetime import date
from typing import Final

from addons.vat.services.countries.values import (
    CountryTemplate,
    GroupTemplate,
    PositionTemplate,
    TaxTemplate,
)

_START: Final = date(2000, 1, 1)
_RATE: Final = ((_START, "15"),)
_NIL: Final = ((_START, "0"),)

GENERAL: Final = CountryTemplate(
    key="",
    since=_START,
    taxes=(
        TaxTemplate("VAT-S", "VAT on sales", "", "sale.standard", _RATE, "output"),
        TaxTemplate("VAT-S0", "Zero-rated sales", "", "sale.zero", _NIL, "output", kind="zero",
                    category="Z"),
        TaxTemplate("VAT-EXPORT", "Export", "", "sale.export", _NIL, "output", kind="zero",
                    category="Z"),
        TaxTemplate("VAT-EXEMPT", "Exempt sales", "", "sale.exempt", _NIL, "output",
                    kind="exempt", category="E"),
        TaxTemplate("VAT-OUT", "Out of scope", "", "sale.out_of_scope", _NIL, "output",
                    kind="out_of_scope", category="O"),
        TaxTemplate("VAT-P", "VAT on purchases", "", "purchase.standard", _RATE, "input"),
        TaxTemplate("VAT-IMPORT", "VAT on imports", "", "purchase.customs", _RATE, "input"),
        TaxTemplate("VAT-REVERSE", "Reverse charge", "", "purchase.reverse", _RATE, "input",
                    kind="reverse_charge", counter="output"),
        TaxTemplate("VAT-P0", "Zero-rated purchases", "", "purchase.zero", _NIL, "input",
                    kind="zero", category="Z"),
        TaxTemplate("VAT-P-EXEMPT", "Exempt purchases", "", "purchase.exempt", _NIL, "input",
                    kind="exempt", category="E"),
    ),
    groups=(GroupTemplate("standard", "Standard rate", "", ("VAT-S", "VAT-P")),),
    positions=(
        PositionTemplate("abroad", "Customers and suppliers abroad", "",
                         (("VAT-S", "VAT-EXPORT"), ("VAT-P", "VAT-REVERSE")), abroad=True),
    ),
)  # fmt: skip
