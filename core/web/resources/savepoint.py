"""Tries a change inside a page that will be shown either way: what is refused leaves no trace,
and the rest of the transaction can still read.
"""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from typing import TypeVar

from sqlalchemy.orm import Session

from core.db.session import savepoint
from core.errors import AppError
from core.web import database_errors

T = TypeVar("T")


def attempt(session: Session, change: Callable[[], T]) -> T:
    """The outcome of `change`; raises AppError, also for what the database refuses, with
    everything that it did undone. A lost race is raised as it is: the request is run again."""
    try:
        with savepoint(session):
            return change()
    except AppError:
        raise
    except Exception as error:
        explained = None if database_errors.is_transient(error) else database_errors.explain(error)
        if explained is None:
            raise
        raise explained from error


def rehearse(session: Session, change: Callable[[], object]) -> None:
    """Run `change` and undo it: raises what `attempt` would have raised, and leaves nothing."""
    with suppress(_Undone):
        attempt(session, lambda: _undo_after(session, change))


class _Undone(Exception):
    """Ends a rehearsal that went well."""


def _undo_after(session: Session, change: Callable[[], object]) -> None:
    change()
    session.flush()
    raise _Undone
