"""VAT for a sample company: taxes, a few months of taxed business, and a return that waits to be
filed."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, account_id, company_currency, post_entry
from addons.vat.options import VatOptions
from addons.vat.services.choosing import rules_for
from addons.vat.services.countries import COUNTRY_TEMPLATES
from addons.vat.services.filing.drafts import create_return
from addons.vat.services.filing.periods import next_days
from addons.vat.services.install import install
from core.api import options, today

_BANK, _SALES, _EXPORTS, _GOODS, _ELECTRICITY = "1030", "4000", "4020", "5000", "6210"
_COUNTRIES: Final = {"SAR": "SA", "AED": "AE", "BDT": "BD"}
_NEEDED: Final = (_BANK, _SALES, _EXPORTS, _GOODS, _ELECTRICITY)


def prepare(session: Session) -> None:
    """Taxes of the company's country; where none is chosen, of the one whose currency it has."""
    country = options(session, VatOptions).country or _COUNTRIES.get(company_currency(session), "")
    install(session, country)


def fill(session: Session) -> None:
    """In the last tax period and since, shop sales, an export, purchases and a consultant abroad;
    the draft of that period's return. Where the books have none of the accounts of accounting's
    own sample, nothing is made."""
    if any(account_id(session, code) is None for code in _NEEDED):
        return
    country = options(session, VatOptions).country
    start, end = next_days(session)
    codes = _codes(country)
    for month in _months(start, today(session)):
        for entry in _of_month(session, month, codes):
            if entry.date < today(session):
                post_entry(session, entry)
    create_return(session, {"start_date": start, "end_date": end})


def _codes(country: str) -> dict[str, str]:
    """The first tax of each treatment that the sample uses."""
    wanted = ("sale.standard", "sale.export", "purchase.standard", "purchase.reverse")
    found: dict[str, str] = {}
    for tax in COUNTRY_TEMPLATES[country].taxes:
        if tax.treatment in wanted:
            found.setdefault(tax.treatment, tax.code)
    return found


def _months(start: date, until: date) -> Iterator[date]:
    month = start
    while month <= until:
        yield month
        month = (month.replace(day=1) + timedelta(days=32)).replace(day=1)


def _of_month(session: Session, month: date, codes: dict[str, str]) -> Iterator[EntryDraft]:
    for days, words, account, net, treatment in (
        (6, "Takings of the shop, first half", _SALES, -4_000, "sale.standard"),
        (20, "Takings of the shop, second half", _SALES, -5_200, "sale.standard"),
        (11, "Goods for Bahrain", _EXPORTS, -1_500, "sale.export"),
        (8, "Goods bought", _GOODS, 3_100, "purchase.standard"),
        (17, "Electricity of the store", _ELECTRICITY, 420, "purchase.standard"),
        (23, "Design work from abroad", _GOODS, 800, "purchase.reverse"),
    ):
        code = codes.get(treatment)
        if code is None:
            continue
        day = month + timedelta(days=days)
        taxed = treatment in ("sale.standard", "purchase.standard")
        rate = rules_for(session, [code], day)[0].rate if taxed else Decimal(0)
        gross = (Decimal(net) * (100 + rate) / 100).quantize(Decimal("0.01"))
        lines = (LineDraft(account, Decimal(net), tax_code=code), LineDraft(_BANK, -gross))
        yield EntryDraft(day, lines, journal="BNK", narration=words)
