"""`enqueue`: ask for a job in the transaction whose outcome it depends on.

The row is the outbox: it commits or vanishes with the caller's work. Just before that commit
the board learns that this tenant has work, and right after it a wake-up is sent. A process
killed between any two of these steps loses nothing.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import TYPE_CHECKING, Any, Final

from sqlalchemy import event, select, text
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.db.session import after_commit, binding
from core.jobs.models import Job
from core.tracing.current import current_span

if TYPE_CHECKING:
    from core.declare import Job as Declared
    from core.kernel import Kernel

_DUE: Final = "aorabooks.jobs.due"
_WAKES: Final = "aorabooks.jobs.wakes"


def enqueue(
    session: Session,
    name: str,
    *,
    key: str = "",
    run_at: datetime | None = None,
    title: str = "",
    **arguments: Any,
) -> int:
    """Ask for a job; it runs once this transaction has committed, not before `run_at`.

    Arguments are what JSON can hold. A `key` that was used before returns the id of that job
    and asks for nothing new. Raises LookupError for a job that nobody declares.
    """
    bound = binding(session)
    declared = _declared(bound.context["kernel"], name)
    if run_at is not None and run_at.tzinfo is None:
        raise ValueError(f"run_at of the job {name} has no time zone")
    check_arguments(name, arguments)
    row: dict[str, Any] = {
        "name": name,
        "title": title or declared.title,
        "arguments": arguments,
        "key": key,
        "max_attempts": declared.max_attempts,
        "requested_by": bound.author.label,
        "requested_by_id": bound.author.user_id,
    }
    if run_at is not None:
        row["run_at"] = run_at
    span = current_span()
    if span is not None:
        row["trace"] = span.parent_header
    job_id = _insert(session, row)
    announce(session, run_at)
    return job_id


def announce(session: Session, run_at: datetime | None = None) -> None:
    """Let the workers know, with this transaction's commit, that there is work from `run_at`
    (None: now, by the clock of the database that all of them share)."""
    earlier = session.info.get(_DUE, run_at)
    session.info[_DUE] = None if run_at is None or earlier is None else min(run_at, earlier)
    due_now = run_at is None or run_at <= utc_now()
    if due_now and not session.info.get(_WAKES):
        session.info[_WAKES] = True
        bound = binding(session)
        board = bound.context["kernel"].board
        after_commit(session, lambda: board.wake(bound.tenant.id))


def _declared(kernel: Kernel, name: str) -> Declared:
    every_addon = kernel.catalog.view(frozenset(kernel.catalog.addons))
    try:
        return every_addon.jobs[name]
    except KeyError:
        raise LookupError(f"there is no job called {name!r}") from None


def _insert(session: Session, row: Mapping[str, Any]) -> int:
    statement = (
        insert(Job)
        .values(row)
        .on_conflict_do_nothing(index_elements=[Job.key], index_where=text("key <> ''"))
        .returning(Job.id)
    )
    job_id = session.execute(statement).scalar()
    if job_id is None:
        job_id = session.execute(select(Job.id).where(Job.key == row["key"])).scalar_one()
    return job_id


def check_arguments(name: str, value: Any, path: str = "") -> None:
    """Refuse what would come back from JSON as something else, such as a date as text."""
    if isinstance(value, dict):
        for part, inner in value.items():
            check_arguments(name, inner, f"{path}.{part}" if path else str(part))
    elif isinstance(value, list):
        for number, inner in enumerate(value):
            check_arguments(name, inner, f"{path}[{number}]")
    elif not (value is None or isinstance(value, str | int | float | bool)):
        raise TypeError(
            f"argument {path} of the job {name} is a {type(value).__name__};"
            " pass text, a number, a list or a dict"
        )


@event.listens_for(Session, "before_commit")
def _announce_before_commit(session: Session) -> None:
    # A savepoint commits too, but the work it holds may be long in coming.
    if session.in_nested_transaction():
        return
    session.info.pop(_WAKES, None)
    if _DUE in session.info:
        bound = binding(session)
        board = bound.context["kernel"].board
        board.announce(bound.tenant.id, session.info.pop(_DUE))
