"""Where a new organization goes: to the least full of the servers that may take it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session, joinedload

from core.errors import Conflict
from core.i18n import phrase
from tenants.models import DatabaseServer, Organization

UNBOUNDED: Final = 1000
"""A server without a capacity counts as one for so many when it is told which is least full."""


class NoServerTakesIt(Conflict):
    """Each database server that may be chosen refuses; the message is for the operator."""


@dataclass(frozen=True, slots=True)
class Standing:
    """A server and the organizations on it, those in the bin included: their databases are there.
    `refusal` says why it takes no more; nothing where it does."""

    server: DatabaseServer
    companies: int
    refusal: str = ""

    @property
    def fullness(self) -> float:
        """From 0, for nobody, to 1."""
        return self.companies / max(1, self.server.capacity or UNBOUNDED)


def choose(
    session: Session, *, region: str = "", name: str = "", but: int | None = None
) -> DatabaseServer:
    """The server for one more organization: in this region, or of this name, where that is said,
    and not the one with the id `but`. Raises NoServerTakesIt, saying why each of them does not."""
    found = [each for each in standings(session) if each.server.id != but]
    refusals = {each.server.id: each.refusal or _elsewhere(each, region, name) for each in found}
    fitting = [each for each in found if not refusals[each.server.id]]
    if fitting:
        return min(fitting, key=lambda each: (each.fullness, each.server.id)).server
    why = "; ".join(f"{each.server.name}: {refusals[each.server.id]}" for each in found)
    raise NoServerTakesIt(
        phrase("No database server takes it. {why}", why=why or phrase("There is no other one.")),
        fix=phrase("Open one, give one more capacity, or add one: `aorabooks server add`."),
    )


def standings(session: Session) -> list[Standing]:
    """All servers with what keeps them from taking another organization."""
    companies = counts(session)
    statement = select(DatabaseServer).order_by(DatabaseServer.id)
    known = session.scalars(statement.options(joinedload(DatabaseServer.health)))
    return [_standing(server, companies.get(server.id, 0)) for server in known]


def counts(session: Session) -> Mapping[int, int]:
    """How many organizations there are on each server, by its id."""
    companies = func.count().label("companies")
    grouped = select(Organization.server_id, companies).group_by(Organization.server_id)
    return {row.server_id: row.companies for row in session.execute(grouped)}


def _standing(server: DatabaseServer, companies: int) -> Standing:
    refusal = ""
    if server.status == "closed":
        refusal = phrase("it is closed")
    elif server.status == "draining":
        refusal = phrase("it is being emptied")
    elif server.health is not None and server.health.problem:
        refusal = phrase("it cannot be reached")
    elif server.capacity is not None and companies >= server.capacity:
        refusal = phrase("it is full ({count} of {most})", count=companies, most=server.capacity)
    return Standing(server, companies, refusal)


def _elsewhere(each: Standing, region: str, name: str) -> str:
    if name and each.server.name != name:
        return phrase("another one was asked for")
    if region and each.server.region.casefold() != region.casefold():
        return phrase("it is in {region}", region=each.server.region or "?")
    return ""
