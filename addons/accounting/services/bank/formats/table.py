"""CSV files and workbooks of banks, read by a mapping.

A row whose date and amount are both none is no movement (a title, a sum at the foot) and is passed
over. Where only one of them cannot be read, the file is refused with row and column; a row that a
bank marks as pending instead of giving it a day is left out and named.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from addons.accounting.services.bank.errors import ask_day_order, unreadable, unreadable_at
from addons.accounting.services.bank.formats.marks import one_line
from addons.accounting.services.bank.formats.table_balances import stated_balances
from addons.accounting.services.bank.formats.table_cells import amount_in, day_in, day_orders
from addons.accounting.services.bank.formats.table_mapping import TableMapping, require_usable
from addons.accounting.services.bank.formats.table_words import CREDITS, DEBITS
from addons.accounting.services.bank.iban import looks_like_iban, normalized
from addons.accounting.services.bank.values import BankLine, BankStatement
from core.api import Row, Table, phrase


@dataclass(frozen=True, slots=True)
class TableLine:
    """A line with what a table says beside it."""

    row: int
    line: BankLine
    currency: str
    balance: Decimal | None


def read_table_statement(table: Table, mapping: TableMapping) -> tuple[BankStatement, ...]:
    """One statement per currency of the table; raises BankFileIsUnreadable with the row, and
    BankFileIsAmbiguous where day and month must be told apart first."""
    require_usable(mapping)
    order = mapping.day_order or _only_order(table, mapping)
    found: list[TableLine] = []
    pending: list[str] = []
    for row in table.rows:
        if row.line <= mapping.header:
            continue
        line = _line(row, mapping, order, pending)
        if line is not None:
            found.append(line)
    if not found:
        raise unreadable(
            phrase("The table holds no movements."),
            fix=phrase("Choose a file with at least one, or correct which column is what."),
        )
    currencies = list(dict.fromkeys(line.currency for line in found))
    return tuple(
        _statement([line for line in found if line.currency == currency], currency, pending)
        for currency in currencies
    )


def _statement(found: Sequence[TableLine], currency: str, pending: Sequence[str]) -> BankStatement:
    balances = stated_balances(
        [(item.row, item.line.date, item.line.amount, item.balance) for item in found]
    )
    lines = [item.line for item in found]
    if balances.newest_first:
        lines.reverse()
    return BankStatement(
        account="",
        currency=currency,
        lines=tuple(lines),
        opening=balances.opening,
        closing=balances.closing,
        warnings=(*balances.warnings, *pending),
    )


def _only_order(table: Table, mapping: TableMapping) -> str:
    place = mapping.place("date") or 0
    cells = [row.cell(place) for row in table.rows if row.line > mapping.header]
    cells = [c for c in cells if any(day_in(c, order) for order in ("dmy", "mdy", "ymd"))]
    orders = day_orders(cells)
    if len(orders) == 1:
        return orders[0]
    if orders:
        raise ask_day_order(next(c for c in cells if day_in(c, "dmy") != day_in(c, "mdy")))
    return "dmy"


def _line(row: Row, mapping: TableMapping, order: str, pending: list[str]) -> TableLine | None:
    """The movement in a row, or None where the row is none."""
    written_day = _cell(row, mapping, "date")
    day = day_in(written_day, order)
    amount, given = _amount(row, mapping)
    if day is None and not (given and amount):
        return None
    if day is None:
        if written_day and not any(letter.isdigit() for letter in written_day):
            pending.append(
                phrase(
                    "Row {row}: “{word}” stands where a day should; the row is left out.",
                    row=row.line,
                    word=written_day[:40],
                )
            )
            return None
        if not written_day:
            return None
        raise _bad(row, phrase("{written} is not a day.", written=written_day[:40]))
    if amount is None:
        if given:
            raise _bad(row, phrase("{written} is not an amount.", written=given[:40]))
        return None
    return TableLine(
        row=row.line,
        line=_bank_line(row, mapping, order, day, amount),
        currency=_cell(row, mapping, "currency").upper()[:3],
        balance=amount_in(_cell(row, mapping, "balance"), mapping.decimal),
    )


def _bank_line(row: Row, mapping: TableMapping, order: str, day: date, amount: Decimal) -> BankLine:
    account = _cell(row, mapping, "account")
    original = amount_in(_cell(row, mapping, "original_amount"), mapping.decimal)
    currency = _cell(row, mapping, "original_currency").upper()[:3]
    foreign = bool(original and currency)
    return BankLine(
        date=day,
        value_date=day_in(_cell(row, mapping, "value_date"), order),
        amount=amount,
        where=phrase("Row {row}", row=row.line),
        text=one_line(*(row.cell(place) for place in mapping.places("text"))),
        reference=one_line(_cell(row, mapping, "reference")),
        bank_id=one_line(_cell(row, mapping, "bank_id")),
        partner_name=one_line(_cell(row, mapping, "name")),
        partner_account=normalized(account) if looks_like_iban(account) else one_line(account),
        original_amount=original if foreign else None,
        original_currency=currency if foreign else "",
    )


def _amount(row: Row, mapping: TableMapping) -> tuple[Decimal | None, str]:
    """What the row adds to the account, and what is written there."""
    if mapping.place("amount") is not None:
        written = _cell(row, mapping, "amount")
        amount = amount_in(written, mapping.decimal)
        if amount is not None:
            amount = _by_mark(row, mapping, amount)
    else:
        out, into = _cell(row, mapping, "debit"), _cell(row, mapping, "credit")
        written = one_line(out, into)
        parts = [amount_in(cell, mapping.decimal) for cell in (out, into)]
        if any(cell and part is None for cell, part in zip((out, into), parts, strict=True)):
            return None, written
        debit, credit = (part or Decimal() for part in parts)
        amount = credit + (debit if mapping.signed_debit else -debit) if written else None
    if amount is not None and mapping.inverse:
        amount = -amount
    return amount, written


def _by_mark(row: Row, mapping: TableMapping, amount: Decimal) -> Decimal:
    """With a mark beside it an amount has its sign from there, unless it bears a minus itself."""
    mark = _cell(row, mapping, "sign").casefold()
    if mark in DEBITS:
        return -abs(amount)
    if mark in CREDITS:
        return abs(amount)
    if mark:
        raise _bad(
            row, phrase("{written} is neither a mark of debit nor of credit.", written=mark[:20])
        )
    return amount


def _cell(row: Row, mapping: TableMapping, role: str) -> str:
    place = mapping.place(role)
    cell = row.cell(place) if place is not None else ""
    return cell if cell == cell.strip() else type(cell)(cell.strip())


def _bad(row: Row, message: str) -> Exception:
    return unreadable_at(phrase("Row {row}", row=row.line), message)
