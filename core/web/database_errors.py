"""What PostgreSQL refused, said so that a person can act on it, and without showing SQL."""

from __future__ import annotations

from collections.abc import Iterable

import psycopg
from psycopg import errors as postgres
from sqlalchemy import Constraint, Index, Table
from sqlalchemy.exc import DataError, DBAPIError
from sqlalchemy.orm.exc import StaleDataError

from core.db.base import Model
from core.db.full_disk import DiskIsFull
from core.db.losing import nothing_saved, outcome_unknown
from core.errors import AppError, Conflict, InvalidInput, Problem, Unavailable
from core.i18n import phrase

_TRANSIENT = (postgres.SerializationFailure, postgres.DeadlockDetected)
_OUTDATED = (postgres.UndefinedTable, postgres.UndefinedColumn)


def is_transient(error: BaseException) -> bool:
    """Whether the same transaction may well succeed when it is tried again at once."""
    return isinstance(error, DBAPIError) and isinstance(error.orig, _TRANSIENT)


def is_outdated(error: BaseException) -> bool:
    """Whether a table or column was missing, as they are in a tenant not yet upgraded."""
    return isinstance(error, DBAPIError) and isinstance(error.orig, _OUTDATED)


def lost(error: BaseException, *, writes: bool) -> AppError | None:
    """The error for the user where a connection was lost and nobody has said so yet, such as one by
    which a process asks a server for the first time; None if that is not what happened. `writes`:
    the request may have changed something before."""
    below: BaseException | None = error
    while below is not None:
        said = below.orig if isinstance(below, DBAPIError) else below
        if isinstance(said, psycopg.OperationalError) and (said.sqlstate or "08")[:2] == "08":
            return outcome_unknown() if writes else nothing_saved()
        below = below.__cause__ or below.__context__
    return None


def explain(error: BaseException) -> AppError | None:
    """The error for the user, or None if what happened is a defect of ours."""
    if isinstance(error, StaleDataError):
        return Conflict(
            "Somebody else changed this record while you had it open.",
            fix="Reload it and make your change again.",
        )
    if not isinstance(error, DBAPIError):
        return None
    match error.orig:
        case postgres.UniqueViolation() as violation:
            return _already_used(violation)
        case postgres.ForeignKeyViolation() as violation:
            return _reference(violation)
        case postgres.NotNullViolation() as violation:
            field = violation.diag.column_name or ""
            return InvalidInput.of(field, phrase("{field} must not be empty.", field=_words(field)))
        case postgres.CheckViolation() | postgres.RestrictViolation() as raised if not (
            raised.diag.table_name
        ):
            # No constraint of a table but a trigger, which says in words what it refuses.
            sentence = (raised.diag.message_primary or "").strip()
            return Conflict(f"{sentence[:1].upper()}{sentence[1:]}.")
        case postgres.CheckViolation() | postgres.ExclusionViolation():
            return InvalidInput("A value is outside of what is allowed here.")
        case postgres.DiskFull():
            return DiskIsFull()
        case postgres.LockNotAvailable():
            return Unavailable("Somebody else is working on this record. Please try again.")
        case postgres.QueryCanceled():
            return Unavailable(
                "This took too long and was stopped.", fix="Ask for a shorter period or fewer rows."
            )
        case postgres.SerializationFailure() | postgres.DeadlockDetected():
            return Unavailable("Two changes met at the same moment. Please try again.")
    if isinstance(error, DataError):
        return InvalidInput("A value is too large, or holds characters that cannot be stored.")
    return None


def _already_used(violation: postgres.UniqueViolation) -> AppError:
    fields = _columns(violation)
    if not fields:
        return Conflict("There is already a record like this one.")
    message = phrase("{field} is already used.", field=", ".join(_words(name) for name in fields))
    return Conflict(
        message,
        fix="Choose another, or open the record that has it.",
        problems=tuple(Problem(name, message) for name in fields),
    )


def _reference(violation: postgres.ForeignKeyViolation) -> AppError:
    # PostgreSQL names the referring table either way; only the sentence tells which side moved.
    if "still referenced" in (violation.diag.message_detail or ""):
        return Conflict(
            phrase("Other records still use this one ({table}).", table=_table_words(violation)),
            fix="Remove them first, or keep this record.",
        )
    problems = tuple(
        Problem(name, phrase("{field} names a record that does not exist.", field=_words(name)))
        for name in _columns(violation)
    )
    message = problems[0].message if problems else "A record that was named does not exist."
    return InvalidInput(message, problems=problems)


def _columns(violation: postgres.Error) -> list[str]:
    """The columns of the constraint, found in the models by its name."""
    diagnostic = violation.diag
    table = Model.metadata.tables.get(f"{diagnostic.schema_name}.{diagnostic.table_name}")
    if table is None:
        return []
    for rule in _rules(table):
        if rule.name == diagnostic.constraint_name:
            return [column.name for column in getattr(rule, "columns", ())]
    return []


def _rules(table: Table) -> Iterable[Constraint | Index]:
    yield from table.constraints
    yield from table.indexes


def _words(column: str) -> str:
    return column.removesuffix("_id").replace("_", " ").capitalize()


def _table_words(violation: postgres.Error) -> str:
    return (violation.diag.table_name or "").replace("_", " ")
