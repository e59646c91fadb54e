"""Files of an older system: its trial balance, and its open items, as CSV or XLSX.

Columns are known by their titles in English, Arabic or Bengali, in any order, below whatever stands
above them. A file replaces what an earlier one brought into the opening in preparation; accounts
that somebody chose for old codes stay chosen.
"""

from __future__ import annotations

import io
from collections.abc import Callable, Iterator, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.opening import Opening, OpeningAccount, OpeningItem
from addons.accounting.services.bank.formats.table_cells import amount_in, day_in
from addons.accounting.services.currencies import company_currency
from addons.contacts.api import find_contact
from core.api import (
    AppError,
    Figures,
    ImportOutcome,
    ImportProblem,
    Row,
    announce,
    detect_figures,
    phrase,
    read_table,
)

_ACCOUNT_TITLES: Final = {
    "code": "code|account|account code|account no|account number|رقم الحساب|الحساب|হিসাব নম্বর|হিসাব",
    "name": "name|account name|description|اسم الحساب|হিসাবের নাম|বিবরণ",
    "debit": "debit|dr|debit balance|مدين|ডেবিট",
    "credit": "credit|cr|credit balance|دائن|ক্রেডিট",
    "balance": "balance|closing balance|amount|الرصيد|জের",
    "original_amount": "foreign amount|original amount|المبلغ الأجنبي|বৈদেশিক পরিমাণ",
    "original_currency": "currency|foreign currency|original currency|العملة|মুদ্রা",
}
_ITEM_TITLES: Final = {
    "account": "account|account code|code|رقم الحساب|الحساب|হিসাব নম্বর|হিসাব",
    "partner": "partner|customer|supplier|vendor|contact|name|العميل|المورد|الاسم|গ্রাহক|সরবরাহকারী|নাম",
    "number": "number|invoice|invoice number|invoice no|document|رقم الفاتورة|الرقم|চালান নম্বর|নম্বর",
    "date": "date|invoice date|document date|التاريخ|تاريخ الفاتورة|তারিখ",
    "due_date": "due date|due|due_date|تاريخ الاستحقاق|পরিশোধের তারিখ",
    "amount": "amount|balance|open amount|outstanding|المبلغ|الرصيد|পরিমাণ|জের",
    "original_amount": "foreign amount|original amount|المبلغ الأجنبي|বৈদেশিক পরিমাণ",
    "original_currency": "currency|foreign currency|original currency|العملة|মুদ্রা",
}
_TOTALS: Final = ("total", "grand total", "sum", "الإجمالي", "الاجمالي", "المجموع", "মোট", "সর্বমোট")
_USUAL: Final = Figures(".", ",", "dmy")
_SEARCHED_ROWS: Final = 20


class _Problems(Exception):
    """What is wrong with the file, to be told with its lines."""

    def __init__(self, *problems: ImportProblem) -> None:
        super().__init__()
        self.problems = problems


def import_trial_balance(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Take the rows of a trial balance into the opening in preparation."""
    return _imported(session, content, _ACCOUNT_TITLES, ("code",), _take_accounts)


def import_open_items(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Take open invoices and payments into the opening in preparation."""
    return _imported(session, content, _ITEM_TITLES, ("account", "amount", "date"), _take_items)


Take = Callable[[Session, Opening, list[dict[str, Any]]], tuple[int, int]]


def _imported(
    session: Session,
    content: bytes,
    titles: Mapping[str, str],
    needed: tuple[str, ...],
    take: Take,
) -> ImportOutcome:
    try:
        opening = _in_preparation(session)
        rows = list(_rows(content, titles, needed))
        created, unchanged = take(session, opening, rows)
    except _Problems as found:
        return ImportOutcome(0, 0, found.problems)
    except AppError as error:
        return ImportOutcome(0, 0, (ImportProblem(1, error.message),))
    session.flush()
    announce(session, "accounting.openings", opening.id)
    return ImportOutcome(created, unchanged)


def _in_preparation(session: Session) -> Opening:
    opening = session.scalar(select(Opening).where(Opening.state == "draft").with_for_update())
    if opening is None:
        raise _Problems(
            ImportProblem(
                1,
                phrase(
                    "No opening is being prepared. Begin one under Accounting > Opening balances."
                ),
            )
        )
    return opening


def _rows(
    content: bytes, titles: Mapping[str, str], needed: tuple[str, ...]
) -> Iterator[dict[str, Any]]:
    table = read_table(io.BytesIO(content))
    columns, body = _columns(table.rows, titles, needed)
    figures = detect_figures((cell for row in body for cell in row.cells), _USUAL)
    problems: list[ImportProblem] = []
    for row in body:
        cells = {name: row.cell(place).strip() for name, place in columns.items()}
        raw = {name: row.cell(place) for name, place in columns.items()}
        if any(cell.casefold().rstrip(":") in _TOTALS for cell in cells.values()):
            continue
        values: dict[str, Any] = {"line": row.line, **cells}
        for name in ("debit", "credit", "balance", "amount", "original_amount"):
            if name in cells:
                values[name] = _amount(raw[name], figures, row.line, problems)
        for name in ("date", "due_date"):
            if name in cells:
                values[name] = _day(raw[name], figures, row.line, problems)
        yield values
    if problems:
        raise _Problems(*problems)


def _columns(
    rows: tuple[Row, ...], titles: Mapping[str, str], needed: tuple[str, ...]
) -> tuple[dict[str, int], tuple[Row, ...]]:
    known = {word: name for name, words in titles.items() for word in words.split("|")}
    for at, row in enumerate(rows[:_SEARCHED_ROWS]):
        columns: dict[str, int] = {}
        for place, cell in enumerate(row.cells):
            name = known.get(" ".join(cell.strip().casefold().split()))
            if name is not None:
                columns.setdefault(name, place)
        if all(name in columns for name in needed) and len(columns) > 1:
            return columns, rows[at + 1 :]
    message = phrase("No row has the titles {titles}.", titles=", ".join(needed))
    raise _Problems(ImportProblem(1, message))


def _amount(
    cell: str, figures: Figures, line: int, problems: list[ImportProblem]
) -> Decimal | None:
    if not cell.strip() or cell.strip() in ("-", "–"):
        return None
    amount = amount_in(cell, figures.decimal)
    if amount is None:
        problems.append(ImportProblem(line, phrase("“{text}” is no amount.", text=cell.strip())))
    return amount


def _day(cell: str, figures: Figures, line: int, problems: list[ImportProblem]) -> date | None:
    if not cell.strip():
        return None
    day = day_in(cell, figures.day_order)
    if day is None:
        problems.append(ImportProblem(line, phrase("“{text}” is no date.", text=cell.strip())))
    return day


def _take_accounts(
    session: Session, opening: Opening, rows: list[dict[str, Any]]
) -> tuple[int, int]:
    codes = {row["code"] for row in rows}
    ours = {
        account.code: account.id
        for account in session.scalars(select(Account).where(Account.code.in_(codes)))
    }
    chosen = {row.old_code: row.account_id for row in opening.accounts if row.account_id}
    wanted = []
    for row in rows:
        values = _account_row(row)
        if values is not None:
            code = values["old_code"]
            wanted.append({**values, "account_id": chosen.get(code) or ours.get(code)})
    return _replace(session, opening, "accounts", OpeningAccount, wanted)


def _account_row(row: Mapping[str, Any]) -> dict[str, Any] | None:
    amounts = [row.get(name) for name in ("debit", "credit", "balance")]
    if not row["code"]:
        if any(amounts):
            raise _Problems(ImportProblem(row["line"], phrase("The account is missing.")))
        return None
    debit, credit = row.get("debit") or Decimal(0), row.get("credit") or Decimal(0)
    if "debit" not in row and "credit" not in row:
        balance = row.get("balance") or Decimal(0)
        debit, credit = max(balance, Decimal(0)), max(-balance, Decimal(0))
    return {
        "old_code": row["code"],
        "old_name": row.get("name", ""),
        "debit": debit,
        "credit": credit,
        **_original(row),
    }


def _take_items(session: Session, opening: Opening, rows: list[dict[str, Any]]) -> tuple[int, int]:
    company = company_currency(session)
    taken = {row.old_code: row.account_id for row in opening.accounts if row.account_id}
    ours = {account.code: account.id for account in session.scalars(select(Account))}
    wanted, problems = [], []
    contacts: dict[str, int | None] = {}
    for row in rows:
        account_id = taken.get(row["account"]) or ours.get(row["account"])
        if account_id is None:
            message = phrase("There is no account {code}.", code=row["account"])
            problems.append(ImportProblem(row["line"], message))
        elif row["date"] is None or row["amount"] is None:
            message = phrase("An open item needs a date and an amount.")
            problems.append(ImportProblem(row["line"], message))
        else:
            name = row.get("partner", "")
            if name not in contacts:
                found = find_contact(session, name=name) if name else None
                contacts[name] = found.id if found else None
            wanted.append(
                {
                    "account_id": account_id,
                    "partner": name,
                    "partner_id": contacts[name],
                    "number": row.get("number", ""),
                    "date": row["date"],
                    "due_date": row.get("due_date"),
                    "amount": row["amount"],
                    **_original(row, company),
                }
            )
    if problems:
        raise _Problems(*problems)
    return _replace(session, opening, "items", OpeningItem, wanted)


def _original(row: Mapping[str, Any], company: str = "") -> dict[str, Any]:
    amount, currency = row.get("original_amount"), (row.get("original_currency") or "").upper()
    if amount is None or not currency or currency == company:
        return {"original_amount": None, "original_currency": ""}
    return {"original_amount": amount, "original_currency": currency}


def _replace(
    session: Session,
    opening: Opening,
    name: str,
    model: type[OpeningAccount] | type[OpeningItem],
    wanted: list[dict[str, Any]],
) -> tuple[int, int]:
    """How many rows are new, and how many were there just so."""
    present = [
        {field: getattr(row, field) for field in wanted[0]} if wanted else {}
        for row in getattr(opening, name)
    ]
    if present == wanted:
        return 0, len(wanted)
    unchanged = sum(row in present for row in wanted)
    setattr(opening, name, [model(position=at, **row) for at, row in enumerate(wanted, start=1)])
    session.flush()
    return len(wanted) - unchanged, unchanged
