"""Operations that wait to be booked, in the order of their register, and what became of them."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

import orjson
from sqlalchemy import bindparam, func, select, text
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT, TEXT
from sqlalchemy.orm import Session

from addons.pos.models import Operation
from core.api import AppError, enqueue, phrase

APPLY: Final = "pos.apply"
_NEXT: Final = (
    select(
        Operation.id,
        Operation.sync_id,
        Operation.binding_id,
        Operation.register_id,
        Operation.seq,
        Operation.type,
        Operation.occurred_at,
        Operation.received_at,
        func.coalesce(Operation.payload, Operation.content["payload"]).label("payload"),
    )
    .where(
        Operation.register_id == bindparam("register"),
        Operation.state == "accepted",
        Operation.waits_for.is_(None),
    )
    .order_by(Operation.id)
    .limit(bindparam("most"))
)
_TEXTS: Final = ARRAY(TEXT)
_NOTE: Final = text("""
UPDATE pos.operation AS operation
   SET state = given.state, result = CAST(given.result AS jsonb),
       flags = CAST(given.flags AS text[]), problem = CAST(given.problem AS jsonb),
       waits_for = given.waits_for, attempts = operation.attempts + 1
  FROM unnest(:ids, :states, :results, :flags, :problems, :waits)
    AS given (id, state, result, flags, problem, waits_for)
 WHERE operation.id = given.id
""").bindparams(
    bindparam("ids", type_=ARRAY(BIGINT)),
    *(bindparam(name, type_=_TEXTS) for name in ("states", "results", "flags", "problems")),
    bindparam("waits", type_=_TEXTS),
)
_RELEASE: Final = text("""
UPDATE pos.operation SET waits_for = NULL
 WHERE waits_for = ANY (:ids) AND state = 'accepted' RETURNING register_id, id
""").bindparams(bindparam("ids", type_=_TEXTS))
# What has no payload any more may have been of any session.
_BEFORE_CLOSING: Final = text("""
SELECT sync_id FROM pos.operation
 WHERE binding_id = :binding AND state IN ('accepted', 'quarantined') AND seq < :seq
   AND coalesce(coalesce(payload, content -> 'payload') ->> 'session', :key) = :key
 ORDER BY seq LIMIT 1
""")


@dataclass(frozen=True, slots=True)
class Pending:
    """An operation that waits to be booked; `payload` is the mended one where there is one."""

    id: int
    sync_id: str
    binding_id: int
    register_id: int
    seq: int
    type: str
    occurred_at: datetime
    received_at: datetime
    payload: Any


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of an operation."""

    operation: Pending
    state: str
    result: Mapping[str, Any] | None = None
    flags: Sequence[str] = ()
    problem: Mapping[str, str] | None = None
    waits_for: str | None = None


def next_operations(session: Session, register_id: int, most: int) -> list[Pending]:
    """The operations of a register that can be booked next, in their order."""
    rows = session.execute(_NEXT, {"register": register_id, "most": most})
    return [Pending(*row) for row in rows]


def note_outcomes(session: Session, outcomes: Sequence[Outcome]) -> None:
    """Write down what became of operations, and let go what waited for them."""
    if not outcomes:
        return
    session.execute(
        _NOTE,
        {
            "ids": [one.operation.id for one in outcomes],
            "states": [one.state for one in outcomes],
            "results": [_json(one.result) for one in outcomes],
            "flags": ["{" + ",".join(one.flags) + "}" for one in outcomes],
            "problems": [_json(one.problem) for one in outcomes],
            "waits": [one.waits_for for one in outcomes],
        },
    )
    release(session, [one.operation.sync_id for one in outcomes if one.state == "done"])


def release(session: Session, sync_ids: Iterable[str]) -> None:
    """Let operations go on that waited for these, and have them booked."""
    wanted = sorted(sync_ids)
    if not wanted:
        return
    freed: dict[int, int] = {}
    for row in session.execute(_RELEASE, {"ids": wanted}):
        freed[row.register_id] = max(row.id, freed.get(row.register_id, 0))
    for register_id, last in sorted(freed.items()):
        wake(session, register_id, f"freed:{last}:{wanted[0]}")


def wake(session: Session, register_id: int, why: str) -> None:
    """Have the operations of a register booked; asked for once for each reason."""
    enqueue(session, APPLY, key=f"{APPLY}:{register_id}:{why}", register_id=register_id)


def missing_before_closing(session: Session, closing: Pending) -> str | None:
    """An operation of the session that has to be booked before it is closed."""
    key = closing.payload.get("session") if isinstance(closing.payload, dict) else None
    if not isinstance(key, str):
        return None
    asked = {"binding": closing.binding_id, "seq": closing.seq, "key": key}
    return session.scalar(_BEFORE_CLOSING, asked)


def quarantined(operation: Pending, error: Exception) -> Outcome:
    """The operation as one that somebody has to mend."""
    return Outcome(operation, "quarantined", problem=problem_of(error))


def problem_of(error: Exception) -> Mapping[str, str]:
    """What an error says, as a client and the page of repairs read it."""
    if isinstance(error, AppError):
        field = error.problems[0].field if error.problems else ""
        return {"field": field, "message": str(error.message), "fix": str(error.fix)}
    return {
        "field": "",
        "message": str(phrase("It could not be booked ({error}).", error=type(error).__name__)),
        "fix": str(phrase("Look at it with whoever looks after the server, and replay it.")),
    }


def _json(value: Any) -> str | None:
    return None if value is None else orjson.dumps(value).decode()
