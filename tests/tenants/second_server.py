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
from tenants.testing.cluster import scratch_server

NAME = "second"


@dataclass(frozen=True, slots=True)
class Second:
    """A server and the name that it is known by. It is the emptier one, so whoever wants a company
    on the first says so."""

    name: str
    embedded: Embedded
    address: DatabaseAddress


@contextmanager
def another_server() -> Iterator[Second]:
    """It runs until the block ends, and nobody knows it yet."""
    with scratch_server() as server:
        address = replace(embedded_cluster(server).admin, database="postgres")
        yield Second(NAME, server, address)


@contextmanager
def second_server(kernel: Kernel) -> Iterator[Second]:
    """It runs and is known until the block ends."""
    with another_server() as second:
        with kernel.session(control(kernel)) as session:
            registering.add(session, kernel.secrets, NAME, second.address, region="Elsewhere")
        try:
            yield second
        finally:
            take_out(kernel)


def take_out(kernel: Kernel) -> None:
    """Forget the server, with what was moved there and back."""
    with kernel.session(control(kernel)) as session:
        known = registering.find(session, NAME)
        there = or_(Move.from_server_id == known.id, Move.to_server_id == known.id)
        session.execute(delete(Move).where(there))
        registering.remove(kernel, session, known)
