"""The classified balance sheet (IFRS for SMEs, 4.2 and 4.4) and the changes in equity (6.3)."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final

from addons.reporting.services.definitions.shipped.titles import (
    accounts,
    heading,
    in_three,
    lines,
    sum_of,
    total,
)
from addons.reporting.services.definitions.values import Definition, Row, Sign, Titles
from core.api import msg

_RESULT: Final = "type:income, type:expense"
_Line = tuple[str, Titles]

_CURRENT_ASSETS: Final[tuple[_Line, ...]] = (
    ("cash", in_three("Cash and cash equivalents", "النقد وما في حكمه", "নগদ ও নগদ সমতুল্য")),
    ("receivables", in_three("Trade receivables", "ذمم مدينة تجارية", "বাণিজ্যিক প্রাপ্য")),
    ("other_receivables", in_three("Other receivables", "ذمم مدينة أخرى", "অন্যান্য প্রাপ্য")),
    (
        "due_from_related",
        in_three("Due from related parties", "مستحق من أطراف ذات علاقة", "সম্পর্কিত পক্ষ থেকে প্রাপ্য"),
    ),
    (
        "prepayments",
        in_three("Prepayments and advances paid", "مصروفات مدفوعة مقدمًا وسلف", "অগ্রিম প্রদান"),
    ),
    ("contract_assets", in_three("Contract assets", "أصول العقود", "চুক্তিভিত্তিক সম্পদ")),
    ("inventory", in_three("Inventories", "المخزون", "মজুদ পণ্য")),
    (
        "vat_input",
        in_three("Recoverable VAT", "ضريبة القيمة المضافة القابلة للاسترداد", "ফেরতযোগ্য ভ্যাট"),
    ),
    ("tax_assets", in_three("Current tax assets", "أصول ضريبية متداولة", "চলতি কর সম্পদ")),
    (
        "financial_assets",
        in_three("Other financial assets", "أصول مالية أخرى", "অন্যান্য আর্থিক সম্পদ"),
    ),
    ("suspense", in_three("Suspense accounts", "حسابات معلقة", "অনিশ্চিত হিসাব")),
)
_NON_CURRENT_ASSETS: Final[tuple[_Line, ...]] = (
    (
        "ppe",
        in_three(
            "Property, plant and equipment", "الممتلكات والآلات والمعدات", "সম্পত্তি, স্থাপনা ও সরঞ্জাম"
        ),
    ),
    (
        "ppe_depreciation",
        in_three(
            "Accumulated depreciation of property, plant and equipment",
            "مجمع إهلاك الممتلكات والآلات والمعدات",
            "সম্পত্তি, স্থাপনা ও সরঞ্জামের পুঞ্জীভূত অবচয়",
        ),
    ),
    ("right_of_use", in_three("Right-of-use assets", "أصول حق الاستخدام", "ব্যবহার-অধিকার সম্পদ")),
    (
        "investment_property",
        in_three("Investment property", "العقارات الاستثمارية", "বিনিয়োগ সম্পত্তি"),
    ),
    ("intangibles", in_three("Intangible assets", "الأصول غير الملموسة", "অস্পর্শনীয় সম্পদ")),
    (
        "intangibles_amortisation",
        in_three(
            "Accumulated amortisation of intangible assets",
            "مجمع إطفاء الأصول غير الملموسة",
            "অস্পর্শনীয় সম্পদের পুঞ্জীভূত অবলোপন",
        ),
    ),
    ("biological", in_three("Biological assets", "الأصول الحيوية", "জৈব সম্পদ")),
    (
        "investments",
        in_three(
            "Investments in subsidiaries, associates and joint ventures",
            "استثمارات في شركات تابعة وزميلة ومشاريع مشتركة",
            "অধীনস্থ, সহযোগী ও যৌথ উদ্যোগে বিনিয়োগ",
        ),
    ),
    ("deferred_tax_asset", in_three("Deferred tax assets", "أصول ضريبية مؤجلة", "বিলম্বিত কর সম্পদ")),
    (
        "other_non_current",
        in_three("Other non-current assets", "أصول غير متداولة أخرى", "অন্যান্য অ-চলতি সম্পদ"),
    ),
)
_CURRENT_LIABILITIES: Final[tuple[_Line, ...]] = (
    ("payables", in_three("Trade payables", "ذمم دائنة تجارية", "বাণিজ্যিক প্রদেয়")),
    ("accruals", in_three("Accrued expenses", "مصروفات مستحقة", "বকেয়া ব্যয়")),
    ("other_payables", in_three("Other payables", "ذمم دائنة أخرى", "অন্যান্য প্রদেয়")),
    (
        "due_to_related",
        in_three("Due to related parties", "مستحق إلى أطراف ذات علاقة", "সম্পর্কিত পক্ষকে প্রদেয়"),
    ),
    (
        "contract_liabilities",
        in_three(
            "Contract liabilities and advances received",
            "التزامات العقود والدفعات المقدمة المستلمة",
            "চুক্তিভিত্তিক দায় ও প্রাপ্ত অগ্রিম",
        ),
    ),
    ("vat_output", in_three("VAT payable", "ضريبة القيمة المضافة المستحقة", "প্রদেয় ভ্যাট")),
    (
        "withholding_tax",
        in_three("Withholding tax payable", "ضريبة الاستقطاع المستحقة", "প্রদেয় উৎসে কর"),
    ),
    (
        "zakat",
        in_three(
            "Zakat and income tax payable", "الزكاة وضريبة الدخل المستحقة", "প্রদেয় যাকাত ও আয়কর"
        ),
    ),
    (
        "borrowings_current",
        in_three("Borrowings, current", "قروض متداولة", "চলতি ঋণ"),
    ),
    (
        "lease_current",
        in_three("Lease liabilities, current", "التزامات إيجار متداولة", "চলতি ইজারা দায়"),
    ),
    (
        "provisions_current",
        in_three("Provisions, current", "مخصصات متداولة", "চলতি সংস্থান"),
    ),
)
_NON_CURRENT_LIABILITIES: Final[tuple[_Line, ...]] = (
    ("borrowings", in_three("Borrowings", "قروض", "ঋণ")),
    ("lease", in_three("Lease liabilities", "التزامات الإيجار", "ইজারা দায়")),
    (
        "eosb",
        in_three(
            "Employees' end-of-service benefits",
            "مكافأة نهاية الخدمة للموظفين",
            "কর্মীদের চাকরি-সমাপ্তি সুবিধা",
        ),
    ),
    ("provisions", in_three("Provisions", "مخصصات", "সংস্থান")),
    (
        "deferred_tax_liability",
        in_three("Deferred tax liabilities", "التزامات ضريبية مؤجلة", "বিলম্বিত কর দায়"),
    ),
)
_EQUITY: Final[tuple[_Line, ...]] = (
    ("capital", in_three("Capital", "رأس المال", "মূলধন")),
    ("owner_current", in_three("Owners' current accounts", "جاري الملاك", "মালিকের চলতি হিসাব")),
    ("reserves", in_three("Statutory reserve", "الاحتياطي النظامي", "বিধিবদ্ধ সঞ্চিতি")),
    ("other_reserves", in_three("Other reserves", "احتياطيات أخرى", "অন্যান্য সঞ্চিতি")),
    ("retained", in_three("Retained earnings", "الأرباح المبقاة", "সংরক্ষিত আয়")),
    ("dividends", in_three("Dividends", "توزيعات الأرباح", "লভ্যাংশ")),
    (
        "opening_equity",
        in_three("Opening balance equity", "أرصدة افتتاحية", "প্রারম্ভিক জের সমতা"),
    ),
)
_KEYS: Final = {"opening_equity": "opening"}


def _rows(of: Sequence[_Line], sign: Sign, *, level: int) -> list[Row]:
    return [
        accounts(key, titles, lines(f"bs.{_KEYS.get(key, key)}"), sign, level=level)
        for key, titles in of
    ]


def _sums(of: Sequence[_Line], *more: str) -> str:
    return sum_of([*(key for key, _ in of), *more])


BALANCE_SHEET: Final = Definition(
    key="balance-sheet",
    kind="statement",
    titles=in_three("Balance sheet", "قائمة المركز المالي", "স্থিতিপত্র"),
    basis="closing",
    covers=("asset", "liability", "equity"),
    proof={"assets": "assets_total", "claims": "claims_total"},
    rows=(
        heading("assets", in_three("Assets", "الأصول", "সম্পদ")),
        heading(
            "current_assets", in_three("Current assets", "الأصول المتداولة", "চলতি সম্পদ"), level=1
        ),
        *_rows(_CURRENT_ASSETS, "debit", level=2),
        total(
            "current_assets_total",
            in_three("Total current assets", "إجمالي الأصول المتداولة", "মোট চলতি সম্পদ"),
            _sums(_CURRENT_ASSETS),
            level=1,
        ),
        heading(
            "non_current_assets",
            in_three("Non-current assets", "الأصول غير المتداولة", "অ-চলতি সম্পদ"),
            level=1,
        ),
        *_rows(_NON_CURRENT_ASSETS, "debit", level=2),
        total(
            "non_current_assets_total",
            in_three("Total non-current assets", "إجمالي الأصول غير المتداولة", "মোট অ-চলতি সম্পদ"),
            _sums(_NON_CURRENT_ASSETS),
            level=1,
        ),
        total(
            "assets_total",
            in_three("Total assets", "إجمالي الأصول", "মোট সম্পদ"),
            "current_assets_total + non_current_assets_total",
        ),
        heading("liabilities", in_three("Liabilities", "الالتزامات", "দায়")),
        heading(
            "current_liabilities",
            in_three("Current liabilities", "الالتزامات المتداولة", "চলতি দায়"),
            level=1,
        ),
        *_rows(_CURRENT_LIABILITIES, "credit", level=2),
        total(
            "current_liabilities_total",
            in_three("Total current liabilities", "إجمالي الالتزامات المتداولة", "মোট চলতি দায়"),
            _sums(_CURRENT_LIABILITIES),
            level=1,
        ),
        heading(
            "non_current_liabilities",
            in_three("Non-current liabilities", "الالتزامات غير المتداولة", "অ-চলতি দায়"),
            level=1,
        ),
        *_rows(_NON_CURRENT_LIABILITIES, "credit", level=2),
        total(
            "non_current_liabilities_total",
            in_three(
                "Total non-current liabilities", "إجمالي الالتزامات غير المتداولة", "মোট অ-চলতি দায়"
            ),
            _sums(_NON_CURRENT_LIABILITIES),
            level=1,
        ),
        total(
            "liabilities_total",
            in_three("Total liabilities", "إجمالي الالتزامات", "মোট দায়"),
            "current_liabilities_total + non_current_liabilities_total",
        ),
        heading("equity", in_three("Equity", "حقوق الملكية", "মালিকানা স্বত্ব")),
        *_rows(_EQUITY, "credit", level=1),
        accounts(
            "earlier_results",
            in_three(
                "Results of earlier years, not closed",
                "نتائج سنوات سابقة لم تُقفل",
                "পূর্ববর্তী বছরের অসমাপ্ত ফলাফল",
            ),
            _RESULT,
            "credit",
            basis="before_year",
            detail="none",
        ),
        accounts(
            "year_result",
            in_three("Result of the fiscal year", "نتيجة السنة المالية", "অর্থবছরের ফলাফল"),
            _RESULT,
            "credit",
            basis="year",
            detail="none",
        ),
        total(
            "equity_total",
            in_three("Total equity", "إجمالي حقوق الملكية", "মোট মালিকানা স্বত্ব"),
            _sums(_EQUITY, "earlier_results", "year_result"),
        ),
        total(
            "claims_total",
            in_three(
                "Total liabilities and equity",
                "إجمالي الالتزامات وحقوق الملكية",
                "মোট দায় ও মালিকানা স্বত্ব",
            ),
            "liabilities_total + equity_total",
        ),
    ),
)

CHANGES_IN_EQUITY: Final = Definition(
    key="changes-in-equity",
    kind="statement",
    titles=in_three(
        msg("Changes in equity"), "قائمة التغيرات في حقوق الملكية", "মালিকানা স্বত্বের পরিবর্তন"
    ),
    covers=("equity", "income", "expense"),
    measures=("opening", "result", "increase", "decrease", "closing"),
    proof={"equity": "equity_total"},
    rows=(
        *_rows(_EQUITY, "credit", level=0),
        accounts(
            "unclosed",
            in_three(
                "Result, not yet closed to retained earnings",
                "النتيجة التي لم تُقفل في الأرباح المبقاة",
                "সংরক্ষিত আয়ে স্থানান্তরিত নয় এমন ফলাফল",
            ),
            _RESULT,
            "credit",
            level=0,
            detail="none",
        ),
        total(
            "equity_total",
            in_three("Total equity", "إجمالي حقوق الملكية", "মোট মালিকানা স্বত্ব"),
            _sums(_EQUITY, "unclosed"),
        ),
    ),
)
