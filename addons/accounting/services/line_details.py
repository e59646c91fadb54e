"""What a draft's lines say beside account and amount: foreign amounts, and splits by dimension.

A foreign amount without a company amount is converted at the rate of the entry's date; a company
amount that is given stands, for it may be what the bank took. A line that is new and names no
split gets the usual one.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from typing import Any

from sqlalchemy import inspect
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.services.currencies import company_currency, convert
from addons.accounting.services.dimensions.rules import default_split
from addons.accounting.services.dimensions.splits import read_split
from core.api import InvalidInput, Problem, phrase

_ORIGINAL = {"original_amount", "original_currency"}


def complete_lines(
    session: Session, entry: JournalEntry, sent: Sequence[Mapping[str, Any]]
) -> None:
    """Take over what was sent for each line of the draft; raises InvalidInput naming the lines
    of which something cannot be understood."""
    problems: list[Problem] = []
    with session.no_autoflush:
        for place, (line, values) in enumerate(zip(entry.lines, sent, strict=True)):
            for take in (_take_original, _take_split):
                try:
                    take(session, entry, line, values)
                except InvalidInput as error:
                    problems += _named(place, error, take is _take_split)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))


def _named(place: int, error: InvalidInput, of_split: bool) -> Iterable[Problem]:
    field = "dimensions" if of_split else "original_amount"
    message = phrase("Line {line}: {what}", line=place + 1, what=error.message)
    yield Problem(f"lines.{place}.{field}", message)


def _take_original(
    session: Session, entry: JournalEntry, line: JournalLine, values: Mapping[str, Any]
) -> None:
    if not _ORIGINAL & values.keys():
        return
    amount = values.get("original_amount", line.original_amount)
    currency = (values.get("original_currency", line.original_currency) or "").strip().upper()
    if amount is None or not currency:
        if amount:
            raise InvalidInput.of(
                "original_amount", phrase("say in which currency the foreign amount is.")
            )
        line.original_amount, line.original_currency = None, ""
        return
    if currency == (line.currency or company_currency(session)):
        raise InvalidInput.of(
            "original_amount",
            phrase("{currency} is the currency of the line itself.", currency=currency),
        )
    # The side is that of debit or credit; people write the foreign amount without a sign.
    if line.amount:
        amount = amount.copy_abs().copy_sign(line.amount)
    line.original_amount, line.original_currency = amount, currency
    if _needs_amount(line):
        line.amount = convert(session, amount, currency, entry.date)


def _needs_amount(line: JournalLine) -> bool:
    """Whether the company amount is still to be worked out: there is none, or the foreign one
    was changed and this one was sent back as it had been."""
    state = inspect(line)
    changed = any(state.attrs[name].history.has_changes() for name in _ORIGINAL)
    stood = bool(state.persistent) and not state.attrs["amount"].history.has_changes()
    return not line.amount or (changed and stood and _differs(line))


def _differs(line: JournalLine) -> bool:
    """Whether the foreign amount is another number, not the same with other zeros."""
    before = inspect(line).attrs["original_amount"].history.deleted
    currency = inspect(line).attrs["original_currency"].history.has_changes()
    return currency or list(before or (None,)) != [line.original_amount]


def _take_split(
    session: Session, entry: JournalEntry, line: JournalLine, values: Mapping[str, Any]
) -> None:
    written = (values.get("dimensions") or "").strip()
    new = not inspect(line).persistent
    if "dimensions" in values and (new or written != line.dimensions):
        line.analytic = read_split(session, written)
    if new and line.account_id is not None:
        account = session.get(Account, line.account_id)
        partner_id = line.partner_id or entry.partner_id
        if account is not None:
            line.analytic = default_split(session, account.code, partner_id, line.analytic)
