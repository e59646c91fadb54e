"""Why somebody may do something, or why not, in sentences that an administrator can act on."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth import holdings
from core.auth.actor import SYSTEM, Actor, Scope
from core.auth.models import Branch, Role, RolePermission, Team, User, UserRole
from core.auth.rules import held_values, reaches, rule_column
from core.db.session import binding
from core.declare import PUBLIC, SIGNED_IN, Resource
from core.errors import NotFound
from core.i18n import phrase

if TYPE_CHECKING:
    from core.kernel import Kernel

_SCOPES: dict[Scope, str] = {
    "all": "all records",
    "branch": "records of their branches",
    "team": "records of their teams",
    "own": "their own records",
}
_HOLDERS: dict[Scope, type[User] | type[Team] | type[Branch]] = {
    "own": User,
    "team": Team,
    "branch": Branch,
}


@dataclass(frozen=True, slots=True)
class Reason:
    """One step of the decision: whether it speaks for the actor, and the sentence."""

    holds: bool
    text: str


@dataclass(frozen=True, slots=True)
class Explanation:
    """The verdict and its reasons, in the order in which they were looked at."""

    allowed: bool
    who: str
    permission: str
    reasons: tuple[Reason, ...]

    def as_dict(self) -> dict[str, Any]:
        """The explanation as JSON has it."""
        return {
            "allowed": self.allowed,
            "who": self.who,
            "permission": self.permission,
            "reasons": [{"holds": reason.holds, "text": reason.text} for reason in self.reasons],
        }


@dataclass(slots=True)
class _Case:
    """An explanation in the making."""

    reasons: list[Reason] = field(default_factory=list)

    def say(self, holds: bool, message: str, **values: Any) -> bool:
        self.reasons.append(Reason(holds, phrase(message, **values)))
        return holds


def explain(
    session: Session,
    who: Actor | User,
    permission: str,
    resource: Resource | None = None,
    record: Any = None,
) -> Explanation:
    """Why this actor or user may use this permission, on this record if one is given."""
    case = _Case()
    subject = who if isinstance(who, Actor) else actor_of(session, who)
    allowed = (
        _exists(session, case, permission)
        and _account(session, case, subject, permission)
        and _granted(session, case, subject, permission)
    )
    if allowed and resource is not None and record is not None:
        allowed = _reached(session, case, subject, permission, resource, record)
    return Explanation(allowed, subject.name, permission, tuple(case.reasons))


def actor_of(session: Session, user: User) -> Actor:
    """The actor that a user is when signed in."""
    row = session.execute(
        select(*holdings.columns()).select_from(User).where(User.id == user.id)
    ).one()
    who = Actor("user", user.name, user.id, must_change_password=user.must_change_password)
    return holdings.of_row(row).given_to(who)


def explain_for(
    session: Session, email: str, permission: str, resource_name: str = "", record_id: str = ""
) -> Explanation:
    """The same by names, as an administrator types them. Raises NotFound for unknown ones."""
    user = session.scalar(select(User).where(User.email == email.strip().lower()))
    if user is None:
        raise NotFound(phrase("There is no user {email}.", email=email))
    if not resource_name:
        return explain(session, user, permission)
    owned = view(session).resources.get(resource_name)
    if owned is None:
        raise NotFound(phrase("There is no resource {name}.", name=resource_name))
    record = None
    if record_id:
        record = session.get(owned.item.model, int(record_id)) if record_id.isdecimal() else None
        if record is None:
            raise NotFound(
                phrase("{title} {id} does not exist.", title=owned.item.singular, id=record_id)
            )
    return explain(session, user, permission, owned.item, record)


def _exists(session: Session, case: _Case, permission: str) -> bool:
    if permission in (PUBLIC.code, SIGNED_IN.code) or permission in view(session).permissions:
        return True
    kernel: Kernel = binding(session).context["kernel"]
    for owned in kernel.catalog.contributions.permissions:
        if owned.item.code == permission:
            return case.say(
                False,
                "{permission} belongs to the addon {addon}, which is not enabled here.",
                permission=permission,
                addon=owned.addon,
            )
    return case.say(False, "No installed addon knows {permission}.", permission=permission)


def _account(session: Session, case: _Case, subject: Actor, permission: str) -> bool:
    if permission == PUBLIC.code:
        return case.say(True, "This is open to everybody.")
    if subject.kind == "anonymous":
        return case.say(False, "Nobody is signed in.")
    user = None if subject.user_id is None else session.get(User, subject.user_id)
    if user is None:
        return case.say(True, "{name} is the system itself.", name=subject.name)
    if not user.is_active:
        return case.say(False, "The account of {name} is inactive.", name=user.name)
    case.say(True, "The account of {name} is active.", name=user.name)
    if user.must_change_password and permission != SIGNED_IN.code:
        return case.say(
            False, "{name} must choose a new password before anything else.", name=user.name
        )
    return True


def _granted(session: Session, case: _Case, subject: Actor, permission: str) -> bool:
    if permission in (PUBLIC.code, SIGNED_IN.code) or subject is SYSTEM:
        return True
    granting = _granting_roles(session, subject, permission)
    for title, scope in granting:
        if scope is None:
            case.say(True, "The role {role} holds every permission.", role=title)
        else:
            case.say(
                True,
                "The role {role} grants {permission} over {scope}.",
                role=title,
                permission=permission,
                scope=_SCOPES[scope],
            )
    if not granting:
        roles = ", ".join(_roles(session, subject)) or "none"
        return case.say(
            False,
            "No role of {name} grants {permission}; the roles are: {roles}.",
            name=subject.name,
            permission=permission,
            roles=roles,
        )
    if subject.scope(permission) is None:
        return case.say(
            False, "The API token does not include {permission}.", permission=permission
        )
    return True


def _reached(
    session: Session,
    case: _Case,
    subject: Actor,
    permission: str,
    resource: Resource,
    record: Any,
) -> bool:
    scope = subject.scope(permission)
    title = resource.record_title(record)
    if scope is None or scope == "all":
        return case.say(True, "That reaches all records, so {record} too.", record=title)
    column = rule_column(resource.rules, scope)
    if not column:
        return case.say(
            False,
            "{resource} cannot be told apart by {scope}, so that scope reaches none of them.",
            resource=resource.title,
            scope=scope,
        )
    held, value = held_values(subject, scope), getattr(record, column)
    names = _names(session, scope, {*held, value})
    return case.say(
        reaches(subject, resource, permission, record),
        "{record} has {column} {value}; {name} reaches {held}.",
        record=title,
        column=_called(resource, column),
        value=names.get(value, phrase("none")),
        name=subject.name,
        held=", ".join(sorted(names[key] for key in held if key in names)) or phrase("none"),
    )


def _names(session: Session, scope: Scope, keys: Iterable[int | None]) -> dict[int | None, str]:
    """What the people, teams or branches of these keys are called."""
    model = _HOLDERS[scope]
    wanted = [key for key in keys if key is not None]
    rows = session.execute(select(model.id, model.name).where(model.id.in_(wanted)))
    return {row.id: row.name for row in rows}


def _called(resource: Resource, column: str) -> str:
    """What people know the column as."""
    fields = [item for section in resource.form for item in section.fields]
    named = {item.name: item.title for item in (*resource.columns, *fields)}
    return phrase(named[column]) if column in named else column


def _granting_roles(
    session: Session, subject: Actor, permission: str
) -> list[tuple[str, Scope | None]]:
    """The roles of the user that grant it: title and scope, None for an unlimited role."""
    found = session.execute(
        select(Role.title, Role.unlimited, RolePermission.scope)
        .join(UserRole, UserRole.role_id == Role.id)
        .outerjoin(
            RolePermission,
            (RolePermission.role_id == Role.id) & (RolePermission.permission == permission),
        )
        .where(UserRole.user_id == subject.user_id, UserRole.in_force())
        .order_by(Role.title)
    )
    return [
        (row.title, None if row.unlimited else row.scope)
        for row in found
        if row.unlimited or row.scope
    ]


def _roles(session: Session, subject: Actor) -> list[str]:
    held = UserRole.user_id == subject.user_id, UserRole.in_force()
    titles = select(Role.title).join(UserRole).where(*held)
    return list(session.scalars(titles.order_by(Role.title)))
