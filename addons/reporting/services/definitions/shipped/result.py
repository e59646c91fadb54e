"""The income statement, with expenses by function and by nature (IFRS for SMEs, 5.11)."""

from __future__ import annotations

from typing import Final

from addons.reporting.services.definitions.shipped.titles import (
    accounts,
    heading,
    in_three,
    lines,
    total,
)
from addons.reporting.services.definitions.values import Definition, Row
from core.api import msg

_REVENUE: Final = (
    accounts(
        "revenue",
        in_three("Revenue", "الإيرادات", "রাজস্ব"),
        lines("pl.revenue"),
        "credit",
        hide_zero=False,
    ),
    accounts(
        "sales_deductions",
        in_three("Returns and discounts", "المردودات والخصومات", "ফেরত ও ছাড়"),
        lines("pl.sales_deductions"),
        "debit",
    ),
    total(
        "net_revenue",
        in_three("Net revenue", "صافي الإيرادات", "নিট রাজস্ব"),
        "revenue - sales_deductions",
    ),
)
_OTHER_INCOME: Final = accounts(
    "other_income",
    in_three("Other income", "إيرادات أخرى", "অন্যান্য আয়"),
    lines("pl.other_income"),
    "credit",
)
_DEPRECIATION: Final = accounts(
    "depreciation",
    in_three("Depreciation and amortisation", "الإهلاك والإطفاء", "অবচয় ও অবলোপন"),
    lines("pl.depreciation"),
    "debit",
)
_IMPAIRMENT: Final = accounts(
    "impairment",
    in_three(
        "Impairment and doubtful debts",
        "انخفاض القيمة والديون المشكوك في تحصيلها",
        "মূল্যহ্রাস ও সন্দেহজনক পাওনা",
    ),
    lines("pl.impairment"),
    "debit",
)
_OTHER_EXPENSE: Final = accounts(
    "other_expense",
    in_three("Other expenses", "مصروفات أخرى", "অন্যান্য ব্যয়"),
    lines("pl.other_expense"),
    "debit",
)
_BELOW: Final = (
    total(
        "operating_profit",
        in_three("Operating profit", "الربح التشغيلي", "পরিচালন মুনাফা"),
        "",
    ),
    accounts(
        "finance_income",
        in_three("Finance income", "إيرادات التمويل", "অর্থায়ন আয়"),
        lines("pl.finance_income"),
        "credit",
    ),
    accounts(
        "finance_cost",
        in_three("Finance costs", "تكاليف التمويل", "অর্থায়ন ব্যয়"),
        lines("pl.finance_cost"),
        "debit",
    ),
    accounts(
        "exchange",
        in_three("Exchange differences", "فروق العملة", "বিনিময় পার্থক্য"),
        lines("pl.fx"),
        "credit",
    ),
    total(
        "profit_before_tax",
        in_three("Profit before zakat and tax", "الربح قبل الزكاة والضريبة", "যাকাত ও কর-পূর্ব মুনাফা"),
        "operating_profit + finance_income - finance_cost + exchange",
    ),
    accounts(
        "zakat_tax",
        in_three("Zakat and income tax", "الزكاة وضريبة الدخل", "যাকাত ও আয়কর"),
        lines("pl.zakat_tax"),
        "debit",
    ),
    total(
        "profit",
        in_three("Profit for the period", "ربح الفترة", "মেয়াদের মুনাফা"),
        "profit_before_tax - zakat_tax",
    ),
)


def _below(operating_profit: str) -> tuple[Row, ...]:
    first, *others = _BELOW
    return (total(first.key, first.titles, operating_profit), *others)


BY_FUNCTION: Final = Definition(
    key="profit-and-loss",
    kind="statement",
    titles=in_three("Profit and loss", "قائمة الدخل", "লাভ-ক্ষতি হিসাব"),
    covers=("income", "expense"),
    proof={"result": "profit"},
    rows=(
        *_REVENUE,
        accounts(
            "cost_of_sales",
            in_three("Cost of sales", "تكلفة المبيعات", "বিক্রয় ব্যয়"),
            lines("pl.cost_of_sales"),
            "debit",
        ),
        total(
            "gross_profit",
            in_three("Gross profit", "مجمل الربح", "মোট মুনাফা"),
            "net_revenue - cost_of_sales",
        ),
        _OTHER_INCOME,
        accounts(
            "selling",
            in_three("Selling and distribution", "البيع والتوزيع", "বিক্রয় ও বিতরণ"),
            lines("pl.selling"),
            "debit",
        ),
        accounts(
            "admin",
            in_three("General and administrative", "مصروفات عمومية وإدارية", "সাধারণ ও প্রশাসনিক"),
            lines("pl.admin"),
            "debit",
        ),
        _DEPRECIATION,
        _IMPAIRMENT,
        _OTHER_EXPENSE,
        *_below(
            "gross_profit + other_income - selling - admin - depreciation - impairment"
            " - other_expense"
        ),
    ),
)

BY_NATURE: Final = Definition(
    key="profit-and-loss-by-nature",
    kind="statement",
    titles=in_three(
        msg("Profit and loss by nature"), "قائمة الدخل حسب طبيعة المصروف", "প্রকৃতি অনুযায়ী লাভ-ক্ষতি"
    ),
    covers=("income", "expense"),
    proof={"result": "profit"},
    rows=(
        *_REVENUE,
        _OTHER_INCOME,
        heading("expenses", in_three("Expenses", "المصروفات", "ব্যয়")),
        accounts(
            "materials",
            in_three("Goods and materials used", "البضائع والمواد المستخدمة", "ব্যবহৃত পণ্য ও উপকরণ"),
            lines("pl.cost_of_sales"),
            "debit",
        ),
        accounts(
            "operating",
            in_three("Operating expenses", "المصروفات التشغيلية", "পরিচালন ব্যয়"),
            lines("pl.selling", "pl.admin"),
            "debit",
            detail="open",
        ),
        _DEPRECIATION,
        _IMPAIRMENT,
        _OTHER_EXPENSE,
        total(
            "total_expenses",
            in_three("Total expenses", "إجمالي المصروفات", "মোট ব্যয়"),
            "materials + operating + depreciation + impairment + other_expense",
        ),
        *_below("net_revenue + other_income - total_expenses"),
    ),
)
