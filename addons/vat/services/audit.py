"""The VAT audit: every tax of every entry held against rate times base, and what stands on the
accounts of taxes without being a tax."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryTax,
    TaxLineQuery,
    company_currency,
    posted_without_code,
    taxes_by_entry,
)
from addons.vat.options import VatOptions
from addons.vat.services.engine.rounding import product
from addons.vat.services.engine.values import UNTAXED, ZERO
from addons.vat.services.entry_taxes import digits_of
from addons.vat.services.known import KnownTax, known_taxes
from core.api import Period, ReportTable, options

_PERCENT = Decimal("0.01")
FIRST, LAST = date(1, 1, 1), date(9999, 12, 31)


@dataclass(frozen=True, slots=True)
class Audited:
    """One tax of one entry, with what it should be. Signs are those of the ledger."""

    entry: EntryTax
    base: Decimal
    tax: Decimal
    expected: Decimal
    agrees: bool

    @property
    def difference(self) -> Decimal:
        """By how much the entry has more, in the ledger's sign."""
        return self.tax - self.expected


@dataclass(frozen=True, slots=True)
class TaxTotal:
    """All entries of one tax."""

    code: str
    name: str
    entries: int
    base: Decimal
    tax: Decimal
    expected: Decimal


def audited(session: Session, start: date, end: date) -> Iterator[Audited]:
    """Every tax of every posted entry of these days, oldest first."""
    taxes = known_taxes(session)
    if not taxes:
        return
    currency = company_currency(session)
    tolerance = options(session, VatOptions).tolerance
    unit = Decimal(1).scaleb(-digits_of(currency))
    for entry in taxes_by_entry(session, TaxLineQuery(currency, start, end)):
        yield _audit(taxes.get(entry.code), entry, tolerance, unit)


def disagreeing(session: Session, start: date, end: date, limit: int) -> list[Audited]:
    """The first entries whose tax is not rate times base."""
    found = []
    for one in audited(session, start, end):
        if not one.agrees:
            found.append(one)
            if len(found) == limit:
                break
    return found


def totals(session: Session, start: date, end: date) -> list[TaxTotal]:
    """The sums of each tax, by code."""
    names = {code: tax.name for code, tax in known_taxes(session).items()}
    found: dict[str, list[Audited]] = {}
    for one in audited(session, start, end):
        found.setdefault(one.entry.code, []).append(one)
    return [
        TaxTotal(
            code,
            names.get(code, code),
            len(items),
            sum((item.base for item in items), ZERO),
            sum((item.tax for item in items), ZERO),
            sum((item.expected for item in items), ZERO),
        )
        for code, items in sorted(found.items())
    ]


def bare_postings(session: Session, start: date, end: date) -> Decimal:
    """What was posted to the accounts of taxes by lines that bear none, settlements among them."""
    accounts = {
        account
        for tax in known_taxes(session).values()
        for account in (tax.account_id, tax.counter_account_id)
        if account is not None
    }
    if not accounts:
        return ZERO
    return posted_without_code(session, accounts, start, end, company_currency(session))


def report(session: Session, period: Period) -> ReportTable:
    """The audit as a report: a row for each tax, then one for each entry that disagrees."""
    start, end = period.start or FIRST, period.end or LAST
    rows: list[tuple[object, ...]] = [
        (one.code, one.name, one.entries, one.base, one.tax, one.expected, one.tax - one.expected)
        for one in totals(session, start, end)
    ]
    rows += [
        (one.entry.code, one.entry.number, 1, one.base, one.tax, one.expected, one.difference)
        for one in disagreeing(session, start, end, 1000)
    ]
    columns = ("tax", "what", "entries", "base", "amount", "expected", "difference")
    return ReportTable(columns, tuple(rows))


def _audit(tax: KnownTax | None, entry: EntryTax, tolerance: Decimal, unit: Decimal) -> Audited:
    base = entry.stated_base if entry.stated_base is not None else entry.base
    rate = tax.rate_on(entry.date) if tax is not None else None
    if tax is None or rate is None:
        return Audited(entry, base, entry.along + entry.against, ZERO, agrees=False)
    wanted = ZERO if tax.kind in UNTAXED else product(base, rate, _PERCENT)
    allowed = tolerance + unit * max(entry.bases, 1) / 2
    pairs = list(_pairs(tax, entry, wanted))
    agrees = all(abs(found - should) <= allowed for found, should in pairs)
    return Audited(entry, base, pairs[0][0], pairs[0][1], agrees)


def _pairs(tax: KnownTax, entry: EntryTax, wanted: Decimal) -> Iterable[tuple[Decimal, Decimal]]:
    if tax.kind == "withholding":
        yield entry.against + entry.along, -wanted
    elif tax.kind == "reverse_charge":
        yield entry.along, wanted
        yield entry.against, -wanted
    elif tax.cash_basis:
        # Coming due moves a tax between two accounts, which is no new tax.
        yield entry.along + entry.against, wanted if entry.bases else ZERO
    else:
        yield entry.along + entry.against, wanted
