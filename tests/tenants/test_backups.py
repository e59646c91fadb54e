"""The life of a backup on a storage that speaks S3: made, proven, shown to whose data it is, and
made a tenant again, once beside the company and once in its place."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from pathlib import Path

import httpx
import psycopg
import pytest
from sqlalchemy import select, text

from core.auth import users
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.models import DatabaseServer
from tenants.provisioning import servers
from tenants.provisioning.remove import remove
from tests.tenants.bucket import Bucket, bucket
from tests.tenants.conftest import Command


@pytest.fixture
def storage() -> Iterator[Bucket]:
    with bucket() as kept:
        yield kept


@pytest.fixture
def admin(kernel: Kernel) -> Iterator[psycopg.Connection]:
    with kernel.session(control(kernel), readonly=True) as session:
        server = session.scalars(select(DatabaseServer)).one()
    with servers.connect(server, kernel.secrets) as connection:
        yield connection


def names_of(kernel: Kernel, tenant: Tenant) -> set[str]:
    with kernel.session(tenant, readonly=True) as session:
        return set(session.scalars(text("SELECT name FROM core.user_account")))


def test_a_backup_is_made_proven_and_restored(
    aorabooks: Command,
    kernel: Kernel,
    tenant: Tenant,
    storage: Bucket,
    admin: psycopg.Connection,
    as_user: Callable[..., httpx.Client],
    tmp_path: Path,
) -> None:
    given = [f"--option={name}={value}" for name, value in storage.options.items()]
    declared = aorabooks("backup", "destination", "vault", "--scheme=s3", *given, "--json")
    assert declared.status == 0, declared.err
    assert "stand-in-secret" not in declared.out
    with kernel.session(tenant) as session:
        users.create_user(session, email="before@example.com", name="Before")
    kept = kernel.files.store(tenant, [b"an attachment"])

    made = aorabooks("tenant", "backup", tenant.slug, "--json")
    assert made.status == 0, made.err
    (row,) = made.json
    assert (row["status"], row["files"]) == ("whole", 1)
    objects = storage.of(row["id"])
    assert not any(b"an attachment" in each or b"PGDMP" in each for each in objects.values())

    proven = aorabooks("backup", "prove", row["id"], "--json")
    assert proven.status == 0, proven.out + proven.err
    assert proven.json[0]["proof"] == "held"
    page = as_user().get("/settings/data").text
    assert page.count("vault") == 2, "the last backup, and the last proven restore"

    with kernel.session(tenant) as session:
        users.create_user(session, email="after@example.com", name="After")
    beside = aorabooks("backup", "restore", row["id"], "--as", "beside")
    assert beside.status == 0, beside.err
    copy = kernel.directory.find_slug("beside")
    assert copy is not None
    assert "Before" in names_of(kernel, copy)
    assert "After" not in names_of(kernel, copy)
    assert b"".join(kernel.files.read(copy, kept.digest)) == b"an attachment"
    assert "After" in names_of(kernel, tenant)

    assert aorabooks("tenant", "restore", tenant.slug, "--confirm", "other").status == 2
    assert "After" in names_of(kernel, tenant)
    back = aorabooks("tenant", "restore", tenant.slug, "--confirm", tenant.slug, "--json")
    assert back.status == 0, back.err
    again = kernel.directory.find_slug(tenant.slug)
    assert again is not None
    assert "Before" in names_of(kernel, again)
    assert "After" not in names_of(kernel, again)
    aside = back.json["put_aside"]
    row_aside = admin.execute("SELECT datallowconn FROM pg_database WHERE datname = %s", (aside,))
    assert row_aside.fetchone() == (False,), "it is there, and nobody gets in"

    opened = aorabooks("backup", "decrypt", row["id"], "--to", str(tmp_path))
    assert opened.status == 0, opened.err
    assert (tmp_path / "database.dump").read_bytes().startswith(b"PGDMP")
    left = admin.execute(
        "SELECT datname FROM pg_database WHERE datname ~ '^aorabooks_(proof|restore)'"
    ).fetchall()
    assert left == []
    with kernel.session(control(kernel), readonly=True) as session:
        gone = organizations.find(session, "beside")
    remove(kernel, gone, gone.server)
    admin.execute(f'DROP DATABASE "{aside}"'.encode())
