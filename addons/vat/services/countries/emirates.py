"""The taxes of the United Arab Emirates.

Federal Decree-Law 8 of 2017: 5 % from 1 January 2018 (art. 3), zero-rated (art. 45), exempt
(art. 46), reverse charge (art. 48), designated zones treated as outside the State (art. 51, Cabinet
Decision 59 of 2017). Executive Regulation (Cabinet Decision 52 of 2017), art. 53: entertainment and
private cars give no input tax. A standard-rated supply names its emirate, as the return does.
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

_START: Final = date(2018, 1, 1)
_RATE: Final = ((_START, "5"),)
_NIL: Final = ((_START, "0"),)
_EMIRATES: Final = (
    ("AUH", "Abu Dhabi", "أبوظبي", "sale.abu_dhabi"),
    ("DXB", "Dubai", "دبي", "sale.dubai"),
    ("SHJ", "Sharjah", "الشارقة", "sale.sharjah"),
    ("AJM", "Ajman", "عجمان", "sale.ajman"),
    ("UAQ", "Umm Al Quwain", "أم القيوين", "sale.umm_al_quwain"),
    ("RAK", "Ras Al Khaimah", "رأس الخيمة", "sale.ras_al_khaimah"),
    ("FUJ", "Fujairah", "الفجيرة", "sale.fujairah"),
)
_SALES: Final = (
    *(
        TaxTemplate(f"AE-S5-{code}", f"VAT 5 % on sales, {name}",
                    f"ضريبة القيمة المضافة 5% على المبيعات، {local}", treatment, _RATE, "output")
        for code, name, local, treatment in _EMIRATES
    ),
    TaxTemplate("AE-TOURIST", "Refunds to tourists", "رد الضريبة للسياح", "sale.tourist_refund",
                _RATE, "output"),
    TaxTemplate("AE-S0", "Zero-rated sales", "مبيعات بنسبة صفر", "sale.zero", _NIL, "output",
                kind="zero", category="Z", law="art. 45"),
    TaxTemplate("AE-EXPORT", "Export", "صادرات", "sale.export", _NIL, "output", kind="zero",
                category="Z", law="art. 45"),
    TaxTemplate("AE-EXEMPT", "Exempt sales", "مبيعات معفاة", "sale.exempt", _NIL, "output",
                kind="exempt", category="E", law="art. 46"),
    TaxTemplate("AE-ZONE", "Goods within a designated zone, out of scope",
                "سلع داخل منطقة محددة، خارج النطاق", "sale.out_of_scope", _NIL, "output",
                kind="out_of_scope", category="O", law="art. 51"),
)  # fmt: skip
_PURCHASES: Final = (
    TaxTemplate("AE-P5", "VAT 5 % on purchases", "ضريبة القيمة المضافة 5% على المشتريات",
                "purchase.standard", _RATE, "input"),
    TaxTemplate("AE-P5-BLOCKED", "VAT 5 % that cannot be recovered",
                "ضريبة 5% غير قابلة للاسترداد", "purchase.standard", _RATE, "input",
                deductible=Decimal(0), law="Executive Regulation, art. 53"),
    TaxTemplate("AE-REVERSE", "Reverse charge 5 % on services", "الاحتساب العكسي 5% على الخدمات",
                "purchase.reverse", _RATE, "input", kind="reverse_charge", counter="output",
                law="art. 48"),
    TaxTemplate("AE-IMPORT", "Import of goods, reverse charge 5 %",
                "استيراد السلع، احتساب عكسي 5%", "purchase.import_reverse", _RATE, "input",
                kind="reverse_charge", counter="output", law="art. 48"),
    TaxTemplate("AE-P0", "Zero-rated purchases", "مشتريات بنسبة صفر", "purchase.zero", _NIL,
                "input", kind="zero", category="Z"),
    TaxTemplate("AE-P-EXEMPT", "Exempt purchases", "مشتريات معفاة", "purchase.exempt", _NIL,
                "input", kind="exempt", category="E"),
    TaxTemplate("AE-P-ZONE", "Purchases within a designated zone, out of scope",
                "مشتريات داخل منطقة محددة، خارج النطاق", "purchase.out_of_scope", _NIL, "input",
                kind="out_of_scope", category="O"),
)  # fmt: skip

EMIRATES: Final = CountryTemplate(
    key="AE",
    since=_START,
    taxes=_SALES + _PURCHASES,
    language="ar",
    groups=(
        *(
            GroupTemplate(f"standard-{code.lower()}", f"Standard rate, {name}",
                          f"النسبة الأساسية، {local}", (f"AE-S5-{code}", "AE-P5"))
            for code, name, local, _ in _EMIRATES
        ),
        GroupTemplate("zero", "Zero-rated", "نسبة صفر", ("AE-S0", "AE-P0")),
        GroupTemplate("exempt", "Exempt", "معفى", ("AE-EXEMPT", "AE-P-EXEMPT")),
    ),
    positions=(
        PositionTemplate("abroad", "Customers and suppliers abroad", "عملاء وموردون في الخارج",
                         (*((f"AE-S5-{code}", "AE-EXPORT") for code, *_ in _EMIRATES),
                          ("AE-S0", "AE-EXPORT"), ("AE-P5", "AE-REVERSE")), abroad=True),
    ),
)  # fmt: skip
