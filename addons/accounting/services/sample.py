"""A year of a small trading company's books, for a sample company."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Journal
from addons.accounting.services import drafts
from addons.accounting.services.charts.install import install_chart
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.settlement.settling import settle_oldest
from addons.contacts.api import find_contact
from core.api import binding, utc_now

_CHARTS: Final = {"Asia/Dhaka": "bangladesh", "Asia/Dubai": "united_arab_emirates"}
_CHART: Final = "saudi_arabia"
"""The charts by the company's time zone; one that is elsewhere looks at a company in Riyadh."""
_CASH, _BANK, _CUSTOMERS_OWE, _SUPPLIERS_OWED = "1010", "1030", "1100", "2000"
_CAPITAL, _SALES, _SERVICES, _GOODS = "3000", "4000", "4010", "5000"
_SALARIES, _RENT, _ELECTRICITY = "6100", "6200", "6210"
_MONTHS: Final = 12
_TERM: Final = timedelta(days=30)
_CUSTOMERS: Final = ("Al Noor Trading", "Dhaka Textiles", "Cedar House", "Blue Harbour")
_SUPPLIER: Final = "Eastern Supplies"
_SEASON: Final = (62, 58, 71, 69, 75, 80, 78, 84, 81, 90, 96, 93)
"""Sales of each month in thousands, the oldest first."""


def prepare(session: Session) -> None:
    """A chart of accounts, with its currency, its journals and the accounts that services post
    to."""
    install_chart(session, _CHARTS.get(binding(session).tenant.timezone, _CHART))


def fill(session: Session) -> None:
    """An opening, twelve months of entries, most of them paid, and two drafts of today."""
    contacts = _contacts(session)
    for entry in _entries(utc_now().date()):
        post(session, replace(entry, partner_id=contacts.get(entry.partner)))
    controls = select(Account.id).where(Account.reconcilable)
    for account_id in session.scalars(controls).all():
        for contact_id in contacts.values():
            settle_oldest(session, account_id, contact_id)
    _drafts(session)


def _contacts(session: Session) -> dict[str, int]:
    """The partners that are among the contacts, by their names."""
    found = {name: find_contact(session, name=name) for name in (*_CUSTOMERS, _SUPPLIER)}
    return {name: contact.id for name, contact in found.items() if contact is not None}


def _entries(today: date) -> Iterator[EntryDraft]:
    months = _months(today)
    yield _entry(months[0], "Capital paid in", (_BANK, 250_000), (_CAPITAL, None))
    for month, sales in zip(months, _SEASON, strict=True):
        for entry in _of_month(month, Decimal(sales) * 1000):
            if entry.date <= today:
                yield entry


def _of_month(month: date, sales: Decimal) -> Iterator[EntryDraft]:
    for place, customer in enumerate(_CUSTOMERS):
        share = sales * (28 - 2 * place) / 100
        day = month + timedelta(days=3 + 5 * place)
        yield _entry(
            day, "Goods sold", (_CUSTOMERS_OWE, share), (_SALES, None),
            journal="SAL", partner=customer,
        )  # fmt: skip
        yield _entry(
            day + timedelta(days=4), "Paid by transfer", (_BANK, share * 9 / 10),
            (_CUSTOMERS_OWE, None), journal="BNK", partner=customer,
        )  # fmt: skip
    yield _entry(
        month + timedelta(days=1), "Goods bought", (_GOODS, sales * 48 / 100),
        (_SUPPLIERS_OWED, None), journal="PUR", partner=_SUPPLIER,
    )  # fmt: skip
    for day, words, account, amount in (
        (0, "Rent of the shop", _RENT, Decimal(6_500)),
        (9, "Repairs for a customer", _SERVICES, -sales / 20),
        (14, "Electricity", _ELECTRICITY, Decimal(1_180) + sales / 100),
        (20, "Eastern Supplies paid", _SUPPLIERS_OWED, sales * 44 / 100),
        (24, "Salaries", _SALARIES, Decimal(17_400)),
    ):
        other = (_BANK, None)
        partner = _SUPPLIER if account == _SUPPLIERS_OWED else ""
        yield _entry(
            month + timedelta(days=day), words, (account, amount), other,
            journal="BNK", partner=partner,
        )  # fmt: skip


def _entry(
    day: date,
    words: str,
    one: tuple[str, Decimal | int],
    other: tuple[str, None],
    *,
    journal: str = "GEN",
    partner: str = "",
) -> EntryDraft:
    amount = Decimal(one[1]).quantize(Decimal("0.01"))
    due = day + _TERM if journal in ("SAL", "PUR") else None
    lines = (LineDraft(one[0], amount, due_date=due), LineDraft(other[0], -amount, due_date=due))
    return EntryDraft(date=day, lines=lines, journal=journal, narration=words, partner=partner)


def _drafts(session: Session) -> None:
    accounts = {account.code: account.id for account in session.scalars(select(Account))}
    journal = session.scalars(select(Journal.id).where(Journal.code == "PUR")).one()
    for words, amount in (("New scales", Decimal(840)), ("Paper and ink", Decimal("126.50"))):
        lines: list[dict[str, Any]] = [
            {"account_id": accounts[_GOODS], "debit": amount},
            {"account_id": accounts[_CASH], "credit": amount},
        ]
        values = {"journal_id": journal, "date": utc_now().date(), "narration": words}
        drafts.create_draft(session, {**values, "lines": lines})


def _months(today: date) -> list[date]:
    months = [today.replace(day=1)]
    while len(months) < _MONTHS:
        months.append((months[-1] - timedelta(days=1)).replace(day=1))
    return months[::-1]
