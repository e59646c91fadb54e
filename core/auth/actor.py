"""Who acts: a user, an API token, the system, or nobody yet."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Literal

from sqlalchemy.orm import Session

from core.db.session import Author, binding
from core.declare.rights import PUBLIC, SIGNED_IN, Scope

ActorKind = Literal["user", "token", "system", "anonymous"]


@dataclass(frozen=True, slots=True)
class Actor:
    """What a request or job may do. `grants` maps permission codes to their widest scope.

    An `unlimited` actor (the system, the tenant's administrators) holds every permission of
    the enabled addons. Who `must_change_password` holds none until that is done. A guest holds
    none of those `withheld`; whoever is `readonly` changes nothing.
    """

    kind: ActorKind
    name: str
    user_id: int | None = None
    grants: Mapping[str, Scope] = field(default_factory=dict)
    teams: frozenset[int] = frozenset()
    branches: frozenset[int] = frozenset()
    unlimited: bool = False
    locale: str = ""
    written: str = ""
    session_id: int | None = None
    must_change_password: bool = False
    withheld: frozenset[str] = frozenset()
    readonly: bool = False

    @property
    def is_guest(self) -> bool:
        """Whether this is somebody of the operator or a reseller, whom the company let in."""
        return bool(self.withheld)

    def may(self, code: str) -> bool:
        """Whether the actor holds this permission, over whatever records."""
        if code == PUBLIC.code:
            return True
        if code == SIGNED_IN.code:
            return self.kind != "anonymous"
        return (self.unlimited or code in self.grants) and code not in self.withheld

    def scope(self, code: str) -> Scope | None:
        """How far the permission reaches, or None if the actor lacks it."""
        if code in self.withheld:
            return None
        if self.unlimited or code == PUBLIC.code:
            return "all"
        if code == SIGNED_IN.code:
            return None if self.kind == "anonymous" else "all"
        return self.grants.get(code)

    def author(self, request_id: str = "", door: str = "") -> Author:
        """How the audit trail names this actor, who came by this door."""
        return Author(self.name, self.user_id, request_id, door)


def abilities_of(actor: Actor) -> list[str] | None:
    """The permissions that somebody who came by a token has at the most, for work that goes on
    when the request is over; None where they have all that is theirs."""
    return sorted(actor.grants) if actor.kind == "token" else None


def limited_to(actor: Actor, abilities: Iterable[str]) -> Actor:
    """The actor with only those of its permissions that `abilities` name."""
    kept = {code: scope for code in abilities if (scope := actor.scope(code))}
    return replace(actor, unlimited=False, grants=kept)


ANONYMOUS = Actor("anonymous", "anonymous")
SYSTEM = Actor("system", "system", unlimited=True)


def actor(session: Session) -> Actor:
    """Who acts in this session; the system where nobody was named."""
    return binding(session).context.get("actor", SYSTEM)
