"""Importing a chart of accounts: a CSV file with the columns account (or code) and type."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from sqlalchemy.orm import Session

from addons.accounting.models import ACCOUNT_SUBTYPES, Account, AccountType
from addons.accounting.services.chart import accounts_by_code, name_of, type_of
from addons.accounting.services.ledger_files.table import (
    Columns,
    Row,
    UnreadableFile,
    read_table,
)
from core.api import ImportOutcome, ImportProblem, phrase

_CODE = ("code", "account")


def import_chart(session: Session, content: bytes, file_name: str) -> ImportOutcome:
    """Make the accounts that are not there yet. Without a type, the name has to tell it."""
    try:
        table = read_table(content, _code_column)
        column = _code_column(table.columns)
    except UnreadableFile as error:
        return ImportOutcome(0, 0, (error.problem,))
    problems: list[ImportProblem] = []
    accounts: dict[str, Account] = {}
    for row in table.rows:
        cells = dict(zip(table.columns, row.cells, strict=False))
        account = _account(cells, cells.get(column, ""), row, problems)
        if account is not None:
            accounts.setdefault(account.code, account)
    known = accounts_by_code(session, accounts)
    if problems:
        return ImportOutcome(0, 0, tuple(problems))
    new = [account for code, account in accounts.items() if code not in known]
    session.add_all(new)
    session.flush()
    return ImportOutcome(len(new), len(known))


def _code_column(columns: Columns) -> str:
    for name in _CODE:
        if name in columns:
            return name
    message = phrase("The first line names no column account or code.")
    raise UnreadableFile(ImportProblem(1, message))


def _account(
    cells: Mapping[str, str], code: str, row: Row, problems: list[ImportProblem]
) -> Account | None:
    if not code:
        problems.append(ImportProblem(row.line, phrase("The account is missing.")))
        return None
    written = cells.get("type", "").lower()
    kind = written or type_of(code)
    if kind not in get_args(AccountType):
        message = phrase(
            "The type of account {code} is {type}; it must be one of {types}.",
            code=code,
            type=written or phrase("missing"),
            types=", ".join(get_args(AccountType)),
        )
        problems.append(ImportProblem(row.line, message))
        return None
    subtype = cells.get("subtype", "").lower()
    if subtype not in dict(ACCOUNT_SUBTYPES):
        message = phrase("{subtype} is no subtype of accounts.", subtype=repr(subtype))
        problems.append(ImportProblem(row.line, message))
        return None
    return Account(
        code=code,
        name=cells.get("name", "") or name_of(code),
        type=kind,
        subtype=subtype,
        currency=cells.get("currency", "").upper(),
    )
