"""Taxes on entries: worked out by whichever addon implements `TaxEngine`, kept by accounting.

A line that bears a tax code is the base of that tax. Where its entry has no line with the tax, the
engine adds it; where it has one, the engine checks it before the entry is posted. An entry without
tax codes asks nobody.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.extension_points import TaxEngine
from addons.accounting.models import Account, JournalEntry, JournalLine
from addons.accounting.services.entry_draft import CARRIED, EntryDraft, LineDraft
from core.api import Problem, extensions


def with_taxes(session: Session, entry: EntryDraft) -> EntryDraft:
    """The entry with the taxes that its lines name. A reversal keeps those of its original."""
    if not _concerns(entry):
        return entry
    entry = replace(
        entry,
        lines=tuple(
            replace(line, tax_role="base") if line.tax_code and not line.tax_role else line
            for line in entry.lines
        ),
    )
    for engine in extensions(session, TaxEngine).values():
        entry = engine.complete(session, entry)
    return entry


def tax_problems(session: Session, entry: EntryDraft) -> Iterable[Problem]:
    """What the engine objects to."""
    if not _concerns(entry):
        return
    for engine in extensions(session, TaxEngine).values():
        yield from engine.check(session, entry)


def bear_tax(line: JournalLine) -> None:
    """Give a line that somebody wrote the role that goes with its tax code: a base, unless it is
    known as the tax itself."""
    line.tax_code = ",".join((line.tax_code or "").replace(",", " ").split())
    if not line.tax_code:
        line.tax_role, line.tax_base = "", None
    elif not line.tax_role:
        line.tax_role = "base"


def complete_draft(session: Session, entry: JournalEntry, value: EntryDraft) -> bool:
    """Bring the taxes of a draft into step with its bases; says whether anything changed.

    A tax of another base than the lines now show is worked out anew. One whose base is right and
    whose amount somebody changed is left alone, and checked when the entry is posted.
    """
    if not _concerns(value):
        return False
    engines = extensions(session, TaxEngine).values()
    stale = {place for engine in engines for place in engine.outdated(session, value)}
    kept = tuple(line for at, line in enumerate(value.lines) if at not in stale)
    wanted = with_taxes(session, replace(value, lines=kept))
    if not stale and wanted == value:
        return False
    _write(session, entry, stale, len(kept), wanted)
    return True


def _concerns(entry: EntryDraft) -> bool:
    """Whether the entry bears taxes, in amounts that something can be worked out from. Others are
    refused by what every entry must satisfy."""
    taxed = [line for line in entry.lines if line.tax_code]
    if not taxed or entry.reverses_id is not None:
        return False
    return all(line.amount.is_finite() and line.amount.adjusted() < 40 for line in entry.lines)


def _write(
    session: Session, entry: JournalEntry, stale: set[int], kept: int, wanted: EntryDraft
) -> None:
    lines = [line for at, line in enumerate(entry.lines) if at not in stale]
    for line, value in zip(lines, wanted.lines, strict=False):
        line.tax_role, line.tax_base = value.tax_role, value.tax_base
    added = wanted.lines[kept:]
    accounts = _accounts(session, added)
    for value in added:
        content = {name: getattr(value, name) for name in CARRIED}
        lines.append(JournalLine(account=accounts[value.account], **content))
    for place, line in enumerate(lines, start=1):
        line.position = place
    entry.lines = lines
    session.flush()


def _accounts(session: Session, lines: Iterable[LineDraft]) -> dict[str, Account]:
    codes = {line.account for line in lines}
    found = session.scalars(select(Account).where(Account.code.in_(codes)))
    return {account.code: account for account in found}
