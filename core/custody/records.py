"""Writes down who had the data in hands and which copies were made, and reads it back."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Final, Literal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.custody.models import OperatorAccess, SafekeepingRecord

Kind = Literal["backup", "restore", "takeout"]
SHOWN: Final = 200


def record_access(session: Session, *, operator: str, purpose: str, door: str) -> None:
    """Somebody who runs the platform opens this company's database. A company whose tables are
    not up to date has no place for it yet; then nothing is written."""
    if session.scalar(select(func.to_regclass("core.operator_access"))) is not None:
        session.add(OperatorAccess(operator=operator, purpose=purpose, door=door))


def record_safekeeping(
    session: Session,
    kind: Kind,
    *,
    place: str,
    size: int,
    asked_by: str,
    succeeded: bool = True,
    detail: str = "",
    digest: str = "",
) -> SafekeepingRecord:
    """A copy was made, or proven by restoring it: `size` in bytes, `digest` its SHA-256."""
    made = SafekeepingRecord(
        kind=kind,
        succeeded=succeeded,
        place=place,
        size=size,
        asked_by=asked_by,
        detail=detail,
        digest=digest,
    )
    session.add(made)
    session.flush()
    return made


def accesses(session: Session) -> Sequence[OperatorAccess]:
    """Every access of an operator, newest first, the last `SHOWN` of them."""
    newest = select(OperatorAccess).order_by(OperatorAccess.id.desc()).limit(SHOWN)
    return session.scalars(newest).all()


def count_accesses(session: Session) -> int:
    """How many there ever were."""
    return session.scalar(select(func.count()).select_from(OperatorAccess)) or 0


def newest(session: Session, kind: Kind) -> SafekeepingRecord | None:
    """The last copy of a kind that succeeded."""
    return session.scalar(
        select(SafekeepingRecord)
        .where(SafekeepingRecord.kind == kind, SafekeepingRecord.succeeded)
        .order_by(SafekeepingRecord.id.desc())
        .limit(1)
    )
