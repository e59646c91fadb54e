"""The audit trail and the explanation of rights, for administrators and auditors."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.audit_trail import change_of
from core.auth.explanation import explain_for
from core.auth.models import User
from core.db.audit_models import AuditEntry
from core.errors import NotFound
from core.web.replies import Json, Page, Reply
from core.web.request import Request

AUDIT: Final = "/settings/audit"
EXPLAIN: Final = "/settings/explain"
PAGE_SIZE: Final = 50


def show_audit(session: Session, request: Request) -> Reply:
    """The changes of all records, the newest first, narrowed by table, record and person."""
    table, record, who = (request.query.get(name, "").strip() for name in ("table", "id", "who"))
    before = request.query.get("before", "")
    wanted = select(AuditEntry).order_by(AuditEntry.id.desc()).limit(PAGE_SIZE + 1)
    if table:
        wanted = wanted.where(AuditEntry.table_name == table)
    if record:
        wanted = wanted.where(AuditEntry.record_id == record)
    if who:
        wanted = wanted.where(AuditEntry.actor == who)
    if before.isdecimal() and len(before) < 19:
        wanted = wanted.where(AuditEntry.id < int(before))
    entries = list(session.scalars(wanted))
    shown = [change_of(entry) for entry in entries[:PAGE_SIZE]]
    context = {
        "changes": shown,
        "older": shown[-1].id if len(entries) > PAGE_SIZE else None,
        "table": table,
        "record": record,
        "who": who,
        "tables": sorted(_tables(session)),
    }
    return Page("core/auth/audit.html", context)


def show_explanation(session: Session, request: Request) -> Reply:
    """Why a user may do something, or why not; as JSON for programs."""
    asked = {name: request.query.get(name, "").strip() for name in _QUESTIONS}
    explanation, problem = None, None
    if asked["user"] and asked["permission"]:
        try:
            explanation = explain_for(
                session, asked["user"], asked["permission"], asked["resource"], asked["record"]
            )
        except NotFound as error:
            if request.wants == "json":
                raise
            problem = error
    if request.wants == "json":
        return Json(explanation.as_dict() if explanation else {"asked": asked})
    context = {
        "asked": asked,
        "explanation": explanation,
        "problem": problem,
        "users": list(session.scalars(select(User).order_by(User.name))),
        "permissions": list(view(session).permissions.values()),
        "resources": view(session).resources,
    }
    return Page("core/auth/explain.html", context)


_QUESTIONS: Final = ("user", "permission", "resource", "record")


def _tables(session: Session) -> set[str]:
    """The tables that leave a trail."""
    return {
        owned.item.__table__.fullname
        for owned in view(session).all.models
        if owned.item.__table__.info.get("audit", "all") != "none"
    }
