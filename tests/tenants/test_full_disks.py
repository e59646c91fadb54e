"""The disk of a database server is full: what was begun says so and what to do, leaves nothing half
done, and goes on once there is space. (Backups and moves have this among their own tests.)"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

import psycopg
import pytest

from core.custody import dumping
from core.kernel import Kernel
from tenants import organizations
from tenants.backups import restoring
from tenants.control import control
from tenants.provisioning import pouring, templates
from tenants.provisioning.remove import remove
from tenants.provisioning.sweep import sweep
from tenants.testing.tenants import fresh_tenant
from tests.tenants.bucket import Bucket
from tests.tenants.conftest import Command

AT_ONCE = timedelta(0)
_RESTORES_TO_A_FULL_DISK = """#!/bin/sh
head -c 1000 >/dev/null
echo 'pg_restore: error: could not extend file "base/5/1": No space left on device' >&2
exit 1
"""


@pytest.fixture
def restores_to_a_full_disk(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """PostgreSQL's own program finds no space."""
    full = tmp_path / "pg_restore"
    full.write_text(_RESTORES_TO_A_FULL_DISK)
    full.chmod(0o755)
    real = dumping.program
    for place in (pouring, dumping):
        monkeypatch.setattr(
            place, "program", lambda name: str(full) if name == full.name else real(name)
        )


@contextmanager
def cleared_away(kernel: Kernel, slug: str) -> Iterator[None]:
    try:
        yield
    finally:
        with kernel.session(control(kernel), readonly=True) as session:
            made = organizations.find(session, slug)
        remove(kernel, made, made.server)


def status(kernel: Kernel, slug: str) -> str:
    with kernel.session(control(kernel), readonly=True) as session:
        return organizations.find(session, slug).status


def test_a_company_is_made_once_there_is_space(
    aorabooks: Command, kernel: Kernel, monkeypatch: pytest.MonkeyPatch
) -> None:
    def clone(*_: object) -> None:
        raise psycopg.errors.DiskFull("could not extend file: No space left on device")

    with cleared_away(kernel, "roomless"):
        with monkeypatch.context() as patched:
            patched.setattr(templates, "clone", clone)
            ended = aorabooks("tenant", "create", "roomless", "--addons", "")
        assert ended.status == 1
        assert "The disk of first is full" in ended.err
        assert "free some space there" in ended.err
        assert (status(kernel, "roomless"), kernel.directory.find_slug("roomless")) == (
            "creating",
            None,
        )
        assert sweep(kernel, older_than=AT_ONCE).finished == ("roomless",), "there is space again"
        assert aorabooks("doctor", "--tenant", "roomless").status == 0


def test_a_copy_is_made_once_there_is_space(
    aorabooks: Command,
    kernel: Kernel,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    with fresh_tenant(kernel, "spacious", addons=()), cleared_away(kernel, "spacious-2"):
        request.getfixturevalue("restores_to_a_full_disk")
        ended = aorabooks("tenant", "clone", "spacious", "spacious-2")
        assert (ended.status, "The disk of first is full" in ended.err) == (1, True), ended.err
        assert status(kernel, "spacious-2") == "creating"
        assert status(kernel, "spacious") == "active"
        monkeypatch.undo()
        assert sweep(kernel, older_than=AT_ONCE).finished == ("spacious-2",)
        assert kernel.directory.find_slug("spacious-2") is not None


def test_a_restore_leaves_nothing_and_is_done_once_there_is_space(
    aorabooks: Command,
    kernel: Kernel,
    storage: Bucket,
    admin: psycopg.Connection,
    request: pytest.FixtureRequest,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    given = [f"--option={name}={value}" for name, value in storage.options.items()]
    assert aorabooks("backup", "destination", "vault", "--scheme=s3", *given).status == 0
    with fresh_tenant(kernel, "spacious", addons=()) as tenant:
        [made] = aorabooks("tenant", "backup", "spacious", "--json").json
        before = set(templates.databases(admin))
        request.getfixturevalue("restores_to_a_full_disk")
        for target in (("--as", "spacious-2"), ("--confirm", "spacious")):
            ended = aorabooks("backup", "restore", made["id"], *target)
            assert (ended.status, "The disk of first is full" in ended.err) == (1, True), ended.err
        assert set(templates.databases(admin)) == before
        assert kernel.directory.find_slug("spacious-2") is None
        with kernel.session(tenant, readonly=True):
            pass
        monkeypatch.undo()
        with kernel.session(control(kernel)) as session:
            backup = restoring.load_backup(kernel, made["id"])
            again = restoring.begin(kernel, session, backup, slug="spacious-2", asked_by="test")
        with cleared_away(kernel, "spacious-2"):
            assert restoring.restore(kernel, again.id).status == "done"
