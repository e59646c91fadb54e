"""QIF, the format of Quicken: blocks of lines that begin with a letter and end with `^`.

It says neither bank, currency nor balance, and writes dates as the country does that the program
was made for: where no date of the file tells day from month, the reader has to be asked. Sections
that are no account (categories, memorised payments, investments) are left out and counted.
"""

from __future__ import annotations

import re
from collections import Counter
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from typing import Final

from addons.accounting.services.bank.errors import ask_day_order, unreadable, unreadable_at
from addons.accounting.services.bank.formats.marks import day_of, full_year, one_line
from addons.accounting.services.bank.values import BankLine, BankStatement
from core.api import phrase

SIGN: Final = re.compile(rb"^\s*!(Type|Account|Option)\b", re.IGNORECASE)
"""What such a file is known by."""
_ACCOUNTS: Final = ("bank", "cash", "ccard", "oth a", "oth l")
_DATE: Final = re.compile(r"(\d{1,4})[/.\-' ]+(\d{1,2})[/.\-]?\s?('?)\s?(\d{0,4})")
_AMOUNT: Final = re.compile(r"([+-]?)(\d{1,3}(?:[,' ]\d{3})+|\d*)(?:([.,])(\d{0,8}))?")


@dataclass(slots=True)
class _Block:
    """The lines of one record, by their letters, and where it begins."""

    line: int
    parts: dict[str, list[str]] = field(default_factory=dict)

    def first(self, letter: str) -> str:
        return self.parts.get(letter, [""])[0]


@dataclass(slots=True)
class _Account:
    name: str
    blocks: list[_Block] = field(default_factory=list)


def read_qif(text: str, day_order: str = "") -> tuple[BankStatement, ...]:
    """The accounts of a file; `day_order` is dmy, mdy or ymd, or empty to find it out.

    Raises BankFileIsUnreadable with the line, BankFileIsAmbiguous where the order must be asked.
    """
    accounts, left_out = _sections(text)
    blocks = [block for account in accounts for block in account.blocks]
    if not blocks:
        raise unreadable(
            phrase("The file holds no movements of a bank account."),
            fix=phrase("Export the register of the account itself as QIF."),
        )
    order = day_order or _order([(b.line, b.first("D")) for b in blocks])
    notes = tuple(
        phrase("{count} records of the section {name} are left out.", count=count, name=name)
        for name, count in left_out.items()
    )
    return tuple(
        BankStatement(
            account=account.name,
            currency="",
            lines=tuple(_line(block, order) for block in account.blocks),
            where=phrase("Line {line}", line=account.blocks[0].line),
            left_out=notes,
        )
        for account in accounts
        if account.blocks
    )


def _sections(text: str) -> tuple[list[_Account], Counter[str]]:
    accounts: list[_Account] = []
    left_out: Counter[str] = Counter()
    section, name, block = "", "", _Block(0)
    for number, written in enumerate(text.splitlines(), start=1):
        line = written.strip()
        if line.startswith("!"):
            section = line[1:].strip()
            if section.lower().startswith("type:"):
                section = section[5:].strip()
                if section.lower() in _ACCOUNTS:
                    accounts.append(_Account(name))
            block = _Block(0)
        elif line == "^":
            name = _close(block, section, name, accounts, left_out)
            block = _Block(0)
        elif line:
            block.line = block.line or number
            block.parts.setdefault(line[0], []).append(line[1:])
    if block.parts:
        name = _close(block, section, name, accounts, left_out)
    return accounts, left_out


def _close(
    block: _Block, section: str, name: str, accounts: list[_Account], left_out: Counter[str]
) -> str:
    """Put a finished record where it belongs; returns the name of the account that is open."""
    if not block.parts:
        return name
    if section.lower() == "account":
        return one_line(block.first("N"))
    if section.lower() in _ACCOUNTS and accounts:
        accounts[-1].blocks.append(block)
    else:
        left_out[section] += 1
    return name


def _line(block: _Block, order: str) -> BankLine:
    where = phrase("Line {line}", line=block.line)
    written = block.first("T") or block.first("U")
    amount = _amount(written)
    if amount is None:
        raise unreadable_at(where, phrase("{written} is not an amount.", written=f"T{written}"))
    day = _day(block.first("D"), order)
    if day is None:
        raise unreadable_at(
            where,
            phrase("{written} is not a day.", written=f"D{block.first('D')}"),
            fix=phrase("Choose how the file writes its dates."),
        )
    pairs = zip(block.parts.get("S", []), block.parts.get("$", []), strict=False)
    splits = [f"{category} {part}" for category, part in pairs]
    return BankLine(
        date=day,
        amount=amount,
        where=where,
        text=one_line(block.first("M"), block.first("L"), *splits) or one_line(block.first("P")),
        reference=one_line(block.first("N")),
        partner_name=one_line(block.first("P")),
    )


def _amount(written: str) -> Decimal | None:
    """Commas part thousands where a point follows; alone before one or two digits they are the
    decimal mark."""
    text = written.strip()
    match = _AMOUNT.fullmatch(text)
    if match is None or not any(letter.isdigit() for letter in text):
        return None
    whole = "".join(letter for letter in match[2] if letter.isdigit()) or "0"
    if len(whole) > 15:
        return None
    decimals = match[4] or ""
    return Decimal(f"{match[1]}{whole}.{decimals}" if decimals else f"{match[1]}{whole}")


def _order(dates: list[tuple[int, str]]) -> str:
    """The order that all dates allow; raises BankFileIsAmbiguous where two are left."""
    orders = [
        order
        for order in ("dmy", "mdy", "ymd")
        if all(_day(written, order) is not None for _, written in dates)
    ]
    if "ymd" in orders:
        return "ymd"
    if not orders:
        line, written = next(
            (item for item in dates if not any(_day(item[1], o) for o in ("dmy", "mdy", "ymd"))),
            dates[0],
        )
        raise unreadable_at(
            phrase("Line {line}", line=line),
            phrase("{written} is not a day.", written=f"D{written}"),
        )
    if len(orders) > 1 and any(_day(w, "dmy") != _day(w, "mdy") for _, w in dates):
        raise ask_day_order(next(w for _, w in dates if _day(w, "dmy") != _day(w, "mdy")))
    return orders[0]


def _day(written: str, order: str) -> date | None:
    match = _DATE.fullmatch(written.strip())
    if match is None or not match[4]:
        return None
    first, second, last = int(match[1]), int(match[2]), int(match[4])
    if order == "ymd":
        return day_of(first, second, last) if len(match[1]) == 4 else None
    if len(match[1]) > 2:
        return None
    year = last + 2000 if match[3] and last < 100 else full_year(last)
    day, month = (first, second) if order == "dmy" else (second, first)
    return day_of(year, month, day)
