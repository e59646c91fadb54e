"""The proof of opening balances as texts for its paper, in a reader's language."""

from __future__ import annotations

from collections.abc import Iterator
from decimal import Decimal
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.accounting.models.opening import Opening
from addons.accounting.services.currencies import company_currency
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.opening.comparing import Compared, compare
from core.api import Reader, currency_digits, msg, phrase

PRINTED: Final = "printed_proof"
"""Where the texts stand with the record by the time the template asks for them."""
_HEADS: Final = (
    msg("Account"),
    msg("Old code"),
    msg("Older system"),
    msg("Open items"),
    msg("Here"),
    msg("Difference"),
)
_MOST_PROBLEMS: Final = 50


def printed(session: Session, opening: Opening, reader: Reader) -> dict[str, Any]:
    """What the paper says: each account in both systems, the verdict, and what differs."""
    comparison, currency = compare(session, opening), company_currency(session)
    digits = currency_digits(currency)
    problems = comparison.problems
    left_out = len(problems) - _MOST_PROBLEMS
    said = [reader.say(problem.message) for problem in problems[:_MOST_PROBLEMS]]
    if left_out > 0:
        said.append(reader.say(phrase("And {count} more.", count=left_out)))
    day = reader.day(opening.date)
    verdict = phrase("Equal") if comparison.holds else phrase("Not equal yet")
    return {
        "title": reader.say(phrase("Proof of {name}", name=opening.name)),
        "subtitle": reader.say(
            phrase("At the end of {day}, in {currency}.", day=day, currency=currency)
        ),
        "direction": reader.direction,
        "holds": comparison.holds,
        "verdict": reader.say(verdict),
        "problems": said,
        "heads": [reader.say(head) for head in _HEADS],
        "rows": [list(_row(reader, row, digits)) for row in comparison.rows],
        "total": list(_total(reader, comparison.rows, digits)),
        "signed": [
            reader.say(msg("For the older system: name, day, signature")),
            reader.say(msg("For these books: name, day, signature")),
        ],
    }


def printed_of(session: Session, record: Any) -> dict[str, Any]:
    """What the template finds: what the page left with the record."""
    return getattr(record, PRINTED, {})


def _row(reader: Reader, row: Compared, digits: int) -> Iterator[str]:
    nobody = reader.say(phrase("Taken over by no account"))
    yield f"{row.code} {row.name}" if row.account_id is not None else nobody
    yield row.old_codes
    yield reader.number(row.old, digits)
    yield "" if row.items is None else reader.number(row.items, digits)
    yield reader.number(row.ours, digits)
    yield reader.number(row.difference, digits)


def _total(reader: Reader, rows: Any, digits: int) -> Iterator[str]:
    old: Decimal = exact_sum(row.old for row in rows)
    ours: Decimal = exact_sum(row.ours for row in rows)
    yield reader.say(phrase("Total"))
    yield ""
    yield reader.number(old, digits)
    yield ""
    yield reader.number(ours, digits)
    yield reader.number(exact_sum((old, ours.copy_negate())), digits)
