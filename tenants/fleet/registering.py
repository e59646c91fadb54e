"""Enters database servers, takes them out, and says which of them take new organizations."""

from __future__ import annotations

from typing import Final

import psycopg
from sqlalchemy import ColumnElement, delete, or_, select
from sqlalchemy.orm import Session

from core.errors import Conflict, InvalidInput, NotFound, Unavailable
from core.i18n import phrase
from core.kernel import Kernel
from core.secrets import SecretBox
from core.tenancy.tenant import DatabaseAddress
from tenants.fleet import checking
from tenants.life_models import StandbyDatabase, StandbySet
from tenants.models import DatabaseServer, Organization, TemplateDatabase
from tenants.move_models import Move
from tenants.placement import rule
from tenants.placement.facts import facts_of, require_fit
from tenants.provisioning import roles, servers, standby, templates
from tenants.provisioning.servers import FIRST_SERVER, secret_bound_to

_IDENTITY: Final = "SELECT system_identifier FROM pg_control_system()"


def find(session: Session, name: str) -> DatabaseServer:
    """The server of this name; raises NotFound."""
    found = session.scalar(select(DatabaseServer).where(DatabaseServer.name == name))
    if found is None:
        raise NotFound(
            phrase("There is no database server {name}.", name=repr(name)),
            fix="`aorabooks server list` shows them all.",
        )
    return found


def add(
    session: Session,
    box: SecretBox,
    name: str,
    address: DatabaseAddress,
    *,
    region: str = "",
    capacity: int | None = None,
) -> DatabaseServer:
    """Prove that the server is there and will do, make it ready for organizations, and enter it.
    Raises InvalidInput or Conflict, and then nothing was entered."""
    name = name.strip()
    if not name or (capacity is not None and capacity < 0):
        raise InvalidInput(phrase("A server needs a name, and a capacity of 0 or more."))
    if session.scalar(select(DatabaseServer.id).where(DatabaseServer.name == name)):
        raise Conflict(phrase("There is a database server {name} already.", name=name))
    try:
        admin = roles.connect_as_admin(address)
    except psycopg.OperationalError as error:
        where = f"{address.host}:{address.port}"
        raise Conflict(
            phrase("{where} cannot be reached: {why}", where=where, why=str(error).strip()),
            fix=phrase("Check the address, the role and the password."),
        ) from error
    with admin:
        facts = facts_of(admin)
        require_fit(facts)
        _refuse_known(session, box, admin)
        roles.ensure_groups(admin)
        roles.close_to_everybody(admin)
    server = DatabaseServer(
        name=name,
        host=address.host,
        port=address.port,
        maintenance_database=address.database,
        admin_user=address.user,
        admin_secret=box.seal(address.password.encode(), bound_to=secret_bound_to(name)),
        region=region.strip(),
        capacity=capacity,
    )
    session.add(server)
    session.flush()
    checking.note(session, server, facts, 0)
    return server


def set_status(session: Session, server: DatabaseServer, status: str) -> None:
    """Let it take new organizations, or no more."""
    server.status = status
    session.flush()


def remove(kernel: Kernel, session: Session, server: DatabaseServer) -> None:
    """Take out a server that holds nothing but copies to be had again: these are dropped. Raises
    Conflict where there is anything else, and Unavailable where it cannot be reached."""
    if server.name == FIRST_SERVER:
        raise Conflict(phrase("The control plane itself lies on this server."))
    left = rule.counts(session).get(server.id, 0)
    if left:
        raise Conflict(
            phrase("There are {count} organizations on it.", count=left),
            fix=phrase("Move them away first: `aorabooks server drain {name}`.", name=server.name),
        )
    _refuse_moves(session, server)
    with servers.connect(server, kernel.secrets) as admin:
        of_sets = select(StandbySet.id).where(StandbySet.server_id == server.id)
        mine = StandbyDatabase.set_id.in_(of_sets)
        gone = delete(StandbyDatabase).where(mine).returning(StandbyDatabase.name)
        for database in session.scalars(gone).all():
            standby.drop(admin, database)
        templates.sweep(admin, frozenset())
    for table in (StandbySet, TemplateDatabase):
        session.execute(delete(table).where(table.server_id == server.id))
    session.execute(delete(Move).where(_touches(server)))
    session.delete(server)
    session.flush()


def _refuse_moves(session: Session, server: DatabaseServer) -> None:
    """While something of a move is on it, it cannot go."""
    busy = select(Move).where(_touches(server), Move.phase.in_((*Move.UNDER_WAY, "kept")))
    found = session.scalars(busy.limit(1)).first()
    if found is None:
        return
    if found.phase == "kept":
        raise Conflict(
            phrase("It keeps databases that were moved away until {day}.", day=found.keep_until),
            fix=phrase("Wait until then, or remove them: `aorabooks tenant moves --forget ID`."),
        )
    raise Conflict(phrase("An organization is being moved there, or away from there."))


def _touches(server: DatabaseServer) -> ColumnElement[bool]:
    return or_(Move.from_server_id == server.id, Move.to_server_id == server.id)


def _refuse_known(session: Session, box: SecretBox, admin: psycopg.Connection) -> None:
    """One server under two names would be moved onto itself."""
    mine = _identity(admin)
    for other in session.scalars(select(DatabaseServer)):
        try:
            with servers.connect(other, box) as known:
                same = mine is not None and _identity(known) == mine
        except Unavailable:
            same = False
        if same:
            raise Conflict(phrase("That is the server {name} already.", name=other.name))


def _identity(admin: psycopg.Connection) -> int | None:
    """The number that PostgreSQL gave the cluster when it was made, where it may be read."""
    try:
        row = admin.execute(_IDENTITY).fetchone()
    except psycopg.errors.InsufficientPrivilege:
        return None
    return None if row is None else row[0]


def organizations_on(session: Session, server: DatabaseServer) -> list[Organization]:
    """Those that lie on it and are there to be moved, those of no life of their own included."""
    there = select(Organization).where(
        Organization.server_id == server.id, Organization.status.in_(("active", "suspended"))
    )
    return list(session.scalars(there.order_by(Organization.slug)))
