"""The machine is gone, with its database and its disk. The storage of the backups and the master
key are left, and bring everything back: the numbered steps of docs/operator.md, walked."""

from __future__ import annotations

import subprocess
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select

from core.auth import totp, users
from core.auth.models import User
from core.kernel import Kernel
from core.secrets import generate
from tenants.commands.opening import find_tenant, opened
from tenants.control import Cluster
from tenants.provisioning.create import create_tenant
from tenants.testing.cluster import scratch_server
from tenants.wishes import NewOrganization
from tests.tenants.conftest import Command


def an_app_is_enrolled(kernel: Kernel, slug: str) -> str:
    """The secret of the authenticator app of its only user, who is made if need be."""
    with kernel.session(find_tenant(kernel, slug)) as session:
        user = session.scalar(select(User)) or users.create_user(
            session, email="owner@lost.example", name="Owner"
        )
        session.flush()
        return (totp.pending_enrolment(session, user) or totp.enrol(session, user)).secret


def test_backups_and_the_master_key_are_enough(
    cluster: Cluster, aorabooks: Command, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster.embedded is not None
    shelf, opened_at = tmp_path / "shelf", tmp_path / "opened"
    monkeypatch.setenv("AORABOOKS_SECRET_KEY", generate())
    monkeypatch.setenv("AORABOOKS_VAR", str(tmp_path / "old"))
    monkeypatch.setenv("AORABOOKS_DATABASE_URL", cluster.embedded.url("aorabooks_lost"))

    def done(*arguments: str) -> list[dict[str, str]]:
        said = aorabooks(*arguments, "--json")
        assert said.status == 0, said.err
        return said.json

    with opened() as kernel:
        lost = create_tenant(kernel, NewOrganization("lost", title="Lost & Found", addons=()))
        secret = an_app_is_enrolled(kernel, "lost")
    done("backup", "destination", "shelf", "--scheme", "fs", "--option", f"root={shelf}")
    done("backup", "run", "--tenant", "lost")
    (newest,) = done("backup", "run", "--tenant", "app")

    monkeypatch.setenv("AORABOOKS_VAR", str(tmp_path / "new"))
    folder = shelf / "control" / newest["id"]
    decrypted = aorabooks("backup", "decrypt", str(folder), "--to", str(opened_at))
    assert decrypted.status == 0, decrypted.err
    with scratch_server() as bare:
        with psycopg.connect(bare.url(), autocommit=True) as admin:
            for group in ("aorabooks_owner", "aorabooks_runtime"):
                admin.execute(f"CREATE ROLE {group} NOLOGIN".encode())
            admin.execute("CREATE DATABASE aorabooks TEMPLATE template0 ENCODING 'UTF8'")
            admin.execute("GRANT CREATE, TEMPORARY ON DATABASE aorabooks TO aorabooks_owner")
        subprocess.run(
            [
                *(bare.bin("pg_restore"), "--exit-on-error"),
                *("--no-owner", "--role=aorabooks_owner"),
                *("-d", bare.url("aorabooks"), opened_at / "database.dump"),
            ],
            check=True,
        )
        monkeypatch.setenv("AORABOOKS_DATABASE_URL", bare.url("aorabooks"))
        known = done("backup", "list", "--tenant", "lost")
        done("backup", "restore", known[0]["id"], "--confirm", "lost")
        assert aorabooks("doctor", "--tenant", "lost").status == 0
        assert done("secrets", "verify")["may_go"]  # type: ignore[call-overload]
        with opened() as kernel:
            found = find_tenant(kernel, "lost")
            assert (found.id, found.title) == (lost.id, "Lost & Found")
            assert an_app_is_enrolled(kernel, "lost") == secret
