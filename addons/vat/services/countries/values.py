"""What a country brings along: accounts, taxes, groups and positions, as data."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

Purpose = Literal[
    "output",
    "input",
    "output_suspense",
    "input_suspense",
    "duty",
    "withheld_from_us",
    "withheld_by_us",
    "advance",
    "authority",
]


@dataclass(frozen=True, slots=True)
class AccountTemplate:
    """An account that taxes are posted to, where the company has not chosen one."""

    purpose: Purpose
    code: str
    name: str
    type: Literal["asset", "liability"]
    report_line: str
    arabic: str
    bengali: str


ACCOUNTS: Final = (
    AccountTemplate("output", "Liabilities:VAT:Output", "VAT on sales", "liability",
                    "bs.vat_output", "ضريبة القيمة المضافة على المبيعات", "বিক্রয়ের মূসক"),
    AccountTemplate("input", "Assets:VAT:Input", "VAT on purchases", "asset",
                    "bs.vat_input", "ضريبة القيمة المضافة على المشتريات", "ক্রয়ের মূসক"),
    AccountTemplate("output_suspense", "Liabilities:VAT:Output not yet due",
                    "VAT on sales, not yet due", "liability", "bs.vat_output",
                    "ضريبة مبيعات غير مستحقة بعد", "বিক্রয়ের মূসক, এখনও প্রদেয় নয়"),
    AccountTemplate("input_suspense", "Assets:VAT:Input not yet deductible",
                    "VAT on purchases, not yet deductible", "asset", "bs.vat_input",
                    "ضريبة مشتريات غير قابلة للخصم بعد", "ক্রয়ের মূসক, এখনও রেয়াতযোগ্য নয়"),
    AccountTemplate("duty", "Liabilities:Supplementary duty", "Supplementary duty", "liability",
                    "bs.vat_output", "الرسم التكميلي", "সম্পূরক শুল্ক"),
    AccountTemplate("withheld_from_us", "Assets:VAT:Withheld by customers",
                    "VAT withheld by customers", "asset", "bs.vat_input",
                    "ضريبة استقطعها العملاء", "ক্রেতা কর্তৃক উৎসে কর্তিত মূসক"),
    AccountTemplate("withheld_by_us", "Liabilities:VAT:Withheld from suppliers",
                    "VAT withheld from suppliers", "liability", "bs.vat_output",
                    "ضريبة مستقطعة من الموردين", "সরবরাহকারী হতে উৎসে কর্তিত মূসক"),
    AccountTemplate("advance", "Assets:VAT:Advance tax", "Advance tax on import", "asset",
                    "bs.vat_input", "ضريبة مدفوعة مقدما عند الاستيراد", "আমদানির আগাম কর"),
    AccountTemplate("authority", "Liabilities:VAT:Tax authority", "Tax authority, VAT",
                    "liability", "bs.vat_output", "هيئة الضرائب، ضريبة القيمة المضافة",
                    "কর কর্তৃপক্ষ, মূসক"),
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class TaxTemplate:
    """A tax as a law has it. `rates` are days from which a percentage holds; `law` names where it
    is written, and is no more than a note to the reader."""

    code: str
    name: str
    local: str
    treatment: str
    rates: tuple[tuple[date, str], ...]
    account: Purpose
    kind: str = "standard"
    category: str = "S"
    reason_code: str = ""
    reason: str = ""
    counter: Purpose | None = None
    suspense: Purpose | None = None
    compound: bool = False
    cash_basis: bool = False
    sequence: int = 10
    deductible: Decimal = Decimal(100)
    law: str = ""

    @property
    def scope(self) -> str:
        """Sale or purchase, which the treatment begins with."""
        return self.treatment.partition(".")[0]


@dataclass(frozen=True, slots=True)
class GroupTemplate:
    """A group of products, by the codes of its taxes."""

    code: str
    name: str
    local: str
    taxes: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class PositionTemplate:
    """A fiscal position: which tax takes the place of which, by codes; "" for none."""

    code: str
    name: str
    local: str
    replaced: tuple[tuple[str, str], ...]
    countries: str = ""
    abroad: bool = False
    registered: str = ""
    sequence: int = 10


@dataclass(frozen=True, slots=True)
class CountryTemplate:
    """All of it for one country. `since` is the day on which its VAT began."""

    key: str
    since: date
    taxes: tuple[TaxTemplate, ...]
    groups: tuple[GroupTemplate, ...]
    positions: tuple[PositionTemplate, ...]
    months: int = 3
    language: Literal["ar", "bn", "en"] = "en"
