"""What somebody should see to: operations of tills that could not be booked."""

from __future__ import annotations

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.pos.models import Operation
from core.api import Trouble, phrase


def waiting_operations(session: Session) -> list[Trouble]:
    """One trouble for all of them, with the reason of the first."""
    waiting = Operation.state == "quarantined"
    count = session.scalar(select(func.count()).where(waiting)) or 0
    if not count:
        return []
    first = session.scalars(
        select(Operation.problem).where(waiting).order_by(Operation.id).limit(1)
    ).first()
    return [
        Trouble(
            "pos.operations",
            phrase("{count} operations of tills are not booked", count=count),
            str((first or {}).get("message", "")),
            url="/pos/repairs",
        )
    ]
