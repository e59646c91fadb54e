"""Drafts: entries that are written and changed until they are posted."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting import errors
from addons.accounting.errors import EntryIsInvalid
from addons.accounting.events import EntryPosted
from addons.accounting.models import JournalEntry, JournalLine
from addons.accounting.options import AccountingOptions
from addons.accounting.services.companies.reach import own_branch
from addons.accounting.services.entry_draft import CARRIED, EntryDraft, LineDraft, require_sound
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.line_details import complete_lines
from addons.accounting.services.partners import take_partner
from addons.accounting.services.posting_checks import require_checks
from addons.accounting.services.posting_days import Posting, is_taxed, require_postable
from addons.accounting.services.taxing import bear_tax, complete_draft
from core.api import InvalidInput, Problem, emit, options, phrase

_HEADER = (
    "journal_id",
    "date",
    "reference",
    "narration",
    "partner",
    "partner_id",
    "branch_id",
)


def create_draft(session: Session, values: Mapping[str, Any]) -> JournalEntry:
    """A new draft, from a form's or a call's values. It need not balance yet."""
    entry = JournalEntry(**{name: values[name] for name in _HEADER if name in values})
    if entry.branch_id is None:
        entry.branch_id = own_branch(session)
    entry.lines = _lines(session, values.get("lines", ()), {})
    complete_lines(session, entry, tuple(values.get("lines", ())))
    take_partner(session, entry, values)
    session.add(entry)
    session.flush()
    complete_draft(session, entry, as_value(entry))
    return entry


def update_draft(session: Session, entry: JournalEntry, values: Mapping[str, Any]) -> JournalEntry:
    """Change a draft. Lines that are given replace all that were there; a known one, named by
    its id, keeps what the caller does not know of."""
    require_draft(entry)
    for name in _HEADER:
        if name in values:
            setattr(entry, name, values[name])
    if "lines" in values:
        entry.lines = _lines(session, values["lines"], {line.id: line for line in entry.lines})
        complete_lines(session, entry, tuple(values["lines"]))
    take_partner(session, entry, values)
    session.flush()
    if "lines" in values:
        complete_draft(session, entry, as_value(entry))
    return entry


def delete_draft(session: Session, entry: JournalEntry) -> None:
    """Throw a draft away."""
    require_draft(entry)
    session.delete(entry)
    session.flush()


def copy_entry(session: Session, entry: JournalEntry) -> JournalEntry:
    """A new draft with the same content, dated as the original, of no source."""
    copied = JournalEntry(
        **{name: getattr(entry, name) for name in _HEADER},
        lines=[
            JournalLine(**{name: getattr(line, name) for name in _LINE}) for line in entry.lines
        ],
    )
    session.add(copied)
    session.flush()
    return copied


def post_draft(session: Session, entry: JournalEntry) -> None:
    """Post a draft. It is numbered when the transaction commits, or by `ledger.seal_now`."""
    require_draft(entry)
    value = as_value(entry)
    if complete_draft(session, entry, value):
        value = as_value(entry)
    require_sound(value)
    require_checks(session, value)
    _require_active(entry)
    require_postable(session, Posting(entry.date, entry.journal.type, is_taxed(value)))
    for line in entry.lines:
        line.partner_id = line.partner_id or entry.partner_id
    entry.state = "posted"
    session.flush()
    emit(
        session,
        EntryPosted(
            entry.id, entry.journal.code, entry.date, entry.source_type or "", entry.source_id or ""
        ),
    )


def as_value(entry: JournalEntry) -> EntryDraft:
    """What a stored entry says, as the value that would post the same."""
    return EntryDraft(
        date=entry.date,
        journal=entry.journal.code,
        reference=entry.reference,
        narration=entry.narration,
        partner=entry.partner,
        partner_id=entry.partner_id,
        branch_id=entry.branch_id,
        lines=tuple(
            LineDraft(line.account.code, **{name: getattr(line, name) for name in CARRIED})
            for line in entry.lines
        ),
    )


def count_drafts(session: Session) -> int:
    """How many entries wait to be posted."""
    # The second condition is that of the index.
    waiting = (JournalEntry.state == "draft", JournalEntry.number.is_(None))
    return session.scalar(select(func.count()).select_from(JournalEntry).where(*waiting)) or 0


def require_draft(entry: JournalEntry) -> None:
    """Raise EntryIsPosted for an entry that is final."""
    if entry.is_posted:
        raise errors.posted(entry.number or str(entry.id))


_INPUTS = {
    "account_id",
    "label",
    "currency",
    "quantity",
    "unit",
    "tax_code",
    "partner_id",
    "due_date",
}
_LINE = ("position", "account_id", *CARRIED)


_EMPTY: Mapping[str, Any] = {"quantity": None, "partner_id": None, "due_date": None}


def _lines(
    session: Session, given: Iterable[Mapping[str, Any]], known: Mapping[int, JournalLine]
) -> list[JournalLine]:
    currency = options(session, AccountingOptions).company_currency
    problems: list[Problem] = []
    lines = []
    for place, values in enumerate(given):
        line = known.get(values.get("id", 0)) or JournalLine(amount=Decimal(0), currency=currency)
        line.position = place + 1
        for name in _INPUTS & values.keys():
            # An input left empty means the default, which some have not.
            empty = _EMPTY.get(name, "") if name != "currency" else currency
            setattr(line, name, empty if values[name] in (None, "") else values[name])
        bear_tax(line)
        if "debit" in values or "credit" in values:
            debit, credit = (values.get(side) or Decimal(0) for side in ("debit", "credit"))
            line.amount = exact_sum((debit, credit.copy_negate()))
            if debit and credit:
                message = phrase("Line {line}: fill in debit or credit, not both.", line=place + 1)
                problems.append(Problem(f"lines.{place}.credit", message))
        lines.append(line)
    if problems:
        raise InvalidInput(problems[0].message, problems=tuple(problems))
    return lines


def _require_active(entry: JournalEntry) -> None:
    problems = tuple(
        Problem(
            f"lines.{position}.account_id",
            phrase(
                "Line {line}: account {code} is not active; choose another or activate it.",
                line=position + 1,
                code=line.account.code,
            ),
        )
        for position, line in enumerate(entry.lines)
        if not line.account.active
    )
    if problems:
        raise EntryIsInvalid(problems[0].message, problems=problems)
