"""Mushak-9.1, the VAT return of Bangladesh, note by note.

Value Added Tax and Supplementary Duty Act 2012, s. 64 (return within 15 days after the month) and
s. 45 (net tax); Value Added Tax and Supplementary Duty Rules 2016, rule 47(1), which prescribes the
form. A credit note lowers the tax of the month in which it is issued (note 31), a debit note for
goods sent back raises it (note 26), so that the supplies of notes 1 to 22 stay as they were.

From the ledger come notes 1 to 24, 26, 28 to 31, 33, 34 and the sums; entered by hand, as
adjustments of the return, are 25, 27, 32, 40 to 49, 54 to 64, 67 and 68: interest, fines, other
duties and what was deposited are decided outside the books of VAT. The sub-forms of the portal
that break notes down by goods and service code are not printed.
"""

from __future__ import annotations

from typing import Final

from addons.vat.services.forms.values import Box, Column, Form

_THREE: Final[tuple[Column, ...]] = ("base", "duty", "tax")
_TWO: Final[tuple[Column, ...]] = ("base", "tax")
_TAX: Final[tuple[Column, ...]] = ("tax",)
_P3: Final = "Part 3: Supply - output tax"
_P4: Final = "Part 4: Purchase - input tax"
_P5: Final = "Part 5: Increasing adjustments (VAT)"
_P6: Final = "Part 6: Decreasing adjustments (VAT)"
_P7: Final = "Part 7: Net tax calculation"
_P8: Final = "Part 8: Adjustment for old account current balance"
_P9: Final = "Part 9: Payment schedule (treasury deposit)"
_P10: Final = "Part 10: Closing balance"
_P11: Final = "Part 11: Refund"

_TAXED_SALES: Final = ("sale.standard", "sale.mrp", "sale.specific", "sale.reduced", "sale.trade")
_CREDITED: Final = (
    "purchase.standard",
    "purchase.standard_import",
    "purchase.reduced",
    "purchase.reduced_import",
    "purchase.specific",
)
_SUPPLIES: Final = (
    Box("1", "Zero rated goods/service: direct export",
        "শূন্য হার বিশিষ্ট পণ্য/সেবা: সরাসরি রপ্তানি", _P3, _THREE,
        ("sale.export", "sale.zero")),
    Box("2", "Zero rated goods/service: deemed export",
        "শূন্য হার বিশিষ্ট পণ্য/সেবা: প্রচ্ছন্ন রপ্তানি", _P3, _THREE, ("sale.deemed_export",)),
    Box("3", "Exempted goods/service", "অব্যাহতিপ্রাপ্ত পণ্য/সেবা", _P3, _THREE, ("sale.exempt",)),
    Box("4", "Standard rated goods/service", "আদর্শ হারের পণ্য/সেবা", _P3, _THREE,
        ("sale.standard",), duties=("sale.duty",), takes="usual"),
    Box("5", "Goods based on MRP", "সর্বোচ্চ খুচরা মূল্যভিত্তিক পণ্য", _P3, _THREE,
        ("sale.mrp",), takes="usual"),
    Box("6", "Goods/service based on specific VAT", "সুনির্দিষ্ট কর ভিত্তিক পণ্য/সেবা", _P3, _THREE,
        ("sale.specific",), takes="usual"),
    Box("7", "Goods/service other than standard rate", "আদর্শ হার ব্যতীত ভিন্ন হারের পণ্য/সেবা",
        _P3, _THREE, ("sale.reduced",), duties=("sale.reduced_duty",), takes="usual"),
    Box("8", "Retail/wholesale/trade based supply", "খুচরা/পাইকারি/ব্যবসায়ী ভিত্তিক সরবরাহ",
        _P3, _THREE, ("sale.trade",), takes="usual"),
    Box("9", "Total sales value and total payable taxes", "মোট বিক্রয় মূল্য ও মোট প্রদেয় কর",
        _P3, _THREE, sums=("1", "2", "3", "4", "5", "6", "7", "8")),
)  # fmt: skip
_PURCHASES: Final = (
    Box("10", "Zero rated goods/service: local purchase", "শূন্য হার: স্থানীয় ক্রয়", _P4, _TWO,
        ("purchase.zero",)),
    Box("11", "Zero rated goods/service: import", "শূন্য হার: আমদানি", _P4, _TWO,
        ("purchase.zero_import",)),
    Box("12", "Exempted goods/service: local purchase", "অব্যাহতিপ্রাপ্ত: স্থানীয় ক্রয়", _P4, _TWO,
        ("purchase.exempt",)),
    Box("13", "Exempted goods/service: import", "অব্যাহতিপ্রাপ্ত: আমদানি", _P4, _TWO,
        ("purchase.exempt_import",)),
    Box("14", "Standard rated goods/service: local purchase", "আদর্শ হার: স্থানীয় ক্রয়", _P4, _TWO,
        ("purchase.standard",), takes="usual"),
    Box("15", "Standard rated goods/service: import", "আদর্শ হার: আমদানি", _P4, _TWO,
        ("purchase.standard_import",), takes="usual"),
    Box("16", "Goods/service other than standard rate: local purchase",
        "ভিন্ন হার: স্থানীয় ক্রয়", _P4, _TWO, ("purchase.reduced",), takes="usual"),
    Box("17", "Goods/service other than standard rate: import", "ভিন্ন হার: আমদানি", _P4, _TWO,
        ("purchase.reduced_import",), takes="usual"),
    Box("18", "Goods/service based on specific VAT: local purchase",
        "সুনির্দিষ্ট কর: স্থানীয় ক্রয়", _P4, _TWO, ("purchase.specific",), takes="usual"),
    Box("19", "Not admissible for credit: from turnover tax units",
        "রেয়াতযোগ্য নয়: টার্নওভার করের আওতাভুক্ত প্রতিষ্ঠান হতে", _P4, _TWO,
        ("purchase.turnover",)),
    Box("20", "Not admissible for credit: from unregistered entities",
        "রেয়াতযোগ্য নয়: অনিবন্ধিত প্রতিষ্ঠান হতে", _P4, _TWO, ("purchase.unregistered",)),
    Box("21", "Not admissible for credit: local purchase", "রেয়াতযোগ্য নয়: স্থানীয় ক্রয়", _P4, _TWO,
        ("purchase.no_credit",)),
    Box("22", "Not admissible for credit: import", "রেয়াতযোগ্য নয়: আমদানি", _P4, _TWO,
        ("purchase.no_credit_import",)),
    Box("23", "Total input tax credit", "মোট উপকরণ কর রেয়াত", _P4, _TWO,
        sums=tuple(str(note) for note in range(10, 23))),
)  # fmt: skip
_ADJUSTMENTS: Final = (
    Box("24", "Due to VAT deducted at source by the supply receiver",
        "সরবরাহ গ্রহীতা কর্তৃক উৎসে কর্তিত মূসক", _P5, _TAX, ("purchase.withheld",)),
    Box("25", "Payment not made through banking channel", "ব্যাংকিং চ্যানেলে পরিশোধ না করা",
        _P5, _TAX),
    Box("26", "Issuance of debit note", "ডেবিট নোট ইস্যু", _P5, _TAX, _CREDITED, takes="opposite"),
    Box("27", "Any other adjustments (increasing)", "অন্য কোনো সমন্বয় (বৃদ্ধিকারী)", _P5, _TAX),
    Box("28", "Total increasing adjustment", "মোট বৃদ্ধিকারী সমন্বয়", _P5, _TAX,
        sums=("24", "25", "26", "27")),
    Box("29", "Due to VAT deducted at source from the supplies delivered",
        "প্রদত্ত সরবরাহ হতে উৎসে কর্তিত মূসক", _P6, _TAX, ("sale.withheld",)),
    Box("30", "Advance tax paid at import stage", "আমদানি পর্যায়ে পরিশোধিত আগাম কর", _P6, _TAX,
        ("purchase.advance_tax",)),
    Box("31", "Issuance of credit note", "ক্রেডিট নোট ইস্যু", _P6, _TAX, _TAXED_SALES,
        takes="opposite"),
    Box("32", "Any other adjustments (decreasing)", "অন্য কোনো সমন্বয় (হ্রাসকারী)", _P6, _TAX),
    Box("33", "Total decreasing adjustment", "মোট হ্রাসকারী সমন্বয়", _P6, _TAX,
        sums=("29", "30", "31", "32")),
)  # fmt: skip
_BY_HAND_7: Final = (
    ("41", "Interest on overdue VAT", "বকেয়া মূসকের সুদ"),
    ("42", "Interest on overdue SD", "বকেয়া সম্পূরক শুল্কের সুদ"),
    ("43", "Fine/penalty for non-submission of return", "দাখিলপত্র পেশ না করার জরিমানা"),
    ("44", "Other fine/penalty/interest", "অন্যান্য জরিমানা/অর্থদণ্ড/সুদ"),
    ("45", "Payable excise duty", "প্রদেয় আবগারি শুল্ক"),
    ("46", "Payable development surcharge", "প্রদেয় উন্নয়ন সারচার্জ"),
    ("47", "Payable ICT development surcharge", "প্রদেয় তথ্য প্রযুক্তি উন্নয়ন সারচার্জ"),
    ("48", "Payable health care surcharge", "প্রদেয় স্বাস্থ্য সুরক্ষা সারচার্জ"),
    ("49", "Payable environmental protection surcharge", "প্রদেয় পরিবেশ সুরক্ষা সারচার্জ"),
)
_NET: Final = (
    Box("34", "Net payable VAT for the tax period (section 45)", "নিট প্রদেয় মূসক (ধারা ৪৫)",
        _P7, _TAX, formula=(("9", "tax", 1), ("23", "tax", -1), ("28", "tax", 1),
                            ("33", "tax", -1))),
    Box("35", "Net payable VAT after adjustment with closing balance and balance of form 18.6",
        "সমাপনী জের ও ফরম ১৮.৬ এর জের সমন্বয়ের পর নিট প্রদেয় মূসক", _P7, _TAX,
        formula=(("34", "tax", 1), ("52", "tax", -1), ("56", "tax", -1))),
    Box("36", "Net payable supplementary duty before adjustment with closing balance",
        "সমাপনী জের সমন্বয়ের পূর্বে নিট প্রদেয় সম্পূরক শুল্ক", _P7, _TAX,
        formula=(("9", "duty", 1), ("38", "tax", 1), ("39", "tax", -1), ("40", "tax", -1))),
    Box("37", "Net payable supplementary duty after adjustment with closing balance",
        "সমাপনী জের সমন্বয়ের পর নিট প্রদেয় সম্পূরক শুল্ক", _P7, _TAX,
        formula=(("36", "tax", 1), ("53", "tax", -1), ("57", "tax", -1))),
    Box("38", "Supplementary duty against issuance of debit note",
        "ডেবিট নোটের বিপরীতে সম্পূরক শুল্ক", _P7, _TAX),
    Box("39", "Supplementary duty against issuance of credit note",
        "ক্রেডিট নোটের বিপরীতে সম্পূরক শুল্ক", _P7, _TAX, ("sale.duty", "sale.reduced_duty"),
        takes="opposite"),
    Box("40", "Supplementary duty paid on inputs against exports",
        "রপ্তানির বিপরীতে উপকরণে পরিশোধিত সম্পূরক শুল্ক", _P7, _TAX),
    *(Box(key, title, local, _P7, _TAX) for key, title, local in _BY_HAND_7),
    Box("50", "Net payable VAT for treasury deposit", "ট্রেজারি জমার জন্য নিট প্রদেয় মূসক",
        _P7, _TAX, formula=(("35", "tax", 1), ("41", "tax", 1), ("43", "tax", 1),
                            ("44", "tax", 1))),
    Box("51", "Net payable SD for treasury deposit", "ট্রেজারি জমার জন্য নিট প্রদেয় সম্পূরক শুল্ক",
        _P7, _TAX, formula=(("37", "tax", 1), ("42", "tax", 1))),
    Box("52", "Closing balance of last tax period (VAT)", "পূর্ববর্তী করমেয়াদের সমাপনী জের (মূসক)",
        _P7, _TAX),
    Box("53", "Closing balance of last tax period (SD)",
        "পূর্ববর্তী করমেয়াদের সমাপনী জের (সম্পূরক শুল্ক)", _P7, _TAX),
)  # fmt: skip
_REST: Final = (
    Box("54", "Remaining balance (VAT) from Mushak-18.6", "মূসক-১৮.৬ এর জের (মূসক)", _P8, _TAX),
    Box("55", "Remaining balance (SD) from Mushak-18.6", "মূসক-১৮.৬ এর জের (সম্পূরক শুল্ক)",
        _P8, _TAX),
    Box("56", "Decreasing adjustment for note 54", "নোট ৫৪ এর হ্রাসকারী সমন্বয়", _P8, _TAX),
    Box("57", "Decreasing adjustment for note 55", "নোট ৫৫ এর হ্রাসকারী সমন্বয়", _P8, _TAX),
    Box("58", "VAT deposit for the current tax period", "চলতি করমেয়াদের মূসক জমা", _P9, _TAX),
    Box("59", "SD deposit for the current tax period", "চলতি করমেয়াদের সম্পূরক শুল্ক জমা",
        _P9, _TAX),
    Box("60", "Excise duty", "আবগারি শুল্ক", _P9, _TAX),
    Box("61", "Development surcharge", "উন্নয়ন সারচার্জ", _P9, _TAX),
    Box("62", "ICT development surcharge", "তথ্য প্রযুক্তি উন্নয়ন সারচার্জ", _P9, _TAX),
    Box("63", "Health care surcharge", "স্বাস্থ্য সুরক্ষা সারচার্জ", _P9, _TAX),
    Box("64", "Environmental protection surcharge", "পরিবেশ সুরক্ষা সারচার্জ", _P9, _TAX),
    Box("65", "Closing balance (VAT)", "সমাপনী জের (মূসক)", _P10, _TAX,
        formula=(("58", "tax", 1), ("50", "tax", -1), ("67", "tax", -1))),
    Box("66", "Closing balance (SD)", "সমাপনী জের (সম্পূরক শুল্ক)", _P10, _TAX,
        formula=(("59", "tax", 1), ("51", "tax", -1), ("68", "tax", -1))),
    Box("67", "Requested amount for refund (VAT)", "ফেরতের জন্য দাবিকৃত পরিমাণ (মূসক)", _P11, _TAX),
    Box("68", "Requested amount for refund (SD)", "ফেরতের জন্য দাবিকৃত পরিমাণ (সম্পূরক শুল্ক)",
        _P11, _TAX),
)  # fmt: skip

BANGLADESH: Final = Form(
    key="BD",
    title="Value added tax return (Mushak-9.1)",
    local="মূল্য সংযোজন কর দাখিলপত্র (মূসক-৯.১)",
    language="bn",
    law="Value Added Tax and Supplementary Duty Act 2012, s. 45 and 64; Rules 2016, rule 47(1)",
    net="50",
    due=15,
    opposite="boxes",
    carried="52",
    also_due=("51",),
    titles={
        "base": ("Value", "মূল্য"),
        "duty": ("SD", "সম্পূরক শুল্ক"),
        "tax": ("VAT", "মূসক"),
    },
    boxes=(*_SUPPLIES, *_PURCHASES, *_ADJUSTMENTS, *_NET, *_REST),
)
