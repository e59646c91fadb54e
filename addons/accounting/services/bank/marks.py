"""What tells a movement from every other of its account, so that no file is counted twice.

A line is known by its day, its amount and the bank's own id; where the bank gives none, by its
texts. Lines that are equal in all of that are numbered within their file: two equal coffees on one
day are two lines, and stay two however often they are sent. A line therefore has the same mark
in every file that holds its whole day.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable

from addons.accounting.services.bank.iban import normalized
from addons.accounting.services.bank.values import BankLine


def marks_of(lines: Iterable[BankLine]) -> list[str]:
    """The marks of all lines of a file that belong to one account, in their order."""
    seen: Counter[str] = Counter()
    marks = []
    for line in lines:
        own = _own(line)
        marks.append(hashlib.sha256(f"{own}\x1f{seen[own]}".encode()).hexdigest()[:40])
        seen[own] += 1
    return marks


def _own(line: BankLine) -> str:
    amount = f"{line.amount.normalize():f}"
    if line.bank_id:
        return "\x1f".join(("id", line.bank_id, line.date.isoformat(), amount))
    words = map(_bare, (line.text, line.reference, line.partner_name))
    account = normalized(line.partner_account)
    return "\x1f".join(("text", line.date.isoformat(), amount, account, *words))


def _bare(text: str) -> str:
    return "".join(letter for letter in text.casefold() if letter.isalnum())
