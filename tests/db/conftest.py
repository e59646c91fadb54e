"""A server with a few bare databases, each with a role of its own, for the broker's tests."""

from __future__ import annotations

import secrets
import shutil
import tempfile
from collections.abc import Callable, Iterator
from pathlib import Path

import psycopg
import pytest
from psycopg import sql

from core.db import embedded
from core.tenancy.tenant import DatabaseAddress
from tests.addons.conftest import company, fake_catalog, platform

__all__ = ["company", "fake_catalog", "platform"]


@pytest.fixture(scope="session")
def bare_server() -> Iterator[embedded.Embedded]:
    """A cluster of its own, so that a test may end its backends without disturbing others."""
    folder = Path(tempfile.mkdtemp(prefix="aorabooks-broker-"))
    server = embedded.start(folder, settings={"fsync": "off", "full_page_writes": "off"})
    yield server
    server.stop()
    shutil.rmtree(folder, ignore_errors=True)


@pytest.fixture(scope="session")
def admin(bare_server: embedded.Embedded) -> Iterator[psycopg.Connection]:
    """The superuser, in autocommit."""
    with psycopg.connect(bare_server.url(), autocommit=True) as connection:
        yield connection


@pytest.fixture(scope="session")
def addresses(
    bare_server: embedded.Embedded, admin: psycopg.Connection
) -> Callable[[int], list[DatabaseAddress]]:
    """The first N of a row of databases, made on demand."""
    made: list[DatabaseAddress] = []
    info = admin.info

    def first(count: int) -> list[DatabaseAddress]:
        while len(made) < count:
            name, password = f"bare_{len(made)}", secrets.token_urlsafe(16)
            admin.execute(
                sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(
                    sql.Identifier(name), sql.Literal(password)
                )
            )
            admin.execute(
                sql.SQL("CREATE DATABASE {} OWNER {}").format(
                    sql.Identifier(name), sql.Identifier(name)
                )
            )
            made.append(DatabaseAddress(info.host, info.port, name, name, password))
        return made[:count]

    return first
