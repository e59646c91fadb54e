"""OFX 1 and 2: bank accounts, credit cards, and the cash side of investment accounts.

OFX states what the account holds at its end and not at its beginning; whether it adds up is seen
against the statement before it (`continuity`). Money is read as written: a decimal comma is one,
a dollar sign is no part of an amount.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import date
from decimal import Decimal
from typing import Final
from xml.etree.ElementTree import Element

from addons.accounting.services.bank.errors import unreadable, unreadable_at
from addons.accounting.services.bank.formats.marks import day_of, one_line, written_amount
from addons.accounting.services.bank.formats.ofx_tree import SIGN, elements_of
from addons.accounting.services.bank.iban import looks_like_iban, normalized
from addons.accounting.services.bank.values import BankBalance, BankLine, BankStatement
from core.api import phrase

__all__ = ["SIGN", "read_ofx"]

_REPORTS: Final = ("STMTRS", "CCSTMTRS", "INVSTMTRS")
_DAY: Final = re.compile(r"(\d{4})(\d{2})(\d{2})(\d{4}(\d{2})?)?[.:\d]*(\s*\[[^\]]*\])?")
_TRANSACTION: Final = re.compile(rb"<STMTTRN\s*>", re.IGNORECASE)


def read_ofx(content: bytes) -> tuple[BankStatement, ...]:
    """The statements of a file; raises BankFileIsUnreadable with the element."""
    root = elements_of(content)
    places = _places(content)
    found = tuple(
        _statement(report, places) for report in root.iter() if report.tag.upper() in _REPORTS
    )
    kept = tuple(s for s in found if s.lines or s.closing)
    if not kept:
        raise unreadable(_nothing_in(root), fix=phrase("Ask the bank for a statement as OFX."))
    return kept


def _places(content: bytes) -> Iterator[int]:
    """The line of each transaction in the file, in their order."""
    line, seen = 1, 0
    for match in _TRANSACTION.finditer(content):
        line += content.count(b"\n", seen, match.start())
        seen = match.start()
        yield line


def _nothing_in(root: Element) -> str:
    """The bank's own message where it refused, or that there is nothing."""
    for status in root.iter("STATUS"):
        code, message = _text(status, "CODE"), _text(status, "MESSAGE")
        if code not in ("", "0"):
            return phrase(
                "The bank sent no statement but a refusal: {code} {what}.", code=code, what=message
            )
    return phrase("The file holds no statement: neither movements nor balances.")


def _statement(report: Element, places: Iterator[int]) -> BankStatement:
    owner = next((e for e in report.iter() if e.tag.endswith("ACCTFROM")), None)
    account = _text(owner, "ACCTID")
    lines = tuple(
        _line(transaction, number, next(places, 0))
        for number, transaction in enumerate(report.iter("STMTTRN"), start=1)
    )
    period = next((e for e in report.iter() if e.tag in ("BANKTRANLIST", "INVTRANLIST")), None)
    return BankStatement(
        account=account,
        iban=normalized(account) if looks_like_iban(account) else "",
        currency=_text(report, "CURDEF").upper()[:3],
        lines=lines,
        first_day=_soft_day(period, "DTSTART"),
        last_day=_soft_day(period, "DTEND"),
        closing=_closing(report),
        where=phrase("<{name}>", name=report.tag),
    )


def _closing(report: Element) -> BankBalance | None:
    balance = next(report.iter("LEDGERBAL"), None)
    if balance is None or not any(one_line(part.text) for part in balance):
        return None
    where = "<LEDGERBAL>"
    written = _text(balance, "BALAMT")
    amount = written_amount(written)
    if amount is None:
        raise unreadable_at(
            where,
            phrase("{written} is not an amount.", written=written)
            if written
            else phrase("The balance has no amount."),
            fix=phrase("Ask the bank for the file again."),
        )
    return BankBalance(amount, _soft_day(balance, "DTASOF"))


def _line(transaction: Element, number: int, line: int) -> BankLine:
    where = phrase("Line {line}, <STMTTRN> {number}", line=line, number=number)
    written = _text(transaction, "TRNAMT")
    amount = written_amount(written)
    if amount is None:
        raise unreadable_at(
            where, phrase("{written} is not an amount.", written=f"<TRNAMT>{written}")
        )
    name = _text(transaction, "NAME") or _text(transaction, "PAYEE/NAME")
    other = transaction.find("BANKACCTTO")
    original, currency = _original(transaction, amount)
    return BankLine(
        date=_day(transaction, where),
        value_date=_soft_day(transaction, "DTAVAIL"),
        amount=amount,
        where=where,
        bank_id=_text(transaction, "FITID"),
        text=one_line(_text(transaction, "MEMO") or name),
        reference=_text(transaction, "REFNUM") or _check_number(transaction),
        partner_name=name,
        partner_account=_text(other, "ACCTID"),
        original_amount=original,
        original_currency=currency,
        kind=_text(transaction, "TRNTYPE").upper(),
    )


def _original(transaction: Element, amount: Decimal) -> tuple[Decimal | None, str]:
    """ORIGCURRENCY: the amount was converted at CURRATE from that currency."""
    origin = transaction.find("ORIGCURRENCY")
    rate = written_amount(_text(origin, "CURRATE"))
    if origin is None or not rate:
        return None, ""
    return (amount / rate).quantize(Decimal("0.01")), _text(origin, "CURSYM").upper()[:3]


def _check_number(transaction: Element) -> str:
    number = _text(transaction, "CHECKNUM")
    return number if number.strip("0") else ""


def _day(transaction: Element, where: str) -> date:
    written = _text(transaction, "DTPOSTED")
    day = _read_day(written)
    if day is None:
        raise unreadable_at(
            where,
            phrase("{written} is not a day.", written=f"<DTPOSTED>{written}")
            if written
            else phrase("The transaction has no date, <DTPOSTED>."),
            fix=phrase("Ask the bank for the file again."),
        )
    return day


def _soft_day(owner: Element | None, name: str) -> date | None:
    """A day that is good to know, and no loss where it is none."""
    return _read_day(_text(owner, name))


def _read_day(written: str) -> date | None:
    match = _DAY.fullmatch(written)
    return day_of(int(match[1]), int(match[2]), int(match[3])) if match else None


def _text(owner: Element | None, path: str) -> str:
    found = owner.find(path) if owner is not None else None
    return one_line(found.text) if found is not None else ""
