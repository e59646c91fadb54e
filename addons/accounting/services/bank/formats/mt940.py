"""MT940 (end of day) and MT942 (interim) messages of SWIFT, as several dozen banks write them.

mt-940 knows the patterns of statement lines and details; what it cannot read is refused with the
line. A 30 February, which banks that count months of 30 days send, becomes the month's last day.
"""

from __future__ import annotations

import logging
import re
from dataclasses import dataclass, field, replace
from datetime import date
from decimal import Decimal
from typing import Any, Final

from mt940 import models, processors, tags
from mt940.options import Options

from addons.accounting.services.bank.errors import unreadable, unreadable_at
from addons.accounting.services.bank.formats.marks import (
    day_of,
    full_year,
    one_line,
    written_amount,
)
from addons.accounting.services.bank.formats.mt940_details import Details, details_of
from addons.accounting.services.bank.formats.mt940_fields import Field, statements_of
from addons.accounting.services.bank.iban import looks_like_iban, normalized
from addons.accounting.services.bank.values import BankBalance, BankLine, BankStatement
from core.api import phrase

# The library logs the whole line that it cannot read; other people's payments are no log lines.
logging.getLogger("mt940").setLevel(logging.CRITICAL)

SIGN: Final = re.compile(rb"^\s*:(20|25|28C?|60[FM]|61|62[FM]):", re.MULTILINE)
"""What such a file is known by."""
_BALANCE: Final = re.compile(r"([DC])(\d{2})(\d{2})(\d{2})([A-Z]{3})?(\d{1,15}(?:,\d*)?|,\d+).*")
_SUM: Final = re.compile(r"(\d*)([A-Z]{3})(\d*,?\d*)")
_CURRENCY_AT_END: Final = re.compile(r"(?<=\d)([A-Z]{3})$")
_LINE_TAGS: Final = (tags.Statement(), tags.StatementGLS())
"""Patterns of a statement line, the strict one first."""


@dataclass(slots=True)
class _Statement:
    """A statement while it is read."""

    begins: int
    account: str = ""
    number: str = ""
    currency: str = ""
    opening: BankBalance | None = None
    closing: BankBalance | None = None
    lines: list[BankLine] = field(default_factory=list)
    details: list[str] = field(default_factory=list)
    sums: list[tuple[str, Field]] = field(default_factory=list)
    warnings: list[str] = field(default_factory=list)
    interim: bool = False
    taking_details: bool = False


def read_mt940(text: str) -> tuple[BankStatement, ...]:
    """The statements of a file; raises BankFileIsUnreadable with the line."""
    return tuple(
        statement
        for fields in statements_of(text)
        for statement in [_statement(fields)]
        if statement
    )


def _statement(fields: list[Field]) -> BankStatement | None:
    """What the fields say, or None where they say nothing of an account."""
    read = _Statement(begins=fields[0].line)
    for item in fields:
        _take(read, item)
    _end_line(read)
    _check_sums(read)
    if not (read.lines or read.opening or read.closing):
        return None
    account = one_line(_CURRENCY_AT_END.sub("", read.account))
    return BankStatement(
        account=account,
        currency=read.currency,
        lines=tuple(read.lines),
        iban=normalized(account) if looks_like_iban(account) else "",
        number=read.number,
        first_day=read.opening.date if read.opening else None,
        last_day=read.closing.date if read.closing else None,
        opening=read.opening,
        closing=read.closing,
        interim=read.interim,
        where=_at(read.begins),
        warnings=tuple(read.warnings),
    )


def _take(read: _Statement, item: Field) -> None:
    if item.tag == "86":
        if read.taking_details:
            read.details.append(item.value)
        return
    if item.tag == "25" and read.lines:
        read.warnings.append(
            phrase(
                "{where}: an account stands where details were expected; it is read as details.",
                where=_at(item.line),
            )
        )
        read.details.append(item.value)
        return
    if item.tag == "NS":
        return
    _end_line(read)
    if item.tag == "61":
        read.lines.append(_line(item))
        read.taking_details = True
    elif item.tag in ("25", "25P"):
        read.account = item.value.splitlines()[0] if item.value else ""
        match = _CURRENCY_AT_END.search(read.account)
        read.currency = read.currency or (match[1] if match else "")
    elif item.tag in ("28", "28C"):
        read.number = item.value.strip()
    elif item.tag[:2] == "60":
        read.opening = read.opening or _balance(read, item)
    elif item.tag[:2] == "62":
        read.closing = _balance(read, item)
    elif item.tag in ("90D", "90C", "34F"):
        read.interim = True
        read.sums.append((item.tag, item))
        if item.tag == "34F":
            read.currency = read.currency or item.value[:3]


def _balance(read: _Statement, item: Field) -> BankBalance:
    match = _BALANCE.fullmatch(item.value.splitlines()[0].strip() if item.value else "")
    if match is None:
        raise unreadable_at(
            _at(item.line),
            phrase("{written} is not a balance.", written=f":{item.tag}:{item.value[:40]}"),
        )
    day = day_of(full_year(int(match[2])), int(match[3]), int(match[4]))
    amount = written_amount(match[6])
    if day is None or amount is None:
        raise _no_day(item.line, f"{match[2]}{match[3]}{match[4]}")
    if match[5]:
        if read.currency and read.currency != match[5]:
            raise unreadable_at(
                _at(item.line),
                phrase(
                    "The statement is in {first} and then in {second}.",
                    first=read.currency,
                    second=match[5],
                ),
            )
        read.currency = match[5]
    return BankBalance(-amount if match[1] == "D" else amount, day)


def _line(item: Field) -> BankLine:
    found = _parsed(item)
    amount = written_amount(str(found["amount_written"]))
    if amount is None:
        raise unreadable_at(
            _at(item.line),
            phrase("{written} is not an amount.", written=str(found["amount_written"])),
        )
    mark = str(found["status"]).upper()
    value_day: date = _plain_day(found["date"])
    booked = found.get("entry_date")
    references = [_reference(found.get(key)) for key in ("customer_reference", "bank_reference")]
    return BankLine(
        date=_plain_day(booked) if isinstance(booked, date) else value_day,
        value_date=value_day,
        amount=-amount if mark in ("D", "RC") else amount,
        text=one_line(found.get("extra_details")),
        where=_at(item.line),
        reference=references[0],
        bank_id=references[1],
        kind=one_line(found.get("id")),
    )


def _parsed(item: Field) -> dict[str, Any]:
    """The parts of a statement line by the first pattern that knows it."""
    transactions = models.Transactions(processors={}, options=Options.all())
    for tag in _LINE_TAGS:
        try:
            groups: dict[str, Any] = tag.parse(transactions, item.value)
        except RuntimeError:
            continue
        written = groups["amount"]
        fix_february = processors.date_fixup_pre_processor
        try:
            parts = tag(transactions, fix_february(transactions, tag, dict(groups)))
        except (ValueError, ArithmeticError):
            raise _no_day(item.line, item.value[:10]) from None
        return {**parts, "amount_written": written}
    raise unreadable_at(
        _at(item.line),
        phrase("{written} is not a statement line.", written=f":61:{item.value[:40]}"),
        fix=phrase("Ask the bank for the file again; a line of it is damaged."),
    )


def _end_line(read: _Statement) -> None:
    """Give the last line the details that followed it."""
    if read.lines and read.details:
        line = read.lines[-1]
        details = _merged([details_of(value) for value in read.details])
        read.lines[-1] = replace(
            line,
            text=one_line(line.text, details.text),
            partner_name=details.name,
            partner_account=details.account,
            reference=details.reference or line.reference,
        )
    read.details = []
    read.taking_details = False


def _merged(parts: list[Details]) -> Details:
    return Details(
        text=one_line(*(part.text for part in parts)),
        name=next((part.name for part in parts if part.name), ""),
        account=next((part.account for part in parts if part.account), ""),
        reference=next((part.reference for part in parts if part.reference), ""),
    )


def _check_sums(read: _Statement) -> None:
    """An interim report states number and sum of its lines; say where they differ."""
    for tag, item in read.sums:
        match = _SUM.fullmatch(item.value.strip())
        if tag == "34F" or match is None:
            continue
        read.currency = read.currency or match[2]
        lines = [ln.amount for ln in read.lines if (ln.amount < 0) == (tag == "90D")]
        stated = written_amount(match[3]) or Decimal()
        total = abs(sum(lines, Decimal()))
        if total != stated:
            read.warnings.append(
                phrase(
                    "{where}: the bank states a sum of {stated}, the lines make {total}.",
                    where=_at(item.line),
                    stated=f"{stated:f}",
                    total=f"{total:f}",
                )
            )


def _plain_day(day: Any) -> date:
    return date(day.year, day.month, day.day)


def _reference(written: Any) -> str:
    text = one_line(written if isinstance(written, str) else "")
    return "" if text.upper() in ("", "NONREF") else text


def _at(line: int) -> str:
    return phrase("Line {line}", line=line)


def _no_day(line: int, written: str) -> Exception:
    return unreadable_at(_at(line), phrase("{written} is not a day.", written=written))


def require_statements(statements: tuple[BankStatement, ...]) -> tuple[BankStatement, ...]:
    """Raise BankFileIsUnreadable where a file of the right kind holds no statement."""
    if not statements:
        raise unreadable(
            phrase("The file holds no statement: neither movements nor balances."),
            fix=phrase("Ask the bank for the statement again, or choose another file."),
        )
    return statements
