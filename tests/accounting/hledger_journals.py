"""Reads the journals of hledger's own tests, as far as entries go, and what it says of them.

A journal becomes the table that hledger would export: each amount is worked out where the journal
leaves it open, or assigns a balance instead (`account  = 5`). Market prices are left out; a journal
with rules, forecasts, or dates of single postings is refused.
"""

from __future__ import annotations

import csv
import io
import re
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal
from typing import Final

CODES: Final = {"$": "USD", "€": "EUR", "£": "GBP", "¥": "JPY", "₹": "INR"}
_DATED: Final = re.compile(r"(?:(\d{4})[-/])?(\d\d?)[-/](\d\d?)(?:\s|$)")
_AMOUNT: Final = re.compile(
    r"""(-?)\s*("[^"]+"|[^\d\s"'.,-]*)\s*(-?)\s*([\d,]*\.?\d+)\s*("[^"]+"|[^\d\s]*)"""
)
_COST: Final = re.compile(r"\s*(@@|@)\s*")
_ASSERTED: Final = re.compile(r"\s*(==\*|=\*|==|=)\s*")
_LOT: Final = re.compile(r"\s*\{[^}]*\}")


@dataclass(frozen=True, slots=True)
class Amount:
    """How much of what, by the code that we give it."""

    number: Decimal
    commodity: str


@dataclass(frozen=True, slots=True)
class Posting:
    """A line of an entry. `weight` is what it counts in the balance of its entry: its cost, or
    itself; `asserted` the balance that it states, and `how` by which sign."""

    day: str
    entry: int
    account: str
    amount: Amount | None
    weight: Amount | None
    asserted: Amount | None = None
    how: str = ""

    @property
    def one_sided(self) -> bool:
        """Whether it stands outside the balance of its entry."""
        return self.account.startswith("(")

    @property
    def name(self) -> str:
        """The account without the marks around it."""
        return self.account.strip("()[]")


class NotPlain(Exception):
    """The journal holds more than entries with amounts."""


def read_amount(text: str) -> Amount:
    """`€100`, `$-5`, `7 EUR`; raises NotPlain for anything else."""
    found = _AMOUNT.fullmatch(text.strip())
    if found is None:
        raise NotPlain(text)
    number = Decimal(found[4].replace(",", ""))
    commodity = (found[2] or found[5]).strip('"')
    negative = (found[1] == "-") != (found[3] == "-")
    return Amount(-number if negative else number, CODES.get(commodity, commodity))


def read_journal(text: str) -> list[Posting]:
    """The postings of a journal in its order, each with its amount."""
    entries: list[list[Posting]] = []
    day = ""
    for line in text.splitlines():
        content = line.split(";")[0].rstrip()
        if "date:" in line or line.startswith(("=", "~")):
            raise NotPlain(line)
        if dated := _DATED.match(content):
            day = f"{dated[1] or 2026}-{int(dated[2]):02}-{int(dated[3]):02}"
            entries.append([])
        elif content.startswith((" ", "\t")) and entries:
            entries[-1].append(_posting(day, len(entries), content.strip()))
        elif not content.startswith(("account ", "commodity ", "P ", "#")):
            day = "" if content else day
    held: dict[tuple[str, str], Decimal] = defaultdict(Decimal)
    found: list[Posting] = []
    for entry in sorted(entries, key=lambda entry: entry[0].day if entry else ""):
        known = [one for posting in entry for one in _assigned(posting, held)]
        for posting in _filled(known):
            found.append(posting)
            if all(posting is not one for one in known):
                _add(held, posting)
    return found


def as_table(postings: Iterable[Posting], *, at_cost: bool) -> bytes:
    """The table to be imported: what was moved, or what it weighs."""
    buffer = io.StringIO()
    write = csv.writer(buffer).writerow
    write(["entry", "date", "account", "amount", "commodity"])
    for posting in postings:
        shown = posting.weight if at_cost else posting.amount
        assert shown is not None
        figure = f"{shown.number:f}"
        write([posting.entry, posting.day, posting.account, figure, shown.commodity])
    return buffer.getvalue().encode()


def read_balances(text: str) -> dict[tuple[str, str], Decimal]:
    """A `balance` report: amounts by account and commodity, without its total."""
    found: dict[tuple[str, str], Decimal] = {}
    waiting: list[Amount] = []
    for line in text.splitlines():
        if line.startswith("----"):
            break
        amount, _, account = line.strip().partition("  ")
        if not amount:
            continue
        waiting.append(read_amount(amount))
        if account:
            found |= {(account, one.commodity): one.number for one in waiting if one.number}
            waiting = []
    return found


def read_sections(text: str) -> dict[tuple[str, str], Decimal]:
    """A statement with one column: figures by section and account."""
    found, section = {}, ""
    for line in text.splitlines():
        name, bar, figure = (part.strip() for part in line.partition("||"))
        if bar and name and not figure:
            section = name
        elif bar and name and section and not name.startswith("Net"):
            found[section, name] = Decimal(figure)
    return found


def _posting(day: str, entry: int, text: str) -> Posting:
    account, _, written = re.sub(r"\t|\s{2,}", "\0", text, count=1).partition("\0")
    written, *asserted = _split(_ASSERTED, written)
    stated = read_amount(_split(_COST, asserted[1])[0]) if asserted else None
    how = asserted[0] if asserted else ""
    written, *cost = _split(_COST, _LOT.sub("", written))
    if not written.strip():
        return Posting(day, entry, account, None, None, stated, how)
    amount = read_amount(written)
    return Posting(day, entry, account, amount, _weight(amount, cost), stated, how)


def _split(mark: re.Pattern[str], text: str) -> list[str]:
    return mark.split(text, maxsplit=1)


def _weight(amount: Amount, cost: Sequence[str]) -> Amount:
    if not cost:
        return amount
    price = read_amount(cost[1])
    if cost[0] == "@":
        return Amount(amount.number * price.number, price.commodity)
    return Amount(price.number.copy_sign(price.number * amount.number), price.commodity)


def _assigned(posting: Posting, held: dict[tuple[str, str], Decimal]) -> Iterator[Posting]:
    """The amounts that bring an account to the balance that is assigned to it. They count at once,
    because the next line of the entry may go on from there."""
    stated = posting.asserted
    if stated is not None and posting.amount is None:
        others = [c for name, c in held if name == posting.name and c != stated.commodity]
        for commodity in others if posting.how.startswith("==") else ():
            away = Amount(-held[posting.name, commodity], commodity)
            if away.number:
                more = replace(posting, amount=away, weight=away, asserted=None)
                _add(held, more)
                yield more
        below = f"{posting.name}:" if posting.how.endswith("*") else "\0"
        there = sum(
            (
                number
                for (name, commodity), number in held.items()
                if commodity == stated.commodity
                and (name == posting.name or name.startswith(below))
            ),
            Decimal(),
        )
        missing = Amount(stated.number - there, stated.commodity)
        posting = replace(posting, amount=missing, weight=missing)
    _add(held, posting)
    yield posting


def _add(held: dict[tuple[str, str], Decimal], posting: Posting) -> None:
    if posting.amount is not None:
        held[posting.name, posting.amount.commodity] += posting.amount.number


def _filled(entry: Sequence[Posting]) -> Iterable[Posting]:
    """The entry with a line for each currency that the line without an amount takes."""
    left: dict[str, Decimal] = defaultdict(Decimal)
    for posting in entry:
        if posting.weight is not None and not posting.one_sided:
            left[posting.weight.commodity] -= posting.weight.number
    for posting in entry:
        if posting.amount is not None:
            yield posting
            continue
        for commodity, number in left.items():
            if number:
                amount = Amount(number, commodity)
                yield replace(posting, amount=amount, weight=amount)
