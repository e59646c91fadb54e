"""A second database server beside the run's own, for tests of what happens between two."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace

from sqlalchemy import delete, or_

from core.db.embedded import Embedded
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress
from tenants.control import control, embedded_cluster
from tenants.fleet import registering
from tenants.move_models import Move
from tenants.provisioning import roles
from tenants.testing.cluster import scratch_server

NAME = "second"
_MODEST = (
    "CREATE ROLE operator LOGIN CREATEDB CREATEROLE PASSWORD 'operator';"
    " GRANT CONNECT ON DATABASE postgres TO operator"
)


@dataclass(frozen=True, slots=True)
class Second:
    """A server and the name that it is known by. It is the emptier one, so whoever wants a company
    on the first says so."""

    name: str
    embedded: Embedded
    address: DatabaseAddress


@contextmanager
def another_server(name: str = NAME, *, modest: bool = False, **settings: str) -> Iterator[Second]:
    """It runs until the block ends, and nobody knows it yet. The administrator of a `modest` one
    may make databases and roles and nothing else, and it tells others no more than a standby needs,
    as at many providers."""
    if modest:
        settings["wal_level"] = "replica"
    with scratch_server(**settings) as server:
        address = replace(embedded_cluster(server).admin, database="postgres")
        if modest:
            with roles.connect_as_admin(address) as admin:
                admin.execute(_MODEST)
            address = replace(address, user="operator", password="operator")
        yield Second(name, server, address)


@contextmanager
def second_server(
    kernel: Kernel, name: str = NAME, *, modest: bool = False, **settings: str
) -> Iterator[Second]:
    """It runs and is known until the block ends; see `another_server`."""
    with another_server(name, modest=modest, **settings) as second:
        with kernel.session(control(kernel)) as session:
            registering.add(session, kernel.secrets, name, second.address, region="Elsewhere")
        try:
            yield second
        finally:
            take_out(kernel, name)


def take_out(kernel: Kernel, name: str = NAME) -> None:
    """Forget the server, with what was moved there and back."""
    with kernel.session(control(kernel)) as session:
        known = registering.find(session, name)
        there = or_(Move.from_server_id == known.id, Move.to_server_id == known.id)
        session.execute(delete(Move).where(there))
        registering.remove(kernel, session, known)
