"""The cash flow statement, indirect and direct (IFRS for SMEs, section 7).

Both tell what cash gained by all accounts that are not cash: the indirect one by how their
balances moved, the direct one by what stands against cash in the entries that moved it. So both
end in the cash that the ledger holds, whatever chart a company keeps.
"""

from __future__ import annotations

from typing import Final

from addons.reporting.services.definitions.shipped.titles import (
    accounts,
    heading,
    in_three,
    lines,
    sum_of,
    total,
)
from addons.reporting.services.definitions.values import Definition, Row
from core.api import msg

_CASH: Final = "line:bs.cash, type:asset subtype:bank, type:asset subtype:cash"
_FIXED: Final = lines(
    "bs.ppe",
    "bs.ppe_depreciation",
    "bs.right_of_use",
    "bs.investment_property",
    "bs.intangibles",
    "bs.intangibles_amortisation",
    "bs.biological",
)
_TAXES: Final = lines(
    "bs.vat_input",
    "bs.vat_output",
    "bs.tax_assets",
    "bs.withholding_tax",
    "bs.zakat",
    "bs.deferred_tax_asset",
    "bs.deferred_tax_liability",
)
_INVESTMENTS: Final = lines("bs.investments", "bs.financial_assets", "bs.other_non_current")
_BORROWINGS: Final = lines("bs.borrowings_current", "bs.borrowings")
_LEASES: Final = lines("bs.lease_current", "bs.lease")
_OWNERS: Final = lines("bs.capital", "bs.owner_current", "bs.opening")
_RESERVES: Final = lines("bs.retained", "bs.reserves", "bs.other_reserves")
_OPERATING_TITLE: Final = in_three("Operating activities", "الأنشطة التشغيلية", "পরিচালন কার্যক্রম")
_INVESTING_TITLE: Final = in_three("Investing activities", "الأنشطة الاستثمارية", "বিনিয়োগ কার্যক্রম")
_OPERATING: Final = in_three(
    "Cash from operating activities", "النقد من الأنشطة التشغيلية", "পরিচালন কার্যক্রম থেকে নগদ"
)
_INVESTING: Final = in_three(
    "Cash from investing activities", "النقد من الأنشطة الاستثمارية", "বিনিয়োগ কার্যক্রম থেকে নগদ"
)
_PROOF: Final = {"change": "net_change", "opening": "opening_cash", "closing": "closing_cash"}

_FINANCING_ROWS: Final = (
    heading("financing", in_three("Financing activities", "الأنشطة التمويلية", "অর্থায়ন কার্যক্রম")),
    accounts("borrowings", in_three("Borrowings", "القروض", "ঋণ"), _BORROWINGS, "credit"),
    accounts("leases", in_three("Leases", "عقود الإيجار", "ইজারা"), _LEASES, "credit"),
    accounts(
        "owners",
        in_three("Capital and owners", "رأس المال والملاك", "মূলধন ও মালিক"),
        _OWNERS,
        "credit",
    ),
    accounts(
        "dividends",
        in_three("Dividends", "توزيعات الأرباح", "লভ্যাংশ"),
        lines("bs.dividends"),
        "credit",
    ),
    accounts(
        "reserves",
        in_three(
            "Retained earnings and reserves",
            "الأرباح المبقاة والاحتياطيات",
            "সংরক্ষিত আয় ও সঞ্চিতি",
        ),
        _RESERVES,
        "credit",
    ),
    total(
        "financing_total",
        in_three(
            "Cash from financing activities", "النقد من الأنشطة التمويلية", "অর্থায়ন কার্যক্রম থেকে নগদ"
        ),
        sum_of(("borrowings", "leases", "owners", "dividends", "reserves")),
    ),
)
_END_ROWS: Final = (
    total(
        "net_change",
        in_three("Net change in cash", "صافي التغير في النقد", "নগদের নিট পরিবর্তন"),
        "operating_total + investing_total + financing_total",
    ),
    accounts(
        "opening_cash",
        in_three("Cash at the beginning", "النقد في بداية الفترة", "শুরুর নগদ"),
        _CASH,
        "debit",
        level=0,
        basis="opening",
        hide_zero=False,
    ),
    accounts(
        "closing_cash",
        in_three("Cash at the end", "النقد في نهاية الفترة", "শেষের নগদ"),
        _CASH,
        "debit",
        level=0,
        basis="closing",
        hide_zero=False,
    ),
)
_WORKING_CAPITAL: Final[tuple[Row, ...]] = (
    accounts(
        "receivables",
        in_three("Change in receivables", "التغير في الذمم المدينة", "প্রাপ্যের পরিবর্তন"),
        lines(
            "bs.receivables", "bs.other_receivables", "bs.due_from_related", "bs.contract_assets"
        ),
        "credit",
    ),
    accounts(
        "prepayments",
        in_three("Change in prepayments", "التغير في المدفوعات المقدمة", "অগ্রিমের পরিবর্তন"),
        lines("bs.prepayments"),
        "credit",
    ),
    accounts(
        "inventory",
        in_three("Change in inventories", "التغير في المخزون", "মজুদের পরিবর্তন"),
        lines("bs.inventory"),
        "credit",
    ),
    accounts(
        "payables",
        in_three("Change in payables", "التغير في الذمم الدائنة", "প্রদেয়ের পরিবর্তন"),
        lines(
            "bs.payables",
            "bs.accruals",
            "bs.other_payables",
            "bs.due_to_related",
            "bs.contract_liabilities",
        ),
        "credit",
    ),
    accounts(
        "provisions",
        in_three(
            "Change in provisions and end-of-service benefits",
            "التغير في المخصصات ومكافأة نهاية الخدمة",
            "সংস্থান ও চাকরি-সমাপ্তি সুবিধার পরিবর্তন",
        ),
        lines("bs.provisions_current", "bs.provisions", "bs.eosb"),
        "credit",
    ),
    accounts(
        "taxes", in_three("Change in taxes", "التغير في الضرائب", "করের পরিবর্তন"), _TAXES, "credit"
    ),
    accounts(
        "other_operating",
        in_three("Other changes", "تغيرات أخرى", "অন্যান্য পরিবর্তন"),
        "rest",
        "credit",
    ),
)

CASH_FLOW_INDIRECT: Final = Definition(
    key="cash-flow",
    kind="statement",
    titles=in_three(
        msg("Cash flow, indirect"), "التدفقات النقدية، الطريقة غير المباشرة", "নগদ প্রবাহ, পরোক্ষ"
    ),
    covers=("asset", "liability", "equity", "income", "expense"),
    except_cash=True,
    proof=_PROOF,
    rows=(
        heading("operating", _OPERATING_TITLE),
        accounts(
            "profit",
            in_three("Profit for the period", "ربح الفترة", "মেয়াদের মুনাফা"),
            "type:income, type:expense",
            "credit",
            hide_zero=False,
        ),
        accounts(
            "depreciation",
            in_three("Depreciation and amortisation", "الإهلاك والإطفاء", "অবচয় ও অবলোপন"),
            lines("pl.depreciation"),
            "debit",
            memo=True,
        ),
        *_WORKING_CAPITAL,
        total(
            "operating_total",
            _OPERATING,
            sum_of(("profit", "depreciation", *(row.key for row in _WORKING_CAPITAL))),
        ),
        heading("investing", _INVESTING_TITLE),
        accounts(
            "fixed_assets",
            in_three(
                "Change in carrying amount of fixed assets",
                "التغير في القيمة الدفترية للأصول الثابتة",
                "স্থায়ী সম্পদের বহন মূল্যের পরিবর্তন",
            ),
            _FIXED,
            "credit",
        ),
        Row(
            "depreciation_back",
            "formula",
            in_three(
                "Less depreciation, which took no cash",
                "ناقصًا الإهلاك الذي لم يستخدم نقدًا",
                "বাদ: অবচয়, যাতে নগদ ব্যয় নেই",
            ),
            1,
            formula="-depreciation",
            hide_zero=True,
        ),
        accounts(
            "investments",
            in_three("Investments", "الاستثمارات", "বিনিয়োগ"),
            _INVESTMENTS,
            "credit",
        ),
        total("investing_total", _INVESTING, "fixed_assets + depreciation_back + investments"),
        *_FINANCING_ROWS,
        *_END_ROWS,
    ),
)

CASH_FLOW_DIRECT: Final = Definition(
    key="cash-flow-direct",
    kind="statement",
    titles=in_three(
        msg("Cash flow, direct"), "التدفقات النقدية، الطريقة المباشرة", "নগদ প্রবাহ, প্রত্যক্ষ"
    ),
    source="cash",
    covers=("asset", "liability", "equity", "income", "expense"),
    except_cash=True,
    proof=_PROOF,
    rows=(
        heading("operating", _OPERATING_TITLE),
        accounts(
            "customers",
            in_three("Received from customers", "المقبوضات من العملاء", "গ্রাহকদের কাছ থেকে প্রাপ্ত"),
            lines(
                "bs.receivables",
                "bs.contract_assets",
                "bs.contract_liabilities",
                "pl.revenue",
                "pl.sales_deductions",
            ),
            "credit",
        ),
        accounts(
            "suppliers",
            in_three("Paid to suppliers", "المدفوعات للموردين", "সরবরাহকারীদের পরিশোধ"),
            lines("bs.payables", "bs.inventory", "bs.prepayments", "pl.cost_of_sales"),
            "credit",
        ),
        accounts(
            "expenses",
            in_three("Paid for expenses", "المدفوعات للمصروفات", "ব্যয় বাবদ পরিশোধ"),
            lines(
                "bs.accruals",
                "bs.eosb",
                "pl.selling",
                "pl.admin",
                "pl.depreciation",
                "pl.impairment",
                "pl.other_expense",
            ),
            "credit",
        ),
        accounts(
            "finance",
            in_three(
                "Interest and exchange differences", "الفوائد وفروق العملة", "সুদ ও বিনিময় পার্থক্য"
            ),
            lines("pl.finance_income", "pl.finance_cost", "pl.fx"),
            "credit",
        ),
        accounts(
            "taxes",
            in_three("Zakat and taxes", "الزكاة والضرائب", "যাকাত ও কর"),
            f"{_TAXES}, line:pl.zakat_tax",
            "credit",
        ),
        accounts(
            "other_operating",
            in_three(
                "Other receipts and payments", "مقبوضات ومدفوعات أخرى", "অন্যান্য প্রাপ্তি ও পরিশোধ"
            ),
            "rest",
            "credit",
        ),
        total(
            "operating_total",
            _OPERATING,
            sum_of(("customers", "suppliers", "expenses", "finance", "taxes", "other_operating")),
        ),
        heading("investing", _INVESTING_TITLE),
        accounts(
            "fixed_assets",
            in_three("Fixed assets", "الأصول الثابتة", "স্থায়ী সম্পদ"),
            _FIXED,
            "credit",
        ),
        accounts(
            "investments", in_three("Investments", "الاستثمارات", "বিনিয়োগ"), _INVESTMENTS, "credit"
        ),
        total("investing_total", _INVESTING, "fixed_assets + investments"),
        *_FINANCING_ROWS,
        *_END_ROWS,
    ),
)
