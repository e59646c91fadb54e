"""VAT 201, the return of the United Arab Emirates.

Federal Decree-Law 8 of 2017 on VAT, art. 71 and 72 (periods and returns), and its Executive
Regulation (Cabinet Decision 52 of 2017), art. 64: filed and paid by the 28th day after the period.
Standard-rated supplies are told apart by emirate (boxes 1a to 1g). Errors of up to 10,000 dirhams
are corrected in the next return, larger ones by a voluntary disclosure (Cabinet Decision 74 of
2023 on tax procedures). Box 10 recovers what boxes 3 and 6 say is due.
"""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from addons.vat.services.forms.values import Box, Column, Form

_ALL: Final[tuple[Column, ...]] = ("base", "tax", "adjustment")
_BASE: Final[tuple[Column, ...]] = ("base",)
_BOTH: Final[tuple[Column, ...]] = ("base", "tax")
_OUT: Final = "VAT on sales and all other outputs"
_IN: Final = "VAT on expenses and all other inputs"
_NET: Final = "Net VAT due"
_EMIRATES: Final = (
    ("1a", "Abu Dhabi", "أبوظبي", "sale.abu_dhabi"),
    ("1b", "Dubai", "دبي", "sale.dubai"),
    ("1c", "Sharjah", "الشارقة", "sale.sharjah"),
    ("1d", "Ajman", "عجمان", "sale.ajman"),
    ("1e", "Umm Al Quwain", "أم القيوين", "sale.umm_al_quwain"),
    ("1f", "Ras Al Khaimah", "رأس الخيمة", "sale.ras_al_khaimah"),
    ("1g", "Fujairah", "الفجيرة", "sale.fujairah"),
)

EMIRATES: Final = Form(
    key="AE",
    title="VAT return (VAT 201)",
    local="إقرار ضريبة القيمة المضافة (نموذج 201)",
    language="ar",
    law="Federal Decree-Law 8 of 2017, art. 71-72; Cabinet Decision 52 of 2017, art. 64",
    net="14",
    due=28,
    opposite="same",
    correction_limit=Decimal(10000),
    titles={
        "base": ("Amount (AED)", "المبلغ (درهم)"),
        "tax": ("VAT amount (AED)", "مبلغ الضريبة (درهم)"),
        "adjustment": ("Adjustment (AED)", "التعديل (درهم)"),
    },
    boxes=(
        *(
            Box(key, f"Standard rated supplies in {name}",
                f"التوريدات الخاضعة للنسبة الأساسية في {local}", _OUT, _ALL, (treatment,))
            for key, name, local, treatment in _EMIRATES
        ),
        Box("2", "Tax refunds provided to tourists under the Tax Refunds for Tourists Scheme",
            "المبالغ المستردة للسياح بموجب نظام رد الضريبة للسياح",
            _OUT, _BOTH, ("sale.tourist_refund",)),
        Box("3", "Supplies subject to the reverse charge provisions",
            "التوريدات الخاضعة لأحكام الاحتساب العكسي",
            _OUT, _BOTH, ("purchase.reverse",), legs="counter"),
        Box("4", "Zero rated supplies", "التوريدات الخاضعة لنسبة الصفر",
            _OUT, _BASE, ("sale.zero", "sale.export")),
        Box("5", "Exempt supplies", "التوريدات المعفاة", _OUT, _BASE, ("sale.exempt",)),
        Box("6", "Goods imported into the UAE", "السلع المستوردة إلى الدولة",
            _OUT, _BOTH, ("purchase.import_reverse",), legs="counter"),
        Box("7", "Adjustments to goods imported into the UAE",
            "تعديلات على السلع المستوردة إلى الدولة", _OUT, _BOTH),
        Box("8", "Totals", "الإجمالي", _OUT, _ALL,
            sums=(*(key for key, *_ in _EMIRATES), "2", "3", "4", "5", "6", "7")),
        Box("9", "Standard rated expenses", "المصروفات الخاضعة للنسبة الأساسية",
            _IN, _ALL, ("purchase.standard", "purchase.customs")),
        Box("10", "Supplies subject to the reverse charge provisions",
            "التوريدات الخاضعة لأحكام الاحتساب العكسي",
            _IN, _BOTH, ("purchase.reverse", "purchase.import_reverse")),
        Box("11", "Totals", "الإجمالي", _IN, _ALL, sums=("9", "10")),
        Box("12", "Total value of due tax for the period",
            "إجمالي قيمة الضريبة المستحقة عن الفترة الضريبية",
            _NET, ("tax",), formula=(("8", "tax", 1), ("8", "adjustment", 1))),
        Box("13", "Total value of recoverable tax for the period",
            "إجمالي قيمة الضريبة القابلة للاسترداد عن الفترة الضريبية",
            _NET, ("tax",), formula=(("11", "tax", 1), ("11", "adjustment", 1))),
        Box("14", "Payable tax for the period", "الضريبة المستحقة الدفع عن الفترة الضريبية",
            _NET, ("tax",), formula=(("12", "tax", 1), ("13", "tax", -1))),
    ),
)  # fmt: skip
