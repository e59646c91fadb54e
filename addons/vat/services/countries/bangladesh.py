"""The taxes of Bangladesh.

Value Added Tax and Supplementary Duty Act 2012, in force since 1 July 2019: standard rate 15 %
(s. 15), reduced rates of its Third Schedule (5, 7.5 and 10 %), zero-rated exports and deemed
exports (s. 21 to 24), exemptions of the First Schedule (s. 26), supplementary duty of the Second
Schedule, on whose sum with the value VAT is charged (s. 32 and 55), withholding at source (s. 49,
certificate Mushak-6.6, with the rates of the service withheld), advance tax on import (s. 31: 5 %,
for commercial importers 7.5 % since 1 July 2025, Finance Ordinance 2025).

The rate of retail and wholesale trade is set by orders beneath the Act; the one installed here is
that of July 2019, and docs/accounting.md asks to compare it with the order in force.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from addons.vat.services.countries.values import (
    CountryTemplate,
    GroupTemplate,
    PositionTemplate,
    TaxTemplate,
)

_START: Final = date(2019, 7, 1)
_NIL: Final = ((_START, "0"),)
_WITHHELD: Final = ("15", "10", "7.5", "5")


def _rate(percent: str) -> tuple[tuple[date, str], ...]:
    return ((_START, percent),)


_SALES: Final = (
    TaxTemplate("BD-S15", "VAT 15 % on sales", "বিক্রয়ে মূসক ১৫%", "sale.standard", _rate("15"),
                "output", compound=True, law="s. 15"),
    *(
        TaxTemplate(f"BD-S{percent}", f"VAT {percent} % on sales (Third Schedule)",
                    f"বিক্রয়ে মূসক {percent}% (তৃতীয় তফসিল)", "sale.reduced", _rate(percent), "output",
                    compound=True)
        for percent in ("10", "7.5", "5")
    ),
    TaxTemplate("BD-TRADE", "VAT 5 % on retail and wholesale trade",
                "খুচরা ও পাইকারি ব্যবসায় মূসক ৫%", "sale.trade", _rate("5"), "output"),
    TaxTemplate("BD-SD20", "Supplementary duty 20 %", "সম্পূরক শুল্ক ২০%", "sale.duty", _rate("20"),
                "duty", sequence=5, law="s. 55, Second Schedule"),
    TaxTemplate("BD-EXPORT", "Direct export", "সরাসরি রপ্তানি", "sale.export", _NIL, "output",
                kind="zero", category="Z", law="s. 23"),
    TaxTemplate("BD-DEEMED", "Deemed export", "প্রচ্ছন্ন রপ্তানি", "sale.deemed_export", _NIL,
                "output", kind="zero", category="Z", law="s. 21"),
    TaxTemplate("BD-EXEMPT", "Exempted sales (First Schedule)", "অব্যাহতিপ্রাপ্ত বিক্রয় (প্রথম তফসিল)",
                "sale.exempt", _NIL, "output", kind="exempt", category="E", law="s. 26"),
    TaxTemplate("BD-OUT", "Out of scope", "আওতা বহির্ভূত", "sale.out_of_scope", _NIL, "output",
                kind="out_of_scope", category="O"),
    *(
        TaxTemplate(f"BD-VDS{percent}-S", f"VAT {percent} % withheld by customers",
                    f"ক্রেতা কর্তৃক উৎসে কর্তিত মূসক {percent}%", "sale.withheld", _rate(percent),
                    "withheld_from_us", kind="withholding", sequence=20, law="s. 49")
        for percent in _WITHHELD
    ),
)  # fmt: skip
_PURCHASES: Final = (
    TaxTemplate("BD-P15", "VAT 15 % on purchases", "ক্রয়ে মূসক ১৫%", "purchase.standard",
                _rate("15"), "input"),
    TaxTemplate("BD-I15", "VAT 15 % on import", "আমদানিতে মূসক ১৫%", "purchase.standard_import",
                _rate("15"), "input"),
    *(
        TaxTemplate(f"BD-P{percent}", f"VAT {percent} % on purchases, no credit",
                    f"ক্রয়ে মূসক {percent}%, রেয়াতযোগ্য নয়", "purchase.no_credit", _rate(percent),
                    "input", deductible=Decimal(0), law="s. 46")
        for percent in ("10", "7.5", "5")
    ),
    TaxTemplate("BD-P0", "Zero-rated purchases", "শূন্য হারের ক্রয়", "purchase.zero", _NIL, "input",
                kind="zero", category="Z"),
    TaxTemplate("BD-P-EXEMPT", "Exempted purchases", "অব্যাহতিপ্রাপ্ত ক্রয়", "purchase.exempt", _NIL,
                "input", kind="exempt", category="E"),
    TaxTemplate("BD-P-UNREG", "Purchases from unregistered suppliers",
                "অনিবন্ধিত সরবরাহকারী হতে ক্রয়", "purchase.unregistered", _NIL, "input",
                kind="exempt", category="O"),
    TaxTemplate("BD-P-OUT", "Purchases out of scope", "আওতা বহির্ভূত ক্রয়", "purchase.out_of_scope",
                _NIL, "input", kind="out_of_scope", category="O"),
    TaxTemplate("BD-AT", "Advance tax on import", "আমদানিতে আগাম কর", "purchase.advance_tax",
                ((_START, "5"), (date(2025, 7, 1), "7.5")), "advance", sequence=20, law="s. 31"),
    *(
        TaxTemplate(f"BD-VDS{percent}-P", f"VAT {percent} % withheld from suppliers",
                    f"সরবরাহকারী হতে উৎসে কর্তিত মূসক {percent}%", "purchase.withheld",
                    _rate(percent), "withheld_by_us", kind="withholding", sequence=20,
                    law="s. 49")
        for percent in _WITHHELD
    ),
)  # fmt: skip

BANGLADESH: Final = CountryTemplate(
    key="BD",
    since=_START,
    taxes=_SALES + _PURCHASES,
    months=1,
    language="bn",
    groups=(
        GroupTemplate("standard", "Standard rate", "আদর্শ হার", ("BD-S15", "BD-P15")),
        GroupTemplate("duty", "Standard rate with supplementary duty 20 %",
                      "আদর্শ হার ও সম্পূরক শুল্ক ২০%", ("BD-SD20", "BD-S15", "BD-P15")),
        *(
            GroupTemplate(f"reduced-{percent}", f"Reduced rate {percent} %",
                          f"হ্রাসকৃত হার {percent}%", (f"BD-S{percent}", f"BD-P{percent}"))
            for percent in ("10", "7.5", "5")
        ),
        GroupTemplate("exempt", "Exempted", "অব্যাহতিপ্রাপ্ত", ("BD-EXEMPT", "BD-P-EXEMPT")),
    ),
    positions=(
        PositionTemplate("abroad", "Customers and suppliers abroad", "বিদেশি ক্রেতা ও সরবরাহকারী",
                         (("BD-S15", "BD-EXPORT"), ("BD-S10", "BD-EXPORT"),
                          ("BD-S7.5", "BD-EXPORT"), ("BD-S5", "BD-EXPORT"), ("BD-SD20", ""),
                          ("BD-P15", "BD-I15")), abroad=True),
        PositionTemplate("unregistered", "Unregistered suppliers", "অনিবন্ধিত সরবরাহকারী",
                         (("BD-P15", "BD-P-UNREG"),), countries="BD", registered="no",
                         sequence=20),
    ),
)  # fmt: skip
