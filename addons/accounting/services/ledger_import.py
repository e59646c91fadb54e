"""Importing a ledger file: all of it or nothing, and nothing twice.

Every entry is known again by what it says (date, texts, accounts, amounts), and by how many
like it stand before it in the file. So a file that has grown adds only what is new, wherever
in it that stands. Comments and clearing marks may change without making another entry of it.
"""

from __future__ import annotations

import hashlib
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from json.encoder import encode_basestring_ascii as quoted

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import AccountType, Period
from addons.accounting.options import AccountingOptions
from addons.accounting.services.allocation import many_values
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.chart import accounts_by_code, create_accounts, type_of
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.known_sources import known_sources
from addons.accounting.services.ledger_files import currencies
from addons.accounting.services.ledger_files.balancing import (
    DoesNotBalance,
    Remainders,
    balanced_lines,
)
from addons.accounting.services.ledger_files.figures import plain_text
from addons.accounting.services.ledger_files.postings import FileEntry, read_entries
from addons.accounting.services.ledger_files.shapes import find_layout
from addons.accounting.services.ledger_files.table import UnreadableFile, read_table
from core.api import ImportOutcome, ImportProblem, options, phrase

SOURCE_TYPE = "import"


def import_ledger(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Post the entries of a file that are not in the books yet; see `shapes` for the kinds."""
    with many_values():
        return _import(session, content)


def _import(session: Session, content: bytes) -> ImportOutcome:
    try:
        table = read_table(content, find_layout)
        complete = find_layout(table.columns).shape.complete
        entries, problems = read_entries(table)
    except UnreadableFile as error:
        return _refused([error.problem])
    drafts, unbalanced = _drafts(session, entries, complete=complete)
    problems += unbalanced
    problems += _accounts(session, entries, drafts)
    new = _new(session, drafts)
    problems += _closed(session, [(entry.line, draft) for entry, draft in new])
    if problems:
        return _refused(problems)
    _prepare(session, [draft for _, draft in new])
    outcome = post_bulk(session, [draft for _, draft in new])
    return ImportOutcome(outcome.created, len(drafts) - outcome.created)


def _refused(problems: Iterable[ImportProblem]) -> ImportOutcome:
    return ImportOutcome(0, 0, tuple(sorted(problems, key=lambda problem: problem.line)))


_Pair = tuple[FileEntry, EntryDraft]


def _drafts(
    session: Session, entries: Sequence[FileEntry], *, complete: bool
) -> tuple[list[_Pair], list[ImportProblem]]:
    company = options(session, AccountingOptions)
    commodities = {p.commodity for e in entries for p in e.postings if p.amount is not None}
    codes = currencies.codes(commodities, company.company_currency)
    accounts = Remainders(
        company.rounding_account, company.conversion_account, company.one_sided_account
    )
    seen: Counter[str] = Counter()
    drafts, problems = [], []
    for entry in entries:
        digest = _digest(entry)
        seen[digest] += 1
        try:
            lines = balanced_lines(entry, codes, accounts, complete=complete)
        except DoesNotBalance as error:
            problems.append(error.problem)
            continue
        draft = EntryDraft(
            date=entry.date,
            journal=company.default_journal,
            reference=entry.reference,
            narration=entry.narration,
            partner=entry.partner,
            lines=lines,
            source_type=SOURCE_TYPE,
            source_id=f"{digest}.{seen[digest]}",
        )
        drafts.append((entry, draft))
    return drafts, problems


def _digest(entry: FileEntry) -> str:
    """What makes an entry the same entry in another version of the file: the digest of a JSON text,
    which is put together here because nothing is made so often."""
    postings = ", ".join(
        [
            f"[{quoted(posting.account)},"
            f' "{"" if posting.amount is None else plain_text(posting.amount)}",'
            f" {quoted(posting.commodity)},"
            f' "{"" if posting.quantity is None else plain_text(posting.quantity)}",'
            f" {quoted(posting.unit)}]"
            for posting in entry.postings
        ]
    )
    head = ", ".join(map(quoted, (entry.reference, entry.partner, entry.narration)))
    content = f'["{entry.date.isoformat()}", {head}, [{postings}]]'
    return hashlib.sha256(content.encode()).hexdigest()[:40]


def _accounts(
    session: Session, entries: Sequence[FileEntry], drafts: Sequence[_Pair]
) -> list[ImportProblem]:
    """A problem for each account that cannot be posted to, where the file names it first."""
    first_lines: dict[str, int] = {}
    for entry in entries:
        for posting in entry.postings:
            first_lines.setdefault(posting.account, posting.line)
    known = accounts_by_code(session, first_lines)
    problems = []
    for code, line in first_lines.items():
        account = known.get(code)
        if account is None and type_of(code) is None:
            message = phrase(
                "The name of account {code} does not tell its type. Begin it with Assets,"
                " Liabilities, Equity, Income or Expenses, or import a chart with the columns"
                " account and type first (accounting.chart).",
                code=code,
            )
            problems.append(ImportProblem(line, message))
        elif account is not None and not account.active:
            message = phrase("Account {code} is not active; activate it first.", code=code)
            problems.append(ImportProblem(line, message))
    limited = {code: a.currency for code, a in known.items() if a.currency}
    for entry, draft in drafts if limited else ():
        for line in draft.lines:
            if limited.get(line.account, line.currency) != line.currency:
                message = phrase(
                    "Account {code} takes {currency} alone.",
                    code=line.account,
                    currency=limited[line.account],
                )
                problems.append(ImportProblem(entry.line, message))
    return problems


def _new(session: Session, drafts: Sequence[_Pair]) -> list[_Pair]:
    known = known_sources(session, [draft for _, draft in drafts])
    return [
        (entry, draft)
        for entry, draft in drafts
        if (draft.source_type, draft.source_id) not in known
    ]


def _closed(session: Session, new: Iterable[tuple[int, EntryDraft]]) -> list[ImportProblem]:
    """A problem for each new entry whose period exists and is not open."""
    shut = session.scalars(select(Period).where(Period.state != "open")).all()
    problems = []
    for line, draft in new if shut else ():
        period = next((p for p in shut if p.start_date <= draft.date <= p.end_date), None)
        if period is not None:
            message = phrase(
                "{day} is in period {period}, which is not open.",
                day=draft.date,
                period=period.name,
            )
            problems.append(ImportProblem(line, message))
    return problems


def _prepare(session: Session, new: Sequence[EntryDraft]) -> None:
    """Accounts and fiscal years that the new entries need."""
    codes = {line.account for draft in new for line in draft.lines}
    known = accounts_by_code(session, codes)
    types: Mapping[str, AccountType] = {
        # Only the company's own accounts for remainders may have a name that tells no type.
        code: type_of(code) or "equity"
        for code in codes
        if code not in known
    }
    create_accounts(session, types)
    ensure_years(session, {draft.date for draft in new})
