"""A database server is reached through PgBouncer: what the broker relies on holds there as well."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import psycopg
import pytest

from core.db.broker import ConnectionBroker
from core.db.connecting import Pooled
from core.tenancy.tenant import DatabaseAddress, Tenant
from tests.machine import PATIENCE, free_port
from tests.programs import pgbouncer

SETTINGS = """\
[databases]
* = host={host} port={port}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {own}
unix_socket_dir =
auth_type = scram-sha-256
auth_file = {folder}/users.txt
pool_mode = session
logfile = {folder}/log
"""


@contextmanager
def pooler(behind: DatabaseAddress) -> Iterator[DatabaseAddress]:
    """The way to this database through a PgBouncer."""
    folder = Path(tempfile.mkdtemp(prefix="aorabooks-pgbouncer-"))
    owner = Path(behind.host).stat()
    own = free_port()
    (folder / "users.txt").write_text(f'"{behind.user}" "{behind.password}"\n')
    given = {"host": behind.host, "port": behind.port, "own": own, "folder": folder}
    (folder / "pgbouncer.ini").write_text(SETTINGS.format(**given))
    # It refuses to run as root, and the server's socket is its owner's alone.
    root = os.geteuid() == 0
    for path in (folder, *folder.iterdir()):
        os.chown(path, owner.st_uid, owner.st_gid)
    process = subprocess.Popen(
        [pgbouncer(), "--quiet", str(folder / "pgbouncer.ini")],
        user=owner.st_uid if root else None,
        group=owner.st_gid if root else None,
    )
    address = replace(behind, host="127.0.0.1", port=own)
    try:
        deadline = time.monotonic() + PATIENCE
        while not _answers(address):
            assert process.poll() is None, (folder / "log").read_text()
            assert time.monotonic() < deadline, (folder / "log").read_text()
            time.sleep(0.02)
        yield address
    finally:
        process.kill()
        process.wait()
        shutil.rmtree(folder, ignore_errors=True)


def _answers(address: DatabaseAddress) -> bool:
    try:
        psycopg.connect(**address.conninfo()).close()
    except psycopg.OperationalError:
        return False
    return True


@pytest.mark.pgbouncer
def test_settings_hold_from_log_in_to_the_next_use(tenant: Tenant) -> None:
    asked = "SELECT current_setting('statement_timeout'), current_setting('search_path'),"
    asked += " current_setting('timezone'), pg_try_advisory_lock(42)"
    with pooler(replace(tenant.runtime, statement_seconds=7)) as address:
        broker = ConnectionBroker(budget=4)
        try:
            for _ in range(3):
                held = broker.checkout(address)
                assert isinstance(held.connection, Pooled)
                held.connection.autocommit = True
                row = held.connection.execute(asked).fetchone()
                assert row is not None
                assert row[0] == "7s"
                assert row[1].replace(" ", "") == "pg_catalog,pg_temp"
                assert row[2:] == ("UTC", True)
                held.connection.execute("SET statement_timeout = 0; SET search_path = public")
                broker.give_back(held)
            figures = broker.figures()
            assert (figures.opened_total, figures.open) == (1, 1), "handed out again"
            # What the server ends when it takes too long is told through the pooler, too.
            slow = broker.checkout(replace(address, statement_seconds=1))
            with pytest.raises(psycopg.errors.QueryCanceled):
                slow.connection.execute("SELECT pg_sleep(30)")
            broker.give_back(slow)
        finally:
            broker.close()
