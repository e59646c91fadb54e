"""Roles and their permissions, as a list and as a matrix per role."""

from __future__ import annotations

from collections.abc import Mapping
from typing import get_args

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth import roles
from core.auth.actor import Scope
from core.auth.models import Role, UserRole
from core.errors import InvalidInput
from core.i18n import phrase
from core.web.auth.permission_groups import permissions_by_addon
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request

ROLES = "/settings/roles"


def list_roles(session: Session, request: Request) -> Reply:
    """Every role, with how many users hold it."""
    counted = select(UserRole.role_id, func.count()).group_by(UserRole.role_id)
    holders = dict(session.execute(counted).all())
    context = {"roles": roles.all_roles(session), "holders": holders}
    return Page("core/auth/roles.html", context)


def show_new_role(session: Session, request: Request) -> Reply:
    """The form for a role of the company's own."""
    return _form(session, None, title="", grants={})


def create_role(session: Session, request: Request) -> Reply:
    """Make a role."""
    title, grants = request.form.get("title", ""), _grants(session, request)
    try:
        roles.create_role(session, title=title, grants=grants)
    except InvalidInput as error:
        return _form(session, None, title=title, grants=grants, error=error)
    return Redirect(ROLES, message=phrase("The role is made."))


def show_role(session: Session, request: Request) -> Reply:
    """A role's permissions, each with its scope."""
    role = roles.get_role(session, request.path_params["role_id"])
    grants = {granted.permission: granted.scope for granted in role.permissions}
    return _form(session, role, title=role.title, grants=grants)


def change_role(session: Session, request: Request) -> Reply:
    """Save a role's name and permissions."""
    role = roles.get_role(session, request.path_params["role_id"])
    title, grants = request.form.get("title", ""), _grants(session, request)
    try:
        roles.rename_role(session, role, title)
    except InvalidInput as error:
        return _form(session, role, title=title, grants=grants, error=error)
    if not role.unlimited:
        roles.set_grants(session, role, grants)
    return Redirect(ROLES, message=phrase("Saved. It takes effect within a second."))


def delete_role(session: Session, request: Request) -> Reply:
    """Delete one of the company's own roles."""
    roles.delete_role(session, roles.get_role(session, request.path_params["role_id"]))
    return Redirect(ROLES, message=phrase("The role is deleted."))


def _grants(session: Session, request: Request) -> dict[str, Scope]:
    """The scopes chosen in the matrix; an empty choice is no permission."""
    chosen = {code: request.form.get(f"scope:{code}", "") for code in view(session).permissions}
    unknown = sorted({scope for scope in chosen.values() if scope} - set(get_args(Scope)))
    if unknown:
        raise InvalidInput.of("scope", phrase("{scope} is no scope.", scope=unknown[0]))
    return {code: scope for code, scope in chosen.items() if scope}  # pyright: ignore[reportReturnType]


def _form(
    session: Session,
    role: Role | None,
    *,
    title: str,
    grants: Mapping[str, str],
    error: InvalidInput | None = None,
) -> Page:
    context = {
        "role": role,
        "title": title,
        "grants": grants,
        "groups": permissions_by_addon(session),
        "error": error,
    }
    return Page("core/auth/role.html", context, status=422 if error else 200)
