"""A server archives its log; a copy of it is brought back to a moment, by the commands that
docs/operator.md names, and one company is taken out of it."""

from __future__ import annotations

import os
import re
import subprocess
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import text

from core.db import embedded_account, embedded_process
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.backups import alarms, making
from tenants.control import control
from tenants.provisioning.remove import remove
from tenants.testing.tenants import fresh_tenant
from tests.tenants.bucket import Bucket
from tests.tenants.conftest import Command
from tests.tenants.second_server import Second, second_server
from tests.waiting import wait_until

ROOT = Path(__file__).parents[2]
PORT = "5433"


@pytest.fixture(scope="module")
def archived(kernel: Kernel) -> Iterator[Second]:
    """A server that archives its log beside its data, and lets copies of it be made."""
    keeps = "cp %p ../archive/%f"
    with second_server(kernel, "archived", archive_mode="on", archive_command=keeps) as second:
        folder = second.embedded.folder
        as_the_server(second, f"mkdir {folder}/archive")
        with (folder / "data" / "pg_hba.conf").open("a") as doors:
            doors.write("local replication all scram-sha-256\n")
        with admin_of(second) as admin:
            admin.execute("SELECT pg_reload_conf()")
        yield second


def commands(number: int) -> str:
    """A block of commands of the manual."""
    manual = (ROOT / "docs" / "operator.md").read_text()
    section = manual.partition("### Back to a minute")[2].partition("\n## ")[0]
    return re.findall(r"```sh\n(.*?)```", section, re.S)[number]


def as_the_server(second: Second, script: str, **variables: str) -> None:
    """Run a script as the account that the server runs as, which finds PostgreSQL's programs."""
    server = second.embedded
    account = embedded_account.choose(server.folder / "data")
    path = f"{server.bin('pg_ctl').parent}{os.pathsep}{os.environ['PATH']}"
    place = {"PGHOST": str(server.socket), "PGUSER": "postgres", "PGPASSWORD": server.password}
    drop = {} if account.is_us else {"user": account.uid, "group": account.gid, "extra_groups": []}
    done = subprocess.run(
        ["/bin/sh", "-e", "-c", script],
        cwd=server.folder,
        env={"PATH": path, **place, **variables},
        stdin=subprocess.DEVNULL,
        capture_output=True,
        text=True,
        check=False,
        **drop,
    )
    assert done.returncode == 0, done.stderr


@contextmanager
def admin_of(second: Second) -> Iterator[psycopg.Connection]:
    with psycopg.connect(second.embedded.url(), autocommit=True) as admin:
        yield admin


def next_piece(admin: psycopg.Connection) -> None:
    """Let the piece of the log that is being written end here."""
    admin.execute("SELECT pg_logical_emit_message(false, 'test', 'no piece is empty')")
    admin.execute("SELECT pg_switch_wal()")


def archive(second: Second) -> None:
    """Wait until all that happened is in the archive."""
    with admin_of(second) as admin:
        row = admin.execute("SELECT pg_walfile_name(pg_current_wal_lsn())").fetchone()
        assert row is not None
        next_piece(admin)
    wait_until((second.embedded.folder / "archive" / row[0]).exists, "the archive")


def write(kernel: Kernel, tenant: Tenant, word: str) -> None:
    with kernel.session(tenant) as session:
        session.execute(text("INSERT INTO core.team (name) VALUES (:word)"), {"word": word})


def words(kernel: Kernel, slug: str) -> list[str]:
    tenant = kernel.directory.find_slug(slug)
    assert tenant is not None
    with kernel.session(tenant, readonly=True) as session:
        found = text("SELECT name FROM core.team WHERE name LIKE 'word%' ORDER BY id")
        return list(session.scalars(found))


@contextmanager
def brought_back(second: Second, moment: str) -> Iterator[str]:
    """A copy of the server as it was at the moment, which began from the base backup; its URL."""
    folder = second.embedded.folder
    recovered = folder / "recovered"
    try:
        as_the_server(
            second,
            commands(1),
            BASE=str(folder / "base"),
            ARCHIVE=str(folder / "archive"),
            RECOVERED=str(recovered),
            MOMENT=moment,
        )
        yield f"postgresql://postgres@/postgres?host={second.embedded.socket}&port={PORT}"
    finally:
        running = embedded_process.find(recovered)
        if running is not None:
            embedded_process.stop(running)


def test_one_company_is_taken_out_of_a_server_as_it_was_at_a_moment(
    aorabooks: Command,
    kernel: Kernel,
    archived: Second,
    storage: Bucket,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = [f"--option={name}={value}" for name, value in storage.options.items()]
    assert aorabooks("backup", "destination", "vault", "--scheme=s3", *given).status == 0
    as_the_server(archived, commands(0), BASE=str(archived.embedded.folder / "base"))
    with fresh_tenant(kernel, "minute", addons=(), server="archived") as tenant:
        write(kernel, tenant, "word before")
        with admin_of(archived) as admin:
            row = admin.execute("SELECT clock_timestamp()::text").fetchone()
        assert row is not None
        write(kernel, tenant, "word after")
        archive(archived)
        nightly = making.make(kernel, asked(kernel, tenant))
        monkeypatch.setenv("AORABOOKS_SERVER_PASSWORD", archived.embedded.password)
        with brought_back(archived, row[0]) as url:
            made = aorabooks("backup", "run", "--tenant", "minute", "--from", url, "--json")
        assert made.status == 0, made.out + made.err
        [backup] = made.json
        assert backup["recovered_from"].endswith(f":{PORT}")
        assert backup["taken_at"] <= row[0].replace(" ", "T"), "as of what it holds"
        assert making.load(kernel, nightly.id).status == "whole", "it takes no nightly one's place"
        restored = aorabooks("backup", "restore", backup["id"], "--as", "minute-before")
        assert restored.status == 0, restored.err
        assert words(kernel, "minute-before") == ["word before"]
        assert words(kernel, "minute") == ["word before", "word after"]
        with kernel.session(control(kernel), readonly=True) as session:
            copy = organizations.find(session, "minute-before")
        remove(kernel, copy, copy.server)

        gone = aorabooks("backup", "run", "--tenant", "minute", "--from", url, "--json")
        assert (gone.status, gone.json[0]["status"]) == (1, "failed"), "nobody listens there"
        killed = asked(kernel, tenant, recovered_from="elsewhere:5433")
        ended = making.make(kernel, killed)
        assert (ended.status, "interrupted" in ended.problem) == ("failed", True)


def asked(kernel: Kernel, tenant: Tenant, *, recovered_from: str = "") -> str:
    with kernel.session(control(kernel)) as session:
        return making.begin(session, tenant, recovered_from=recovered_from).id


def test_an_archive_that_fails_or_falls_behind_raises_the_alarm(
    kernel: Kernel, archived: Second, monkeypatch: pytest.MonkeyPatch
) -> None:
    def found() -> tuple[bool, str, str]:
        finding = next(f for f in alarms.look(kernel) if f.name == "log archive of archived")
        return finding.holds, finding.figure, finding.detail

    archive(archived)
    wait_until(lambda: "last piece" in found()[1], "the server to tell of it")
    assert found()[0]
    folder = archived.embedded.folder
    with admin_of(archived) as admin:
        # The archiver waits for somebody to open the door.
        waits = f"while [ -e {folder}/shut ]; do sleep 0.1; done; cp %p ../archive/%f"
        as_the_server(archived, "touch shut")
        admin.execute(f"ALTER SYSTEM SET archive_command = '{waits}'".encode())
        admin.execute("SELECT pg_reload_conf()")
        monkeypatch.setattr(alarms, "MOST_WAITING", 1)
        for _ in range(3):
            next_piece(admin)
        wait_until(lambda: not found()[0], "the alarm")
        assert "does not keep up" in found()[2]
        as_the_server(archived, "rm shut")
        wait_until(lambda: found()[0], "the end of it")

        admin.execute("ALTER SYSTEM SET archive_command = 'false'")
        admin.execute("SELECT pg_reload_conf()")
        next_piece(admin)
        wait_until(lambda: "archive_command fails" in found()[2] and not found()[0], "the alarm")
