"""The journal and the accounts that an entry names, by their codes: kept until one of them changes,
because every posting asks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models import Account, Journal
from addons.accounting.services.entry_draft import EntryDraft
from core.api import Problem, cached_until_change, phrase

_JOURNAL: Final = select(Journal.id, Journal.active).where(Journal.code == bindparam("code"))
_ACCOUNT: Final = select(Account.id, Account.active, Account.currency).where(
    Account.code == bindparam("code")
)


@dataclass(frozen=True, slots=True)
class Named:
    """The ids of an entry's journal, and of its accounts by their codes."""

    journal_id: int
    account_ids: Mapping[str, int]


def usable_names(session: Session, entry: EntryDraft) -> Named | None:
    """What the entry names, as the transaction first saw it; None where something is not there, is
    not active, or does not take the currency of a line. A reversal may use what is not active."""
    journal = _journal(session, entry.journal)
    if journal is None or not (journal[1] or entry.reverses_id):
        return None
    ids: dict[str, int] = {}
    for line in entry.lines:
        account = _account(session, line.account)
        if account is None:
            return None
        account_id, active, currency = account
        if not (active or entry.reverses_id) or currency not in ("", line.currency):
            return None
        ids[line.account] = account_id
    return Named(journal[0], ids)


def required_names(session: Session, entry: EntryDraft) -> Named:
    """The same as it is at this moment; raises EntryIsInvalid naming the journal and each account
    that cannot be used."""
    problems = []
    journal = session.scalar(select(Journal).where(Journal.code == entry.journal))
    if journal is None or not (journal.active or entry.reverses_id):
        problems.append(
            Problem(
                "journal",
                phrase("There is no active journal {code}.", code=entry.journal),
            )
        )
    codes = {line.account for line in entry.lines}
    known = {a.code: a for a in session.scalars(select(Account).where(Account.code.in_(codes)))}
    for position, line in enumerate(entry.lines):
        sentence = _wrong_account(known.get(line.account), line.account, line.currency)
        if sentence and not (entry.reverses_id and line.account in known):
            message = phrase("Line {line}: {what}", line=position + 1, what=sentence)
            problems.append(Problem(f"lines.{position}.account", message))
    if problems or journal is None:
        raise EntryIsInvalid(problems[0].message, problems=tuple(problems))
    return Named(journal.id, {code: account.id for code, account in known.items()})


def _wrong_account(account: Account | None, code: str, currency: str) -> str:
    if account is None:
        return phrase("there is no account {code}; create it first.", code=code)
    if not account.active:
        return phrase("account {code} is not active; choose another or activate it.", code=code)
    if account.currency not in ("", currency):
        return phrase(
            "account {code} takes {currency} alone.", code=code, currency=account.currency
        )
    return ""


@cached_until_change(Journal)
def _journal(session: Session, code: str) -> tuple[int, bool] | None:
    row = session.execute(_JOURNAL, {"code": code}).one_or_none()
    return None if row is None else (row.id, row.active)


@cached_until_change(Account)
def _account(session: Session, code: str) -> tuple[int, bool, str] | None:
    row = session.execute(_ACCOUNT, {"code": code}).one_or_none()
    return None if row is None else (row.id, row.active, row.currency)
