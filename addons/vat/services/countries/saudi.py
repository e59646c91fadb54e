"""The taxes of Saudi Arabia.

VAT Law (Royal Decree M/113 of 2/11/1438 H): 5 % from 1 January 2018; 15 % from 1 July 2020 (Royal
Order A/638). Exempt: financial services and residential rents (Implementing Regulations, art. 29
and 30). Zero-rated: exports of goods and services (art. 32, 33), international transport (34),
medicines and medical equipment (35). Reverse charge: services from abroad (VAT Law, art. 2 and 47
of the Regulations). Not deductible: entertainment, catering and private cars (art. 50). Reason
codes are those of ZATCA's XML implementation standard.
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
_RATE: Final = ((_START, "5"), (date(2020, 7, 1), "15"))
_NIL: Final = ((_START, "0"),)

_SALES: Final = (
    TaxTemplate("SA-S15", "VAT 15 % on sales", "ضريبة القيمة المضافة 15% على المبيعات",
                "sale.standard", _RATE, "output"),
    TaxTemplate("SA-S15-CASH", "VAT 15 % on sales, cash basis",
                "ضريبة القيمة المضافة 15% على المبيعات (الأساس النقدي)",
                "sale.standard", _RATE, "output", suspense="output_suspense", cash_basis=True,
                law="art. 46"),
    TaxTemplate("SA-CITIZENS", "Private healthcare and education for citizens",
                "الخدمات الصحية والتعليمية الخاصة للمواطنين", "sale.citizens", _NIL, "output",
                kind="zero", category="Z", reason_code="VATEX-SA-HEA",
                reason="Private healthcare to citizen"),
    TaxTemplate("SA-S0", "Zero-rated sales: medicines and medical equipment",
                "مبيعات بنسبة صفر: أدوية ومعدات طبية", "sale.zero", _NIL, "output", kind="zero",
                category="Z", reason_code="VATEX-SA-35", reason="Medicines and medical equipment"),
    TaxTemplate("SA-EXPORT", "Export of goods", "صادرات السلع", "sale.export", _NIL, "output",
                kind="zero", category="Z", reason_code="VATEX-SA-32", reason="Export of goods"),
    TaxTemplate("SA-EXPORT-SERVICES", "Export of services", "صادرات الخدمات", "sale.export", _NIL,
                "output", kind="zero", category="Z", reason_code="VATEX-SA-33",
                reason="Export of services"),
    TaxTemplate("SA-EXEMPT", "Exempt sales: financial services",
                "مبيعات معفاة: خدمات مالية", "sale.exempt", _NIL, "output", kind="exempt",
                category="E", reason_code="VATEX-SA-29",
                reason="Financial services mentioned in Article 29 of the VAT Regulations"),
    TaxTemplate("SA-EXEMPT-RENT", "Exempt sales: real estate", "مبيعات معفاة: عقارات",
                "sale.exempt", _NIL, "output", kind="exempt", category="E",
                reason_code="VATEX-SA-30",
                reason="Real estate transactions mentioned in Article 30 of the VAT Regulations"),
    TaxTemplate("SA-OUT", "Out of scope", "خارج نطاق الضريبة", "sale.out_of_scope", _NIL, "output",
                kind="out_of_scope", category="O", reason_code="VATEX-SA-OOS",
                reason="Not subject to VAT"),
)  # fmt: skip
_PURCHASES: Final = (
    TaxTemplate("SA-P15", "VAT 15 % on purchases", "ضريبة القيمة المضافة 15% على المشتريات",
                "purchase.standard", _RATE, "input"),
    TaxTemplate("SA-P15-CASH", "VAT 15 % on purchases, cash basis",
                "ضريبة القيمة المضافة 15% على المشتريات (الأساس النقدي)", "purchase.standard",
                _RATE, "input", suspense="input_suspense", cash_basis=True, law="art. 46"),
    TaxTemplate("SA-P15-BLOCKED", "VAT 15 % that cannot be deducted",
                "ضريبة 15% غير قابلة للخصم", "purchase.standard", _RATE, "input",
                deductible=Decimal(0), law="art. 50"),
    TaxTemplate("SA-CUSTOMS", "Import, VAT 15 % paid to customs",
                "استيراد، ضريبة 15% مدفوعة للجمارك", "purchase.customs", _RATE, "input"),
    TaxTemplate("SA-REVERSE", "Reverse charge 15 %", "الاحتساب العكسي 15%", "purchase.reverse",
                _RATE, "input", kind="reverse_charge", counter="output"),
    TaxTemplate("SA-P0", "Zero-rated purchases", "مشتريات بنسبة صفر", "purchase.zero", _NIL,
                "input", kind="zero", category="Z"),
    TaxTemplate("SA-P-EXEMPT", "Exempt purchases", "مشتريات معفاة", "purchase.exempt", _NIL,
                "input", kind="exempt", category="E"),
    TaxTemplate("SA-P-OUT", "Purchases out of scope", "مشتريات خارج نطاق الضريبة",
                "purchase.out_of_scope", _NIL, "input", kind="out_of_scope", category="O"),
)  # fmt: skip

SAUDI: Final = CountryTemplate(
    key="SA",
    since=_START,
    taxes=_SALES + _PURCHASES,
    language="ar",
    groups=(
        GroupTemplate("standard", "Standard rate", "النسبة الأساسية", ("SA-S15", "SA-P15")),
        GroupTemplate("zero", "Medicines and medical equipment", "أدوية ومعدات طبية",
                      ("SA-S0", "SA-P0")),
        GroupTemplate("exempt", "Financial services", "خدمات مالية",
                      ("SA-EXEMPT", "SA-P-EXEMPT")),
        GroupTemplate("rents", "Residential rents", "إيجارات سكنية",
                      ("SA-EXEMPT-RENT", "SA-P-EXEMPT")),
    ),
    positions=(
        PositionTemplate("abroad", "Customers and suppliers abroad", "عملاء وموردون في الخارج",
                         (("SA-S15", "SA-EXPORT"), ("SA-S15-CASH", "SA-EXPORT"),
                          ("SA-S0", "SA-EXPORT"), ("SA-P15", "SA-REVERSE")), abroad=True),
    ),
)  # fmt: skip
