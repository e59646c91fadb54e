"""The chart of accounts: which type a name says an account is of, and accounts made from names."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import Account, AccountType, Journal, JournalLine
from addons.accounting.services.report_lines import require_line
from core.api import InvalidInput, phrase

LEVEL: Final = ":"
"""Separates the levels of an account's code."""

_WORDS: Final[Mapping[AccountType, str]] = {
    "asset": "asset assets الأصول أصول الموجودات موجودات সম্পদ সম্পত্তি পরিসম্পদ",
    "liability": "liability liabilities debt debts الخصوم خصوم المطلوبات مطلوبات الالتزامات"
    " التزامات দায় দেনা",
    "equity": "equity capital حقوق_الملكية حقوق_ملكية رأس_المال حقوق_المساهمين মূলধন"
    " মালিকানা_স্বত্ব ইকুইটি",
    "income": "income incomes revenue revenues الإيرادات إيرادات الدخل دخل আয় রাজস্ব",
    "expense": "expense expenses المصروفات مصروفات المصاريف مصاريف النفقات نفقات ব্যয় খরচ",
}
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670\u200e\u200f]")
_ALEF = re.compile("[أإآٱ]")


def type_of(code: str) -> AccountType | None:
    """The type that an account's name states: the first of its levels that is a known word.

    >>> type_of("Assets:Bank:Checking"), type_of("business:expenses:rent"), type_of("Misc")
    ('asset', 'expense', None)
    """
    for level in code.split(LEVEL):
        known = _TYPES.get(_plain(level))
        if known is not None:
            return known
    return None


def name_of(code: str) -> str:
    """How an account is called within the one above it."""
    return code.rpartition(LEVEL)[2] or code


def create_accounts(session: Session, types: Mapping[str, AccountType]) -> None:
    """Make the accounts that are not there yet, by code."""
    rows = [
        {"code": code, "name": name_of(code), "type": kind} for code, kind in sorted(types.items())
    ]
    if rows:
        # Another import may be making the same account at this moment.
        session.execute(insert(Account).on_conflict_do_nothing(), rows)


def accounts_by_code(session: Session, codes: Iterable[str]) -> dict[str, Account]:
    """Those of the accounts that exist."""
    found = session.scalars(select(Account).where(Account.code.in_(list(codes))))
    return {account.code: account for account in found}


def create_account(session: Session, values: Mapping[str, Any]) -> Account:
    """A new account. What customers owe and suppliers are owed has open items by itself."""
    open_items = values.get("subtype") in ("receivable", "payable")
    require_line(values.get("type", ""), values.get("report_line") or "")
    account = Account(**{**values, "reconcilable": values.get("reconcilable") or open_items})
    session.add(account)
    session.flush()
    return account


def update_account(session: Session, account: Account, values: Mapping[str, Any]) -> Account:
    """Change an account. What would rewrite statements of the past is refused."""
    used = session.scalar(
        select(JournalLine.id).where(JournalLine.account_id == account.id).limit(1)
    )
    if used is not None and values.get("type", account.type) != account.type:
        raise InvalidInput.of(
            "type",
            phrase("Account {code} has entries: its type stays.", code=account.code),
            fix=phrase("Create another account, and move the balance to it."),
        )
    require_line(
        values.get("type", account.type), values.get("report_line", account.report_line) or ""
    )
    currency = values.get("currency") or None
    others = select(JournalLine.currency).where(
        JournalLine.account_id == account.id, JournalLine.currency != currency
    )
    if currency is not None and (other := session.scalar(others.limit(1))) is not None:
        raise InvalidInput.of(
            "currency",
            phrase("Account {code} has entries in {currency}.", code=account.code, currency=other),
            fix=phrase("Leave the currency empty."),
        )
    for name, value in values.items():
        setattr(account, name, value)
    session.flush()
    return account


def create_journal(session: Session, values: Mapping[str, Any]) -> Journal:
    """A new journal."""
    _require_numbers(values)
    journal = Journal(**values)
    session.add(journal)
    session.flush()
    return journal


def update_journal(session: Session, journal: Journal, values: Mapping[str, Any]) -> Journal:
    """Change a journal. A series that has begun keeps its prefix until its year ends."""
    _require_numbers(values)
    for name, value in values.items():
        setattr(journal, name, value)
    session.flush()
    return journal


def install_defaults(session: Session) -> None:
    """The journals that every company needs. Repeatable."""
    session.execute(
        insert(Journal).on_conflict_do_nothing(),
        [{"code": code, "name": name, "type": kind} for code, name, kind in _JOURNALS],
    )


def _require_numbers(values: Mapping[str, Any]) -> None:
    if "{year}" not in values.get("number_prefix", "{year}"):
        raise InvalidInput.of(
            "number_prefix",
            phrase("Without the year, numbers would repeat in the next one."),
            fix=phrase("Put the year into it, in braces: INV/{example}/", example="{year}"),
        )
    if not 1 <= values.get("number_digits", 1) <= 12:
        raise InvalidInput.of("number_digits", phrase("Choose between 1 and 12 digits."))


def _plain(word: str) -> str:
    """Without case, accents of writing, and the forms of alef that people mix up."""
    folded = unicodedata.normalize("NFC", word.strip().casefold().replace(" ", "_"))
    return _ALEF.sub("ا", _MARKS.sub("", folded))


_TYPES: Final[Mapping[str, AccountType]] = {
    _plain(word): kind for kind, words in _WORDS.items() for word in words.split()
}
_JOURNALS = (
    ("GEN", "General", "general"),
    ("SAL", "Sales", "sale"),
    ("PUR", "Purchases", "purchase"),
    ("BNK", "Bank", "bank"),
    ("CSH", "Cash", "cash"),
)
