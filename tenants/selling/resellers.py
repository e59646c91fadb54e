"""Resellers: who sells to organizations, and who of the control plane's staff works for them.

A reseller is a team. What a role with the reach of a team lets somebody see is decided where it
is for every record (core.auth.rules); nothing here decides it a second time.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from typing import Any, Final

from babel.numbers import is_currency
from sqlalchemy import select
from sqlalchemy.orm import Session

from core.auth import users
from core.auth.actors import forget_actors
from core.auth.models import Team, TeamMember, User
from core.errors import Conflict, InvalidInput, NotFound, Problem
from core.i18n import phrase
from tenants import wishes
from tenants.models import Organization, Reseller
from tenants.permissions import RESELLER

_SLUG: Final = re.compile(r"[a-z](?:-?[a-z0-9]){1,39}")
_ADDRESS: Final = re.compile(r"https?://\S+")
_CHANGEABLE: Final = frozenset({"title", "email", "phone", "website", "currency"})


def create(session: Session, values: Mapping[str, Any]) -> Reseller:
    """A reseller, with the team of its staff, from its `slug`, `title` and, where they are
    given, `email`, `phone`, `website` and `currency`.

    Raises InvalidInput with every problem, or Conflict where a reseller or a team of the
    control plane has the name already.
    """
    slug = str(values["slug"]).strip()
    given = _cleaned(values)
    wishes.refuse([*_slug_problems(slug), *_problems(given)])
    title = given["title"]
    taken = session.scalar(
        select(Team.name)
        .where(Team.name == title)
        .union_all(select(Reseller.slug).where(Reseller.slug == slug))
    )
    if taken is not None:
        raise Conflict(
            phrase("The name {name} is taken.", name=taken), fix=phrase("Choose another.")
        )
    team = Team(name=title)
    session.add(team)
    session.flush()
    reseller = Reseller(id=team.id, slug=slug, **given)
    session.add(reseller)
    session.flush()
    return reseller


def change(session: Session, reseller: Reseller, values: Mapping[str, Any]) -> None:
    """Set what is given of its name, addresses and currency, and call its team the same; raises
    InvalidInput with every problem."""
    given = _cleaned({"title": reseller.title, **values})
    wishes.refuse(_problems(given))
    for name, value in given.items():
        if name in values:
            setattr(reseller, name, value)
    session.get_one(Team, reseller.id).name = reseller.title
    session.flush()


def set_open(session: Session, reseller: Reseller, is_open: bool) -> None:
    """Let it sell, or close it: its customers keep what they have, and are offered nothing."""
    reseller.status = "active" if is_open else "closed"
    session.flush()


def find(session: Session, slug: str) -> Reseller:
    """The reseller of this slug; raises NotFound."""
    reseller = session.scalar(select(Reseller).where(Reseller.slug == slug))
    if reseller is None:
        raise NotFound(
            phrase("There is no reseller {slug}.", slug=repr(slug)),
            fix="`aorabooks reseller list` shows them all.",
        )
    return reseller


def every(session: Session) -> list[Reseller]:
    """All resellers, by slug."""
    return list(session.scalars(select(Reseller).order_by(Reseller.slug)))


def staff(session: Session, reseller: Reseller) -> list[User]:
    """Who works for it, by name."""
    members = select(TeamMember.user_id).where(TeamMember.team_id == reseller.id)
    return list(session.scalars(select(User).where(User.id.in_(members)).order_by(User.name)))


def add_staff(session: Session, reseller: Reseller, user: User) -> None:
    """Let a user of the control plane work for the reseller, with its role. Repeatable."""
    known = select(TeamMember.id).where(
        TeamMember.team_id == reseller.id, TeamMember.user_id == user.id
    )
    if session.scalar(known) is None:
        session.add(TeamMember(team_id=reseller.id, user_id=user.id))
    held = users.role_codes(session, user)
    if RESELLER.code not in held:
        users.set_roles(session, user, [*held, RESELLER.code])
    session.flush()
    forget_actors(session)


def remove_staff(session: Session, reseller: Reseller, user: User) -> None:
    """Let a user work for the reseller no longer; without any reseller they lose the role."""
    held = session.scalars(select(TeamMember).where(TeamMember.user_id == user.id)).all()
    leaving = [member for member in held if member.team_id == reseller.id]
    if not leaving:
        raise NotFound(
            phrase("{name} does not work for {reseller}.", name=user.name, reseller=reseller.title)
        )
    for member in leaving:
        session.delete(member)
    others = {member.team_id for member in held} - {reseller.id}
    if session.scalar(select(Reseller.id).where(Reseller.id.in_(others)).limit(1)) is None:
        codes = [code for code in users.role_codes(session, user) if code != RESELLER.code]
        users.set_roles(session, user, codes)
    session.flush()
    forget_actors(session)


def assign(session: Session, organization: Organization, reseller: Reseller | None) -> None:
    """Make an organization a customer of this reseller, or of nobody but the operator. What it
    asked the one before is not passed on."""
    if organization.sample_of is not None:
        raise Conflict(phrase("A sample company is nobody's customer."))
    organization.reseller_id = None if reseller is None else reseller.id
    session.flush()


def _cleaned(values: Mapping[str, Any]) -> dict[str, Any]:
    given = {name: str(values[name] or "").strip() for name in _CHANGEABLE & values.keys()}
    if not given.get("currency"):
        given.pop("currency", None)
    return given


def _slug_problems(slug: str) -> list[Problem]:
    if _SLUG.fullmatch(slug):
        return []
    sentence = phrase(
        "{slug} cannot be a slug: use 2 to 40 small letters, digits and single"
        " hyphens, beginning with a letter, such as acme-trading.",
        slug=repr(slug),
    )
    return [Problem("slug", sentence)]


def _problems(given: Mapping[str, str]) -> list[Problem]:
    problems = wishes.title_problems(given.get("title", ""))
    if given.get("email"):
        try:
            users.normal_email(given["email"])
        except InvalidInput as error:
            problems.append(Problem("email", error.message))
    if given.get("website") and not _ADDRESS.fullmatch(given["website"]):
        sentence = phrase("Give the address as it begins with https://.")
        problems.append(Problem("website", sentence))
    problems += currency_problems("currency", given.get("currency", "USD"))
    return problems


def currency_problems(field: str, code: str) -> list[Problem]:
    """What is wrong with the code of a currency (ISO 4217)."""
    if is_currency(code):
        return []
    sentence = phrase("There is no currency {code}; give one such as SAR.", code=repr(code))
    return [Problem(field, sentence)]
