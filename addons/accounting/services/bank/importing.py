"""Keeping what bank files say: every movement once, whatever is sent again or overlaps.

A file is kept whole or not at all. Nothing is posted here; lines wait to be matched.
"""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import replace

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models.bank import BankAccount, BankBalance, BankLine
from addons.accounting.models.bank import BankStatement as StatementRow
from addons.accounting.services.bank.accounts import account_of, require_fit
from addons.accounting.services.bank.checking import statement_warnings
from addons.accounting.services.bank.errors import StatementDoesNotFit, unreadable
from addons.accounting.services.bank.marks import marks_of
from addons.accounting.services.bank.plan import Plan, PlannedStatement
from addons.accounting.services.bank.reading import BankFile
from addons.accounting.services.bank.starting import settle_start
from addons.accounting.services.bank.values import BankLine as ReadLine
from addons.accounting.services.bank.values import BankStatement
from core.api import actor, announce, phrase

_SCALE_OF_CHUNK = 2_000


def locked(session: Session, bank_account_id: int) -> BankAccount:
    """The bank account, for this transaction alone: two who import at once take turns."""
    return session.execute(
        select(BankAccount)
        .where(BankAccount.id == bank_account_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).scalar_one()


def chosen_account(session: Session, file: BankFile, given: BankAccount | None) -> BankAccount:
    """The account that a file is for: the one chosen, else the one that it names."""
    if given is not None:
        return given
    for statement in file.statements:
        found = account_of(session, statement)
        if found is not None:
            return found
    named = next((s.iban or s.account for s in file.statements if s.iban or s.account), "")
    raise StatementDoesNotFit(
        phrase("No bank account has the number {number}.", number=named)
        if named
        else phrase("The file does not say of which account it is."),
        fix=phrase("Choose the bank account, or set it up first."),
    )


def plan_import(session: Session, bank: BankAccount, file: BankFile, content: bytes) -> Plan:
    """What would become of a file, with nothing kept yet; raises StatementDoesNotFit."""
    statements, notes = _of_this_account(session, bank, file)
    marks = iter(marks_of(line for statement in statements for line in statement.lines))
    marked = [
        (statement, [(line, next(marks)) for line in statement.lines]) for statement in statements
    ]
    known = _known(session, bank, [mark for _, lines in marked for _, mark in lines])
    planned = []
    earlier: list[BankStatement] = []
    for statement, lines in marked:
        new = tuple((line, mark) for line, mark in lines if mark not in known)
        added = [line for line, _ in new]
        warnings = tuple(statement_warnings(session, bank, statement, added, earlier))
        earlier.append(statement)
        planned.append(
            PlannedStatement(
                statement,
                new,
                len(lines) - len(new),
                warnings if new or not lines else (),
            )
        )
    return Plan(
        bank_account_id=bank.id,
        format=file.format,
        file_name=file.name,
        digest=hashlib.sha256(content).hexdigest(),
        statements=tuple(planned),
        notes=notes,
    )


def keep(session: Session, bank: BankAccount, plan: Plan) -> list[StatementRow]:
    """Keep a plan that was made under the account's lock. Returns the statements that are new;
    those of which everything was known before are passed over."""
    kept = []
    for planned in plan.statements:
        if not planned.new and _is_known(session, bank, planned.statement):
            continue
        row = _statement_row(session, bank, plan, planned)
        _write_lines(session, bank, row, planned.new)
        _remember_balances(session, bank, planned.statement, row)
        kept.append(row)
    if kept:
        settle_start(session, bank, plan.statements)
        announce(session, "accounting.bank-lines")
        announce(session, "accounting.bank-statements")
    return kept


def _of_this_account(
    session: Session, bank: BankAccount, file: BankFile
) -> tuple[list[BankStatement], tuple[str, ...]]:
    """The statements of the account, each once. A table in several currencies gives those in the
    account's own; any other statement that does not fit refuses the file."""
    notes = [note for statement in file.statements for note in statement.left_out]
    fitting: list[BankStatement] = []
    several = file.format == "table" and len(file.statements) > 1
    for statement in file.statements:
        if several and statement.currency not in ("", bank.currency):
            notes.append(
                phrase(
                    "{count} movements in {currency} are left out.",
                    count=len(statement.lines),
                    currency=statement.currency,
                )
            )
            continue
        require_fit(session, bank, statement)
        if not any(_same(statement, other) for other in fitting):
            fitting.append(statement)
    if not fitting:
        raise unreadable(
            phrase("The file holds no movements in {currency}.", currency=bank.currency)
        )
    return fitting, tuple(dict.fromkeys(notes))


def _same(one: BankStatement, other: BankStatement) -> bool:
    """Whether a file holds one statement twice."""
    return bool(one.number) and replace(one, where="") == replace(other, where="")


def _known(session: Session, bank: BankAccount, marks: Sequence[str]) -> set[str]:
    found: set[str] = set()
    for start in range(0, len(marks), _SCALE_OF_CHUNK):
        part = marks[start : start + _SCALE_OF_CHUNK]
        found.update(
            session.scalars(
                select(BankLine.mark).where(
                    BankLine.bank_account_id == bank.id, BankLine.mark.in_(part)
                )
            )
        )
    return found


def _is_known(session: Session, bank: BankAccount, statement: BankStatement) -> bool:
    days = statement.days
    condition = [
        StatementRow.bank_account_id == bank.id,
        StatementRow.number == statement.number,
        StatementRow.opening.is_not_distinct_from(
            statement.opening.amount if statement.opening else None
        ),
        StatementRow.closing.is_not_distinct_from(
            statement.closing.amount if statement.closing else None
        ),
        StatementRow.first_day.is_not_distinct_from(days[0] if days else None),
        StatementRow.last_day.is_not_distinct_from(days[1] if days else None),
    ]
    if session.scalar(select(StatementRow.id).where(*condition).limit(1)) is not None:
        return True
    return bool(statement.lines) and statement.closing is None


def _statement_row(
    session: Session, bank: BankAccount, plan: Plan, planned: PlannedStatement
) -> StatementRow:
    statement, days = planned.statement, planned.statement.days
    row = StatementRow(
        bank_account_id=bank.id,
        number=statement.number,
        format=plan.format,
        file_name=plan.file_name[:200],
        file_digest=plan.digest,
        first_day=days[0] if days else None,
        last_day=days[1] if days else None,
        opening=statement.opening.amount if statement.opening else None,
        closing=statement.closing.amount if statement.closing else None,
        interim=statement.interim,
        new_lines=len(planned.new),
        known_lines=planned.known,
        warnings=list(planned.warnings),
        imported_by=actor(session).name,
    )
    session.add(row)
    session.flush()
    return row


def _write_lines(
    session: Session,
    bank: BankAccount,
    row: StatementRow,
    new: Sequence[tuple[ReadLine, str]],
) -> None:
    values = [
        {
            "bank_account_id": bank.id,
            "statement_id": row.id,
            "position": place,
            "date": line.date,
            "value_date": line.value_date,
            "amount": line.amount,
            "text": line.text,
            "reference": line.reference,
            "bank_id": line.bank_id,
            "batch": line.batch,
            "partner_name": line.partner_name,
            "partner_account": line.partner_account,
            "original_amount": line.original_amount,
            "original_currency": line.original_currency,
            "charges": line.charges,
            "kind": line.kind,
            "mark": mark,
        }
        for place, (line, mark) in enumerate(new, start=1)
    ]
    for start in range(0, len(values), _SCALE_OF_CHUNK):
        session.execute(insert(BankLine), values[start : start + _SCALE_OF_CHUNK])


def _remember_balances(
    session: Session, bank: BankAccount, statement: BankStatement, row: StatementRow
) -> None:
    """The closing balance of a final statement is an assertion from now on."""
    days = statement.days
    if statement.closing is None or statement.interim or days is None:
        return
    values = {
        "bank_account_id": bank.id,
        "date": statement.closing.date or days[1],
        "amount": statement.closing.amount,
        "source": "statement",
        "statement_id": row.id,
    }
    session.execute(
        insert(BankBalance)
        .values(**values)
        .on_conflict_do_update(
            index_elements=["bank_account_id", "date", "source"],
            set_={"amount": values["amount"], "statement_id": row.id},
        )
    )
