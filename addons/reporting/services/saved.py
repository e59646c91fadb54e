"""Saved reports: a view under a name, one's own or shared with roles."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any, Final

from sqlalchemy import ARRAY, Text, cast, func, or_, select, text
from sqlalchemy.orm import Session

from addons.reporting.models import ReportSchedule, SavedReport
from addons.reporting.services.asking import Asked, asked_for
from core.api import Forbidden, InvalidInput, NotFound, actor, phrase

_MY_ROLES: Final = text(
    "SELECT role.code FROM core.role JOIN core.user_role ON user_role.role_id = role.id"
    " WHERE user_role.user_id = :user"
)


def save_view(session: Session, asked: Asked, name: str) -> SavedReport:
    """Keep a view for whoever acts; it is private until they share it."""
    owner = actor(session).user_id
    if owner is None:
        raise Forbidden(phrase("Sign in to save a view."))
    saved = SavedReport(
        name=_named(name), report=asked.report, query=asked.to_query(), owner_id=owner
    )
    session.add(saved)
    session.flush()
    return saved


def update_view(session: Session, saved: SavedReport, values: Mapping[str, Any]) -> SavedReport:
    """Rename or share a view. It is its owner's, and of those who may change reports."""
    _require_owner(session, saved)
    if "name" in values:
        saved.name = _named(values["name"])
    if "shared" in values:
        saved.shared = values["shared"]
    if "roles" in values:
        saved.roles = list(values["roles"] or [])
    if saved.shared == "roles" and not saved.roles:
        raise InvalidInput.of("roles", phrase("Choose the roles to share it with."))
    session.flush()
    return saved


def delete_view(session: Session, saved: SavedReport) -> None:
    """Delete a view, and with it when it is sent."""
    _require_owner(session, saved)
    session.delete(saved)
    session.flush()


def saved_for(session: Session) -> Sequence[SavedReport]:
    """The saved reports that whoever acts may open, by name."""
    return session.scalars(visible(session, select(SavedReport)).order_by(SavedReport.name)).all()


def saved_named(session: Session, saved_id: int) -> SavedReport:
    """One that whoever acts may open; raises NotFound."""
    wanted = visible(session, select(SavedReport).where(SavedReport.id == saved_id))
    saved = session.scalar(wanted)
    if saved is None:
        raise NotFound(phrase("There is no such saved report."))
    return saved


def schedules_of(session: Session, saved: SavedReport) -> Sequence[ReportSchedule]:
    """When it is sent."""
    found = select(ReportSchedule).where(ReportSchedule.saved_report_id == saved.id)
    return session.scalars(found.order_by(ReportSchedule.next_at)).all()


def roles_to_share_with(session: Session) -> list[tuple[str, str]]:
    """The roles of the company, by code and title."""
    rows = session.execute(text("SELECT code, title FROM core.role ORDER BY title"))
    return [(row.code, row.title) for row in rows]


def visible(session: Session, statement: Any) -> Any:
    """The statement, narrowed to what is one's own or shared with one."""
    who = actor(session)
    if who.kind == "system":
        return statement
    roles = list(session.scalars(_MY_ROLES, {"user": who.user_id})) if who.user_id else []
    by_role = func.jsonb_exists_any(SavedReport.roles, cast(roles, ARRAY(Text)))
    return statement.where(
        or_(
            SavedReport.owner_id == who.user_id,
            SavedReport.shared == "everybody",
            (SavedReport.shared == "roles") & by_role,
        )
    )


def asked_of(saved: SavedReport) -> Asked:
    """What a saved report asks for."""
    return asked_for(saved.report, {name: str(value) for name, value in saved.query.items()})


def _named(name: str) -> str:
    plain = " ".join(str(name).split())
    if not plain or len(plain) > 120:
        raise InvalidInput.of("name", phrase("Give the view a name of at most 120 letters."))
    return plain


def _require_owner(session: Session, saved: SavedReport) -> None:
    who = actor(session)
    if who.kind != "system" and not who.unlimited and saved.owner_id != who.user_id:
        raise Forbidden(
            phrase("{name} belongs to somebody else.", name=saved.name),
            fix=phrase("Open it, and save it under a name of your own."),
        )
