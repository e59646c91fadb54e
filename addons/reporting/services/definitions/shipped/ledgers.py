"""Reports that make their rows from the books: ledgers, journal, ageing, tax and forecast."""

from __future__ import annotations

from typing import Final

from addons.reporting.services.definitions.shipped.titles import (
    EARLIER_RESULTS,
    accounts,
    in_three,
    total,
)
from addons.reporting.services.definitions.values import Definition
from core.api import msg

TRIAL_BALANCE: Final = Definition(
    key="trial-balance",
    kind="statement",
    titles=in_three("Trial balance", "ميزان المراجعة", "রেওয়ামিল"),
    basis="closing",
    measures=("opening", "debit", "credit", "closing"),
    covers=("asset", "liability", "equity", "income", "expense"),
    proof={"zero": "total"},
    opens_results=True,
    rows=(
        accounts(
            "accounts",
            in_three("All accounts", "جميع الحسابات", "সকল হিসাব"),
            "all",
            "debit",
            level=0,
            detail="only",
            hide_zero=False,
        ),
        accounts(
            "earlier_results",
            EARLIER_RESULTS,
            "type:income, type:expense",
            "debit",
            level=0,
            basis="before_first_year",
            memo=True,
            detail="none",
        ),
        total("total", in_three("Total", "الإجمالي", "মোট"), "accounts + earlier_results"),
    ),
)

LEDGERS: Final = (
    TRIAL_BALANCE,
    Definition(
        key="general-ledger",
        kind="ledger",
        titles=in_three("General ledger", "دفتر الأستاذ العام", "সাধারণ খতিয়ান"),
        select="all",
    ),
    Definition(
        key="partner-ledger",
        kind="partners",
        titles=in_three(
            msg("Partner ledger"), "دفتر أستاذ العملاء والموردين", "গ্রাহক ও সরবরাহকারী খতিয়ান"
        ),
        select="subtype:receivable, subtype:payable",
    ),
    Definition(
        key="journal",
        kind="journal",
        titles=in_three("Journal", "دفتر اليومية", "জাবেদা"),
        select="all",
    ),
    Definition(
        key="aged-receivables",
        kind="aged",
        titles=in_three(msg("Aged receivables"), "أعمار الذمم المدينة", "প্রাপ্যের বয়সভিত্তিক তালিকা"),
        select="subtype:receivable",
    ),
    Definition(
        key="aged-payables",
        kind="aged",
        titles=in_three(msg("Aged payables"), "أعمار الذمم الدائنة", "প্রদেয়ের বয়সভিত্তিক তালিকা"),
        select="subtype:payable",
    ),
    Definition(
        key="tax-report",
        kind="tax",
        titles=in_three(msg("Tax report"), "تقرير الضريبة", "কর প্রতিবেদন"),
        select="subtype:tax, line:bs.vat_input, line:bs.vat_output",
    ),
    Definition(
        key="cash-forecast",
        kind="forecast",
        titles=in_three(msg("Cash forecast"), "توقعات النقد", "নগদ পূর্বাভাস"),
        select="line:bs.cash, type:asset subtype:bank, type:asset subtype:cash",
    ),
)
