"""`cached_until_change`: what is read of settings is read once, until one of their tables changes.

For functions that read what people decide once in a while (accounts, taxes, rules) and every sale
asks for. Their answer is kept in the process for the company, under the stamps of the tables that
it was read from (core.db.stamps): a transaction that sees other stamps reads anew.
"""

from __future__ import annotations

from collections.abc import Callable, Hashable
from functools import wraps
from typing import Any, Concatenate, Final, ParamSpec, TypeVar, cast

from sqlalchemy import Table, event
from sqlalchemy.orm import Session, SessionTransaction

from core.db.base import Model
from core.db.memory import MISSING, Memory
from core.db.session import binding
from core.db.stamps import STAMPED, Changes, own_changes, stamps_now, stamps_of

MEMORY: Final = "memory"
"""The key of a session's context under which its `Memory` is, where its answers may be kept."""
_OWN: Final = "aorabooks.own_answers"
_MOST_OWN: Final = 1000
"""Answers that a transaction keeps for itself: imports change much, and ask about all of it."""

P = ParamSpec("P")
Answer = TypeVar("Answer")
Tables = tuple[str, ...]
Read = Callable[Concatenate[Session, P], Answer]


def cached_until_change(*tables: type[Model] | str) -> Callable[[Read[P, Answer]], Read[P, Answer]]:
    """Keep a function's answer, for each company and each of its arguments, until one of these
    tables changes: those of models, and those of other addons by their names. Raises TypeError for
    a model whose table has no stamps.

    The function takes the session and positional arguments that can be a key. It reads these
    tables and nothing else: not the day, not the actor, not the language, no other table. Its
    answer is made of immutable values and holds no records: others are given the same object.

    A transaction sees the settings as of the first time that it asks for any, and always what it
    has changed itself. What must hold against others at the moment of writing is not for this:
    lock the row and read it.
    """
    names = tuple(one if isinstance(one, str) else _stamped(one) for one in tables)

    def wrap(read: Read[P, Answer]) -> Read[P, Answer]:
        @wraps(read)
        def answer(session: Session, *args: P.args, **named: P.kwargs) -> Answer:
            if named:
                raise TypeError(f"{read.__name__} takes no arguments by name")
            return _answer(session, names, read, args)

        vars(read)["tables"] = names  # for whoever looks at what is kept, by its key
        return answer

    return wrap


def _stamped(model: type[Model]) -> str:
    table = cast(Table, model.__table__)
    if not table.info.get(STAMPED):
        raise TypeError(f"{model.__name__} has no stamps: say so in its table options")
    return table.fullname


def _answer(
    session: Session, tables: Tables, read: Callable[..., Any], args: tuple[Hashable, ...]
) -> Any:
    memory: Memory | None = binding(session).context.get(MEMORY)
    if memory is None:
        return read(session, *args)
    if session.autoflush and _is_pending(session, tables):
        session.flush()  # as any statement would, before it reads
    changes = own_changes(session, tables)
    if changes:
        return _own_answer(session, changes, read, args)
    stamps = stamps_of(session, tables)
    if stamps is None:
        return read(session, *args)
    key = (binding(session).tenant.id, read, args, stamps)
    found = memory.get(key)
    if found is MISSING:
        found = read(session, *args)
        # Others may have changed a table between the two looks: then this is not its answer.
        if stamps_now(session, tables) == stamps:
            memory.put(key, found)
    return found


def _own_answer(
    session: Session, changes: Changes, read: Callable[..., Any], args: tuple[Hashable, ...]
) -> Any:
    """What a transaction that has changed a table sees, kept for it alone until its next change."""
    known: dict[Hashable, tuple[Changes, Any]] = session.info.setdefault(_OWN, {})
    kept = known.get((read, args))
    if kept is None or kept[0] != changes:
        if len(known) >= _MOST_OWN:
            known.clear()
        kept = known[read, args] = (changes, read(session, *args))
    return kept[1]


@event.listens_for(Session, "after_transaction_end")
def _forget_own(session: Session, ended: SessionTransaction) -> None:
    if ended.parent is None:
        session.info.pop(_OWN, None)


def _is_pending(session: Session, tables: Tables) -> bool:
    """Whether the session holds changes of such a table that the database has not seen."""
    return any(
        str(type(record).__table__) in tables
        for record in (*session.new, *session.dirty, *session.deleted)
    )
