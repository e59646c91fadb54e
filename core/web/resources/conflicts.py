"""Somebody else saved the record meanwhile: who, when, and where the two differ."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.db.audit_models import AuditEntry
from core.web.resources.culture import Culture
from core.web.resources.form_view import Texts, record_texts
from core.web.resources.shape import Shape


@dataclass(frozen=True, slots=True)
class Difference:
    """An input that holds something else than the record does now."""

    title: str
    theirs: str
    yours: str


@dataclass(frozen=True, slots=True)
class Overtaken:
    """The change that was faster."""

    who: str
    at: datetime
    differences: tuple[Difference, ...]


def overtaken(
    session: Session, shape: Shape, record: Any, typed: Texts, culture: Culture
) -> Overtaken:
    """What to tell a person whose form is older than the record."""
    who, at = last_change(session, shape, record)
    now = record_texts(shape, record, culture).texts
    return Overtaken(
        who,
        at,
        tuple(
            Difference(item.title, now.get(item.name, ""), typed.texts.get(item.name, ""))
            for item in shape.inputs
            if not (item.secret or item.readonly)
            and now.get(item.name, "") != typed.texts.get(item.name, "")
        ),
    )


def last_change(session: Session, shape: Shape, record: Any) -> tuple[str, datetime]:
    """Who changed the record last, and when; nobody known if its table keeps no trail."""
    entry = session.execute(
        select(AuditEntry.actor, AuditEntry.at)
        .where(
            AuditEntry.table_name == shape.table_name,
            AuditEntry.record_id == str(getattr(record, shape.key.name)),
        )
        .order_by(AuditEntry.id.desc())
        .limit(1)
    ).one_or_none()
    return ("", record.updated_at) if entry is None else (entry.actor, entry.at)
