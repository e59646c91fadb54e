"""Users, teams, branches and roles as resources, and the link that lets a user in."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, object_session

from core.auth import escalation, login_sessions, passkeys, reset, totp, users
from core.auth.models import Branch, Role, Team, User
from core.auth.permissions import MANAGE_USERS
from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    Lines,
    Operations,
    Resource,
    Section,
    Values,
    msg,
)
from core.errors import Conflict
from core.i18n import LOCALES, phrase
from core.web.replies import Page, Reply
from core.web.request import Request


def show_reset_link(session: Session, request: Request) -> Reply:
    """Make a link by which a user chooses a password; shown to the administrator, this once."""
    user = users.get_user(session, request.path_params["user_id"])
    escalation.require_over_user(session, user)
    if user.is_guest:
        raise Conflict(
            phrase("A guest has no password here."),
            fix=phrase("They come in from the control plane, for as long as you let them."),
        )
    link = reset.reset_link(session, user, origin=request.origin)
    minutes = int(reset.LIFETIME.total_seconds() // 60)
    return Page("core/auth/reset_link.html", {"user": user, "link": link, "minutes": minutes})


def user_side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands beside a user's record: how they sign in, and the way to a link."""
    user: User = given["record"]
    return {
        "user": user,
        "has_totp": totp.is_enabled(session, user.id),
        "passkeys": len(passkeys.passkeys_of(session, user.id)),
        "sessions": len(login_sessions.live_sessions(session, user.id)),
    }


def role_side(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What stands beside a role's record: its permissions."""
    return {"role": given["record"]}


def _create(session: Session, values: Values) -> User:
    return users.create_user(
        session,
        email=values["email"],
        name=values["name"],
        locale=values.get("locale") or "",
        **_roles(session, values.get("role_links", ())),
    )


def _update(session: Session, user: User, values: Values) -> User:
    users.change_user(
        session,
        user,
        email=values.get("email", user.email),
        name=values.get("name", user.name),
        locale=values.get("locale", user.locale) or "",
    )
    if "role_links" in values:
        given = _roles(session, values["role_links"])
        users.set_roles(session, user, given["roles"], given["until"])
    return user


def _roles(session: Session, lines: tuple[Values, ...]) -> dict[str, Any]:
    """The codes of the roles in the lines, and until when each is given."""
    ends = {line["role_id"]: line.get("expires_at") for line in lines}
    rows = session.execute(select(Role.id, Role.code).where(Role.id.in_(ends))).all()
    return {"roles": [row.code for row in rows], "until": {row.code: ends[row.id] for row in rows}}


def _deactivate(session: Session, user: User) -> str:
    users.set_active(session, user, False)
    return phrase("{name} cannot sign in any more.", name=user.name)


def _activate(session: Session, user: User) -> str:
    users.set_active(session, user, True)
    return phrase("{name} can sign in again.", name=user.name)


def _sign_out(session: Session, user: User) -> str:
    escalation.require_over_user(session, user)
    ended = login_sessions.end_all(session, user.id)
    return phrase("{count} sessions of {name} were ended.", count=ended, name=user.name)


def _remove_second_step(session: Session, user: User) -> str:
    escalation.require_over_user(session, user)
    totp.remove(session, user.id)
    return phrase("{name} signs in with the password alone now.", name=user.name)


def _has_second_step(user: Any) -> bool:
    session = object_session(user)
    return session is not None and totp.is_enabled(session, user.id)


def _is_active(user: Any) -> bool:
    return user.is_active


def _is_inactive(user: Any) -> bool:
    return not user.is_active and not user.is_guest


USERS: Final = Resource(
    name="users",
    model=User,
    title=msg("Users"),
    singular=msg("User"),
    access=Access(MANAGE_USERS, create=MANAGE_USERS, update=MANAGE_USERS),
    columns=(
        Column("name"),
        Column("email"),
        Column("is_active", msg("Active")),
        Column("is_guest", msg("Guest"), optional=True),
    ),
    record_title=lambda user: user.name,
    form=(
        Section(
            msg("Account"),
            (
                Field("name"),
                Field("email", msg("E-mail address"), widget="email"),
                Field(
                    "locale",
                    msg("Language"),
                    choices=tuple(LOCALES.items()),
                    required=False,
                    help=msg("Left open, it follows the browser."),
                ),
            ),
        ),
    ),
    lines=(
        Lines(
            "role_links",
            msg("Roles"),
            (
                Field("role_id", msg("Role"), reference="core.roles"),
                Field("expires_at", msg("Until"), help=msg("Left open, it does not end.")),
            ),
        ),
    ),
    search=("name", "email"),
    filters=(Filter("is_active", msg("Active")), Filter("is_guest", msg("Guest"))),
    order=("name",),
    actions=(
        Action(
            "deactivate",
            msg("Make inactive"),
            MANAGE_USERS,
            _deactivate,
            when=_is_active,
            confirm=msg("They are signed out at once and cannot sign in. Their records stay."),
            style="danger",
        ),
        Action("activate", msg("Make active"), MANAGE_USERS, _activate, when=_is_inactive),
        Action("sign_out", msg("Sign out everywhere"), MANAGE_USERS, _sign_out, when=_is_active),
        Action(
            "remove_second_step",
            msg("Remove the second step"),
            MANAGE_USERS,
            _remove_second_step,
            when=_has_second_step,
            confirm=msg("Make sure that it is really this person who asks you to."),
        ),
    ),
    operations=Operations(create=_create, update=_update),
)

ROLES: Final = Resource(
    name="roles",
    model=Role,
    title=msg("Roles"),
    singular=msg("Role"),
    access=Access(MANAGE_USERS),
    columns=(Column("title"), Column("code"), Column("addon")),
    record_title=lambda role: role.title,
    search=("title", "code"),
    order=("title",),
)


def _group(model: type[Any], name: str, title: str, singular: str, *, quota: str = "") -> Resource:
    return Resource(
        name=name,
        model=model,
        title=title,
        singular=singular,
        access=Access(MANAGE_USERS, create=MANAGE_USERS, update=MANAGE_USERS, delete=MANAGE_USERS),
        columns=(Column("name"),),
        record_title=lambda group: group.name,
        form=(Section(singular, (Field("name"),)),),
        lines=(Lines("members", msg("Members"), (Field("user_id", reference="core.users"),)),),
        search=("name",),
        order=("name",),
        quota=quota,
    )


TEAMS: Final = _group(Team, "teams", msg("Teams"), msg("Team"))
BRANCHES: Final = _group(Branch, "branches", msg("Branches"), msg("Branch"), quota="branches")
