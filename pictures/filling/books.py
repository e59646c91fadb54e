"""Half a year of accounts: sales, purchases, payments, rent and salaries."""

from __future__ import annotations

import random
from collections.abc import Iterator
from datetime import date, timedelta
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.options import AccountingOptions
from addons.accounting.services import ledger
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from core.addons.options import set_options
from pictures.companies.company import Company
from pictures.filling.clock import TODAY, days_ago

_DAYS: Final = 170
_VAT: Final = Decimal("0.15")
_CENT: Final = Decimal("0.01")


def fill_books(session: Session, company: Company) -> None:
    """Accounts, journals, and entries up to the day of the pictures."""
    set_options(session, AccountingOptions, company_currency=company.currency)
    for code, name, kind, use in company.accounts:
        session.add(Account(code=code, name=name, type=kind, subtype=use))
    known = {journal.code: journal for journal in session.scalars(select(Journal))}
    for code, name, kind in company.journals:
        journal = known.get(code) or Journal(code=code, type=kind)
        journal.name = name
        session.add(journal)
    session.flush()
    scale = 1 if company.currency == "SAR" else 30
    for entry in _entries(company, scale):
        ledger.post(session, entry)


def _entries(company: Company, scale: int) -> Iterator[EntryDraft]:
    chance = random.Random(11)  # noqa: S311 - the same figures each time
    says = company.says
    capital = Decimal(250_000 * scale)
    yield _entry(days_ago(_DAYS), "GEN", says.opening, "", ("1102", capital), ("3101", -capital))
    for ago in range(_DAYS - 1, -1, -1):
        day = days_ago(ago)
        if day.isoweekday() in (5, 6):  # the weekend
            continue
        if chance.random() < 0.75:
            yield _sale(company, day, Decimal(chance.randint(700, 9_500) * scale), chance)
        if chance.random() < 0.3:
            yield _purchase(company, day, Decimal(chance.randint(1_500, 8_000) * scale), chance)
        if chance.random() < 0.35:
            paid = Decimal(chance.randint(800, 7_500) * scale)
            partner = chance.choice(company.customers)[0]
            yield _entry(day, "BNK", says.receipt, partner, ("1102", paid), ("1201", -paid))
        yield from _monthly(company, day, scale)


def _monthly(company: Company, day: date, scale: int) -> Iterator[EntryDraft]:
    tomorrow = day + timedelta(days=1)
    says = company.says
    if day.day == 1 or (day.isoweekday() == 7 and day.day in (2, 3)):
        rent = Decimal(6_500 * scale)
        yield _entry(day, "BNK", says.rent, "", ("5202", rent), ("1102", -rent))
    if day.day == 15 or (day.isoweekday() == 7 and day.day in (16, 17)):
        power = Decimal(1_284 * scale) + Decimal("37.50")
        yield _entry(day, "BNK", says.power, "", ("5203", power), ("1102", -power))
    if tomorrow.day == 1 and day != TODAY:
        salaries = Decimal(21_400 * scale)
        yield _entry(day, "GEN", says.salaries, "", ("5201", salaries), ("2301", -salaries))


def _sale(company: Company, day: date, net: Decimal, chance: random.Random) -> EntryDraft:
    vat = (net * _VAT).quantize(_CENT)
    partner = chance.choice(company.customers)[0]
    lines = (("1201", net + vat), ("4101", -net), ("2201", -vat))
    return _entry(day, "SAL", company.says.sale, partner, *lines)


def _purchase(company: Company, day: date, net: Decimal, chance: random.Random) -> EntryDraft:
    vat = (net * _VAT).quantize(_CENT)
    partner = chance.choice(company.suppliers)
    lines = (("1301", net), ("1401", vat), ("2101", -net - vat))
    return _entry(day, "PUR", company.says.purchase, partner, *lines)


def _entry(
    day: date, journal: str, narration: str, partner: str, *lines: tuple[str, Decimal]
) -> EntryDraft:
    return EntryDraft(
        date=day,
        lines=tuple(LineDraft(account, amount) for account, amount in lines),
        journal=journal,
        narration=narration,
        partner=partner,
    )
