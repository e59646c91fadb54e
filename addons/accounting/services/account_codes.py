"""Accounts as other addons deal with them: they keep the id, and post by the code."""

from __future__ import annotations

from collections.abc import Collection
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, insert
from sqlalchemy.orm import Session

from addons.accounting.models import Account, AccountType, JournalEntry
from addons.accounting.options import AccountingOptions
from addons.accounting.services.drafts import as_value
from addons.accounting.services.entry_draft import EntryDraft
from core.api import options

_CODES: Final = select(Account.id, Account.code).where(
    Account.id == func.any(bindparam("ids", type_=ARRAY(BIGINT)))
)


def account_codes(session: Session, ids: Collection[int]) -> dict[int, str]:
    """The codes of these accounts."""
    rows = session.execute(_CODES, {"ids": list(ids)})
    return {row.id: row.code for row in rows}


def ensure_account(
    session: Session,
    code: str,
    name: str,
    kind: AccountType,
    *,
    name_local: str = "",
    report_line: str = "",
    subtype: str = "tax",
    reconcilable: bool = False,
) -> int:
    """The id of the account with this code, which is made if it is not there."""
    values = {
        "code": code,
        "name": name,
        "name_local": name_local,
        "type": kind,
        "subtype": subtype,
        "report_line": report_line,
        "reconcilable": reconcilable,
    }
    session.execute(insert(Account).values(values).on_conflict_do_nothing())
    return session.scalars(select(Account.id).where(Account.code == code)).one()


def account_id(session: Session, code: str) -> int | None:
    """The id of an active account, by its code."""
    return session.scalar(select(Account.id).where(Account.code == code, Account.active))


def default_account_code(session: Session, purpose: str) -> str:
    """The code that the company chose for a purpose (`vat_input_account`); empty where it chose
    none."""
    return getattr(options(session, AccountingOptions), purpose)


def posted_entry(session: Session, entry_id: int) -> EntryDraft | None:
    """What a posted entry says; None for a draft and for one that is not there."""
    entry = session.get(JournalEntry, entry_id)
    return as_value(entry) if entry is not None and entry.is_posted else None
