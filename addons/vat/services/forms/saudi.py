"""The VAT return of Saudi Arabia, as on the portal of ZATCA.

Implementing Regulations of the VAT Law: art. 62 (return by the last day of the month after the tax
period), art. 63 (errors above 5,000 riyals correct the return itself, smaller ones go into the next
one, box 14). Art. 40 lets credit notes change the tax of the period in which they are issued:
they stand in the column of adjustments, which lowers the amount beside it.

Box 9 shows the difference between what is deductible and what is owed under the reverse charge:
nil for whoever may deduct everything. The texts above leave the sign of an adjustment and this
netting to the portal, so docs/accounting.md asks to compare both with it.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.vat.services.forms.values import Box, Column, Form

_ALL: Final[tuple[Column, ...]] = ("base", "adjustment", "tax")
_SALES: Final = "VAT on sales"
_PURCHASES: Final = "VAT on purchases"
_NET: Final = "Net VAT"

SAUDI: Final = Form(
    key="SA",
    title="VAT return",
    local="إقرار ضريبة القيمة المضافة",
    language="ar",
    law="VAT Law (Royal Decree M/113) and its Implementing Regulations, art. 62 and 63",
    net="16",
    due=0,
    opposite="column",
    corrections="14",
    correction_limit=Decimal(5000),
    carried="15",
    titles={
        "base": ("Amount", "المبلغ"),
        "adjustment": ("Adjustment", "مبلغ التعديل"),
        "tax": ("VAT amount", "مبلغ ضريبة القيمة المضافة"),
    },
    boxes=(
        Box("1", "Standard rated sales", "المبيعات الخاضعة للنسبة الأساسية",
            _SALES, _ALL, ("sale.standard",)),
        Box("2", "Private healthcare, private education and first house sales to citizens",
            "المبيعات للمواطنين (الخدمات الصحية الخاصة / التعليم الأهلي الخاص / المسكن الأول)",
            _SALES, _ALL, ("sale.citizens",)),
        Box("3", "Zero rated domestic sales", "المبيعات المحلية الخاضعة للنسبة الصفرية",
            _SALES, _ALL, ("sale.zero",)),
        Box("4", "Exports", "الصادرات", _SALES, _ALL, ("sale.export",)),
        Box("5", "Exempt sales", "المبيعات المعفاة", _SALES, _ALL, ("sale.exempt",)),
        Box("6", "Total sales", "إجمالي المبيعات", _SALES, _ALL, sums=("1", "2", "3", "4", "5")),
        Box("7", "Standard rated domestic purchases", "المشتريات الخاضعة للنسبة الأساسية",
            _PURCHASES, _ALL, ("purchase.standard",)),
        Box("8", "Imports subject to VAT paid at customs",
            "الاستيرادات الخاضعة لضريبة القيمة المضافة بالنسبة الأساسية والتي تدفع في الجمارك",
            _PURCHASES, _ALL, ("purchase.customs",)),
        Box("9", "Imports subject to VAT accounted for through reverse charge mechanism",
            "الاستيرادات الخاضعة لضريبة القيمة المضافة التي تطبق عليها آلية الاحتساب العكسي",
            _PURCHASES, _ALL, ("purchase.reverse",), legs="both"),
        Box("10", "Zero rated purchases", "المشتريات الخاضعة للنسبة الصفرية",
            _PURCHASES, _ALL, ("purchase.zero",)),
        Box("11", "Exempt purchases", "المشتريات المعفاة", _PURCHASES, _ALL, ("purchase.exempt",)),
        Box("12", "Total purchases", "إجمالي المشتريات",
            _PURCHASES, _ALL, sums=("7", "8", "9", "10", "11")),
        Box("13", "Total VAT due for current period",
            "إجمالي ضريبة القيمة المضافة المستحقة عن الفترة الضريبية الحالية",
            _NET, ("tax",), formula=(("6", "tax", 1), ("12", "tax", -1))),
        Box("14", "Corrections from previous period (between SAR ±5,000)",
            "تصحيحات من الفترات السابقة (بين ±5,000 ريال)", _NET, ("tax",)),
        Box("15", "VAT credit carried forward from previous period(s)",
            "ضريبة القيمة المضافة التي تم ترحيلها من الفترات السابقة", _NET, ("tax",)),
        Box("16", "Net VAT due (or claim)", "صافي الضريبة المستحقة",
            _NET, ("tax",), formula=(("13", "tax", 1), ("14", "tax", 1), ("15", "tax", -1))),
    ),
)  # fmt: skip
