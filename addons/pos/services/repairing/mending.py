"""Operations that wait for somebody: mended, replayed, or dropped for a reason that is kept."""

from __future__ import annotations

import copy
from collections.abc import Iterator, Mapping
from typing import Any, Final, Literal

import orjson
from sqlalchemy.orm import Session

from addons.pos.models import Operation, OperationChange
from addons.pos.services.booking.pending import release, wake
from addons.pos.services.operations.envelopes import MOST_SIGNED, SIGNED, TYPES
from core.api import Conflict, InvalidInput, actor, phrase

What = Literal["mended", "replayed", "dropped"]
_MOST_REASON: Final = 1000


def payload_of(operation: Operation) -> Any:
    """What is to be booked: the mended payload, else the one that was sent."""
    return operation.content.get("payload") if operation.payload is None else operation.payload


def mend(session: Session, operation: Operation, payload: Any, reason: str) -> None:
    """Book another payload in the place of what was sent. What was sent stays as it is; who
    changed what, and why, is written down. Raises InvalidInput without a reason or a change."""
    if not isinstance(payload, dict):
        raise InvalidInput.of("payload", phrase("A payload is a JSON object."))
    if len(orjson.dumps(payload)) > MOST_SIGNED:
        raise InvalidInput.of("payload", phrase("This is too large."))
    before = payload_of(operation)
    if payload == before:
        raise InvalidInput.of("payload", phrase("Nothing was changed."))
    _take_up(session, operation, "mended", reason, before, payload)
    operation.payload = payload
    _book_again(session, operation)


def replay(session: Session, operation: Operation, reason: str) -> None:
    """Try to book an operation again as it is: what was missing is there now, or somebody has
    compared it with the paper."""
    _take_up(session, operation, "replayed", reason)
    _book_again(session, operation)


def drop(session: Session, operation: Operation, reason: str) -> None:
    """Decide that an operation is never booked. It stays, with who decided it and why."""
    _take_up(session, operation, "dropped", reason)
    operation.state = "dropped"
    operation.result = {"dropped_by": actor(session).name, "reason": reason.strip()}
    operation.waits_for = None
    session.flush()
    release(session, [operation.sync_id])


def leaves(value: Any, path: str = "") -> Iterator[tuple[str, Any]]:
    """The single values of a payload, each with its path: `lines.0.price`. What the till signed is
    not among them: nobody but the till could change it."""
    inner: Any = ()
    if isinstance(value, Mapping):
        inner = [(name, part) for name, part in value.items() if path or name != SIGNED]
    elif isinstance(value, list):
        inner = enumerate(value)
    elif path:
        yield path, value
    for name, part in inner:
        yield from leaves(part, f"{path}.{name}" if path else str(name))


def with_leaves(payload: Any, typed: Mapping[str, str]) -> Any:
    """The payload with the values that were typed, each of the kind that it had: a whole number
    stays one, and what was nothing stays so where nothing was typed. Raises InvalidInput that
    names the field."""
    changed = copy.deepcopy(payload)
    for path, value in leaves(payload):
        if path in typed and typed[path] != shown(value):
            _put(changed, path, _of_kind(path, value, typed[path]))
    return changed


def shown(value: Any) -> str:
    """How a single value stands in a form."""
    if value is None:
        return ""
    return value if isinstance(value, str) else orjson.dumps(value).decode()


def _of_kind(path: str, value: Any, typed: str) -> Any:
    if isinstance(value, str):
        return typed.strip()
    if not typed.strip():
        return None
    try:
        return orjson.loads(typed)
    except orjson.JSONDecodeError as error:
        if value is None:
            return typed.strip()
        raise InvalidInput.of(path, phrase("This must be a whole number.")) from error


def _put(payload: Any, path: str, value: Any) -> None:
    *parents, last = path.split(".")
    at = payload
    for name in parents:
        at = at[int(name)] if isinstance(at, list) else at[name]
    if isinstance(at, list):
        at[int(last)] = value
    else:
        at[last] = value


def _take_up(
    session: Session,
    operation: Operation,
    what: What,
    reason: str,
    before: Any = None,
    after: Any = None,
) -> None:
    session.refresh(operation, with_for_update={"key_share": True})
    if operation.state != "quarantined":
        raise Conflict(phrase("This operation does not wait for anybody any more."))
    if what != "dropped" and operation.payload_version not in TYPES.get(operation.type, ()):
        raise Conflict(
            phrase("Operations of this type or version are not known here."),
            fix=phrase("Update the server first, or drop it."),
        )
    written = reason.strip()[:_MOST_REASON]
    if not written:
        raise InvalidInput.of("reason", phrase("Say why: the reason is kept."))
    session.add(
        OperationChange(
            operation_id=operation.id,
            what=what,
            reason=written,
            before=before,
            after=after,
            by=actor(session).name,
        )
    )


def _book_again(session: Session, operation: Operation) -> None:
    operation.state, operation.problem = "accepted", None
    session.flush()
    wake(session, operation.register_id, f"again:{operation.id}:{operation.attempts}")
