"""An entry as a value: what other addons and imports hand over to be posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, fields, replace
from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid, unbalanced
from addons.accounting.options import AccountingOptions
from addons.accounting.services.exact import exact_add
from core.api import Problem, options, phrase

_NOTHING: Final = Decimal(0)


@dataclass(frozen=True, slots=True)
class LineDraft:
    """A line: `amount` is positive for a debit, negative for a credit.

    An empty `currency` is the company's. What was agreed in another currency goes into
    `original_amount`, goods or hours into `quantity` and `unit`.

    A line without a `partner_id` is posted with the entry's. `tax_role` is "base" for what the
    tax `tax_code` is worked out from, "tax" for the tax itself, of the base `tax_base`. `analytic`
    splits the amount in percent: {"dimension id": {"value id": "60"}}.
    """

    account: str
    amount: Decimal
    label: str = ""
    currency: str = ""
    original_amount: Decimal | None = None
    original_currency: str = ""
    quantity: Decimal | None = None
    unit: str = ""
    partner_id: int | None = None
    due_date: date | None = None
    tax_code: str = ""
    tax_role: str = ""
    tax_base: Decimal | None = None
    analytic: Mapping[str, Mapping[str, str]] | None = None


CARRIED: Final = tuple(field.name for field in fields(LineDraft) if field.name != "account")
"""What a line says beside its account, by the names that it has as a value and in the books."""


@dataclass(frozen=True, slots=True)
class EntryDraft:
    """An entry: at least two lines that balance in each currency.

    `journal` and the lines' `account` are codes; an empty journal is the company's default.
    `source_type` and `source_id` name what the entry is made from: posting the same source
    again changes nothing.
    """

    date: date
    lines: tuple[LineDraft, ...]
    journal: str = ""
    reference: str = ""
    narration: str = ""
    partner: str = ""
    partner_id: int | None = None
    source_type: str = ""
    source_id: str = ""
    reverses_id: int | None = None
    branch_id: int | None = None


def completed(session: Session, entry: EntryDraft) -> EntryDraft:
    """The entry with the company's journal and currency where it names none."""
    if entry.journal and all(line.currency for line in entry.lines):
        return entry
    company = options(session, AccountingOptions)
    lines = tuple(
        line if line.currency else replace(line, currency=company.company_currency)
        for line in entry.lines
    )
    return replace(entry, journal=entry.journal or company.default_journal, lines=lines)


def differences(lines: Iterable[LineDraft]) -> dict[str, Decimal]:
    """By currency, how far the lines are from balancing; empty when they do."""
    sums: dict[str, Decimal] = {}
    for line in lines:
        sums[line.currency] = exact_add(sums.get(line.currency, _NOTHING), line.amount)
    return {currency: total for currency, total in sums.items() if total}


def require_sound(entry: EntryDraft) -> None:
    """Raise EntryIsInvalid with everything that is wrong with the entry in itself."""
    problems = [*_line_problems(entry.lines)]
    if not problems:
        problems += [unbalanced(*item) for item in sorted(differences(entry.lines).items())]
    if bool(entry.source_type) != bool(entry.source_id):
        problems.append(Problem("source_id", phrase("A source needs both a type and an id.")))
    if problems:
        raise EntryIsInvalid(problems[0].message, problems=tuple(problems))


def _line_problems(lines: tuple[LineDraft, ...]) -> Iterable[Problem]:
    if len(lines) < 2:
        yield Problem("lines", phrase("An entry needs at least two lines."))
    for position, line in enumerate(lines):
        if not line.account:
            yield Problem(
                f"lines.{position}.account",
                phrase("Line {line}: choose an account.", line=position + 1),
            )
        if not line.amount.is_finite():
            yield Problem(
                f"lines.{position}.amount",
                phrase("Line {line}: the amount is not a number.", line=position + 1),
            )
        if (line.original_amount is None) == bool(line.original_currency):
            yield Problem(
                f"lines.{position}.original_amount",
                phrase(
                    "Line {line}: give original amount and currency, or neither.", line=position + 1
                ),
            )
