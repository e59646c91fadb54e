"""Taking a batch: every operation is stored, or answered why not, before the call is answered.

One call of a binding works at a time: its row is locked. So the order of the series, its chain and
what was sent before are looked at once for the whole batch, and what is new is written by one COPY.
An operation with the next number takes its place in the series whatever is wrong with it: those
behind it never wait for somebody to mend it.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from typing import Any, Final

import orjson
from psycopg import Connection
from sqlalchemy import bindparam, select
from sqlalchemy.dialects.postgresql import ARRAY, TEXT
from sqlalchemy.orm import Session

from addons.pos.models import Binding, Operation
from addons.pos.services.operations.envelopes import (
    Envelope,
    Refused,
    read_envelope,
    said,
)
from addons.pos.services.operations.telling import applied_through, outcome, waiting
from addons.pos.services.operations.unpacking import Batch
from core.api import enqueue, phrase, utc_now

MOST_AT_ONCE: Final = 1000
APPLY: Final = "pos.apply"
_COPY: Final = b"""
COPY pos.operation (sync_id, binding_id, register_id, seq, type, payload_version, occurred_at,
  received_at, prev_hash, hash, content, state, problem, brought_by) FROM STDIN
"""
_KNOWN: Final = select(
    Operation.sync_id,
    Operation.binding_id,
    Operation.seq,
    Operation.hash,
    Operation.state,
    Operation.result,
    Operation.flags,
    Operation.problem,
).where(Operation.sync_id == bindparam("ids", type_=ARRAY(TEXT)).any_())


@dataclass(slots=True)
class _Series:
    """The series of a binding while a batch is taken into it."""

    binding: Binding
    received: datetime
    next_seq: int
    last_hash: str
    known: Mapping[str, Any]
    new: dict[str, Envelope] = field(default_factory=dict)
    results: list[dict[str, Any]] = field(default_factory=list)


def receive(
    session: Session, binding: Binding, batch: Batch, *, brought_by: int | None = None
) -> dict[str, Any]:
    """Take a batch of a binding, whose row the caller has locked; returns the answer.

    Everything that the answer calls accepted or quarantined is durable once the caller commits.
    `brought_by` is the user who brought a recovery file.
    """
    now = utc_now()
    read = [
        read_envelope(raw, register=binding.register_id, binding=binding.ordinal, received=now)
        for raw in batch.operations[:MOST_AT_ONCE]
    ]
    ids = [one.sync_id for one in read if isinstance(one, Envelope)]
    known = {row.sync_id: row for row in session.execute(_KNOWN, {"ids": ids})} if ids else {}
    series = _Series(binding, now, binding.next_seq, binding.last_hash, known)
    for one in read:
        series.results.append(_take(series, one))
    series.results += _too_many(batch.operations[MOST_AT_ONCE:], series.next_seq)
    first = binding.next_seq
    _write(session, series, brought_by)
    _note(binding, series, batch)
    session.flush()
    if any(one.problem is None for one in series.new.values()):
        enqueue(
            session, APPLY, key=f"{APPLY}:{binding.id}:{first}", register_id=binding.register_id
        )
    return {
        "results": series.results,
        "next_seq": series.next_seq,
        "applied_through": applied_through(session, binding.id, series.next_seq),
        "at": now,
        "waiting": waiting(session, binding.id),
    }


def _take(series: _Series, one: Envelope | Refused) -> dict[str, Any]:
    if isinstance(one, Refused):
        return _rejected(one.sync_id, one.seq, one.problem)
    earlier = series.known.get(one.sync_id)
    again = series.new.get(one.sync_id)
    if earlier is not None and earlier.hash == one.hash:
        original = outcome(
            one.sync_id,
            earlier.seq,
            earlier.state,
            earlier.result,
            earlier.flags,
            earlier.problem,
        )
        return {**outcome(one.sync_id, one.seq, "duplicate"), "original": original}
    if again is not None and again.hash == one.hash:
        original = outcome(one.sync_id, again.seq, _state(again), problem=again.problem)
        return {**outcome(one.sync_id, one.seq, "duplicate"), "original": original}
    if one.seq > series.next_seq:
        return _rejected(one.sync_id, one.seq, _gap(series.next_seq))
    if earlier is not None or again is not None:
        return _conflicting(series, one)
    if one.seq < series.next_seq:
        problem = said("seq", phrase("Another operation has this number already."))
        return outcome(one.sync_id, one.seq, "conflict", problem=problem)
    kept = _store(series, one)
    return outcome(kept.sync_id, kept.seq, _state(kept), problem=kept.problem)


def _store(series: _Series, one: Envelope, key: str = "") -> Envelope:
    if one.problem is None and one.prev_hash != series.last_hash:
        broken = said(
            "prev_hash",
            phrase("It does not follow from the operation before it: one of them was changed."),
            phrase("Compare it with the receipt on paper before you replay it."),
        )
        one = replace(one, problem=broken)
    series.new[key or one.sync_id] = one
    series.next_seq, series.last_hash = one.seq + 1, one.hash
    return one


def _conflicting(series: _Series, one: Envelope) -> dict[str, Any]:
    """A name that is taken by other content. With a number of its own it is kept under its place,
    so that the series goes on and somebody can look at it; nobody books it."""
    problem = said(
        "sync_id",
        phrase("Another operation has this name and other content."),
        phrase("Compare both with the receipts on paper."),
    )
    if one.seq == series.next_seq:
        key = f"{one.sync_id}#{series.binding.id}.{one.seq}"
        _store(series, replace(one, sync_id=key, problem=problem))
    return outcome(one.sync_id, one.seq, "conflict", problem=problem)


def _gap(next_seq: int) -> Mapping[str, str]:
    return said(
        "seq",
        phrase("Operations before this one are missing."),
        phrase("Send again from {seq} on.", seq=next_seq),
    )


def _too_many(operations: Sequence[Any], next_seq: int) -> Iterator[dict[str, Any]]:
    for raw in operations:
        shown = raw if isinstance(raw, dict) else {}
        sync_id, seq = shown.get("sync_id"), shown.get("seq")
        problem = said(
            "seq",
            phrase("A batch has up to {most} operations.", most=MOST_AT_ONCE),
            phrase("Send again from {seq} on.", seq=next_seq),
        )
        yield _rejected(
            sync_id if isinstance(sync_id, str) and len(sync_id) <= 64 else "",
            seq if isinstance(seq, int) and 0 < seq < 2**53 else None,
            problem,
        )


def _rejected(sync_id: str, seq: int | None, problem: Mapping[str, str]) -> dict[str, Any]:
    shown = sync_id.encode("utf-8", "replace").decode("utf-8", "replace")
    return {"sync_id": shown, "seq": seq, "status": "rejected", "problem": problem}


def _state(one: Envelope) -> str:
    return "accepted" if one.problem is None else "quarantined"


def _write(session: Session, series: _Series, brought_by: int | None) -> None:
    if not series.new:
        return
    connection = session.connection().connection.driver_connection
    assert isinstance(connection, Connection)
    binding = series.binding
    with connection.cursor() as cursor, cursor.copy(_COPY) as copy:
        for one in series.new.values():
            copy.write_row(
                (
                    one.sync_id,
                    binding.id,
                    binding.register_id,
                    one.seq,
                    one.type,
                    one.version,
                    one.occurred_at,
                    series.received,
                    one.prev_hash,
                    one.hash,
                    one.content.decode(),
                    _state(one),
                    None if one.problem is None else orjson.dumps(one.problem).decode(),
                    brought_by,
                )
            )


def _note(binding: Binding, series: _Series, batch: Batch) -> None:
    """What the device said of itself, and where its series stands."""
    binding.next_seq, binding.last_hash = series.next_seq, series.last_hash
    binding.last_seen_at = series.received
    stored = sum(result["status"] != "rejected" for result in series.results)
    binding.app, binding.unsynced = batch.app, max(batch.unsynced - stored, 0)
    if batch.persisted is not None:
        binding.persisted = batch.persisted
    try:
        sent = datetime.fromisoformat(batch.sent_at)
    except ValueError:
        return
    if sent.tzinfo is not None:
        skew = (sent - series.received).total_seconds() * 1000
        binding.clock_skew_ms = round(max(min(skew, 1e15), -1e15))
