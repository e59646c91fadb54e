"""What a client is told of its operations."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.pos.models import Operation

MOST_WAITING: Final = 200
"""So many operations that need mending are named in one answer."""
_OPEN: Final = text("""
SELECT min(seq) FROM pos.operation
 WHERE binding_id = :binding AND state IN ('accepted', 'quarantined')
""")
_WAITING: Final = text("""
SELECT sync_id, seq, problem FROM pos.operation
 WHERE binding_id = :binding AND state IN ('accepted', 'quarantined') AND state = 'quarantined'
 ORDER BY seq LIMIT :most
""")


def outcome(
    sync_id: str,
    seq: int,
    state: str,
    result: Any = None,
    flags: Any = (),
    problem: Any = None,
) -> dict[str, Any]:
    """Where an operation stands."""
    told: dict[str, Any] = {"sync_id": sync_id, "seq": seq, "status": state}
    if result is not None:
        told["document"] = result
    if flags:
        told["flags"] = list(flags)
    if problem is not None and state != "done":
        told["problem"] = problem
    return told


def outcome_of(operation: Operation) -> dict[str, Any]:
    """Where a stored operation stands."""
    return outcome(
        operation.sync_id,
        operation.seq,
        operation.state,
        operation.result,
        operation.flags,
        operation.problem,
    )


def applied_through(session: Session, binding_id: int, next_seq: int) -> int:
    """The last number of the series up to which everything is booked, or dropped."""
    first_open = session.scalar(_OPEN, {"binding": binding_id})
    return (next_seq if first_open is None else first_open) - 1


def waiting(session: Session, binding_id: int) -> list[dict[str, Any]]:
    """The operations of a device that somebody has to mend."""
    rows = session.execute(_WAITING, {"binding": binding_id, "most": MOST_WAITING})
    return [outcome(row.sync_id, row.seq, "quarantined", problem=row.problem) for row in rows]
