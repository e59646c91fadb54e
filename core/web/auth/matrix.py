"""Who may do what, at one look: permissions down, roles across, each cell changed in its place."""

from __future__ import annotations

from typing import Any, get_args

from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth import roles
from core.auth.actor import Scope
from core.auth.models import Role
from core.declare import Permission
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.web.auth.permission_groups import permissions_by_addon
from core.web.auth.roles import ROLES
from core.web.replies import Fragment, Page, Redirect, Reply
from core.web.request import Request

MATRIX = f"{ROLES}/matrix"
CELL = f"{ROLES}/{{role_id:int}}/cells/{{code}}"


def show_matrix(session: Session, request: Request) -> Reply:
    """Every permission of the enabled addons against every role."""
    everyone = roles.all_roles(session)
    grants = {
        role.id: {granted.permission: granted.scope for granted in role.permissions}
        for role in everyone
    }
    context = {"roles": everyone, "grants": grants, "groups": permissions_by_addon(session)}
    return Page("core/auth/matrix.html", context)


def edit_cell(session: Session, request: Request) -> Reply:
    """The choice of scopes in place of a cell."""
    role, permission = _cell(session, request)
    return _fragment(role, permission, editing=True)


def change_cell(session: Session, request: Request) -> Reply:
    """Give, limit or take one permission of one role."""
    role, permission = _cell(session, request)
    scope = request.form.get("scope", "")
    if scope and scope not in get_args(Scope):
        raise InvalidInput.of("scope", phrase("{scope} is no scope.", scope=scope))
    visible = view(session).permissions
    grants: dict[str, Any] = {
        granted.permission: granted.scope
        for granted in role.permissions
        if granted.permission in visible and granted.permission != permission.code
    }
    if scope:
        grants[permission.code] = scope
    roles.set_grants(session, role, grants)
    if request.wants != "fragment":
        return Redirect(MATRIX, phrase("Saved. It takes effect within a second."))
    return _fragment(role, permission, editing=False)


def _cell(session: Session, request: Request) -> tuple[Role, Permission]:
    role = roles.get_role(session, request.path_params["role_id"])
    permission = view(session).permissions.get(request.path_params["code"])
    if permission is None:
        raise NotFound(phrase("There is no such permission."))
    return role, permission


def _fragment(role: Role, permission: Permission, *, editing: bool) -> Fragment:
    held = {granted.permission: granted.scope for granted in role.permissions}
    context = {
        "role": role,
        "permission": permission,
        "scope": held.get(permission.code, ""),
        "editing": editing,
    }
    return Fragment("core/auth/matrix_cell.html", context)
