"""What can go wrong with backups, and what is said and left then: storages that are slow, full or
gone, or lie; disks that are full; a wrong master key; and SIGKILL at every step."""

from __future__ import annotations

import errno
from collections.abc import Iterator
from pathlib import Path

import psycopg
import pytest
from sqlalchemy import select, text

from core.config import Config
from core.errors import Conflict
from core.kernel import Kernel
from core.secrets import SecretBox, generate
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.backups import alarms, destinations, making, proving, restoring, spool
from tenants.backups.models import Backup, BackupDestination
from tenants.backups.storage import Storage, StorageGone
from tenants.control import Cluster, control
from tenants.provisioning import scratch
from tenants.provisioning.remove import remove
from tenants.testing.tenants import fresh_tenant
from tests import forked
from tests.tenants.bucket import Bucket
from tests.tenants.conftest import Command
from tests.tenants.killed_backups import MAKING, REPLACING, RESTORING, work_and_be_killed

ROOT = Path(__file__).parents[2]
FILE = b"x" * 3_000_000
"""Long enough that no piece of the tests holds all of it."""


@pytest.fixture(autouse=True)
def impatient(kernel: Kernel, storage: Bucket, monkeypatch: pytest.MonkeyPatch) -> None:
    """The storage is where backups go, and whoever waits for it does not wait long."""

    def open_storage(box: SecretBox, row: BackupDestination) -> Storage:
        options = destinations.options_of(box, row)
        return Storage(row.name, row.scheme, options, tries=1, patience=1.0)

    monkeypatch.setattr(destinations, "open_storage", open_storage)
    monkeypatch.setattr(spool, "PIECE", 1_500_000)
    with kernel.session(control(kernel)) as session:
        destinations.declare(
            session, kernel.secrets, name="faulty", scheme="s3", options=storage.options
        )


@pytest.fixture
def small(kernel: Kernel) -> Iterator[Tenant]:
    """A company without addons."""
    with fresh_tenant(kernel, "kept-small", addons=()) as tenant:
        kernel.files.store(tenant, [FILE])
        yield tenant


def begin(kernel: Kernel, tenant: Tenant) -> str:
    with kernel.session(control(kernel)) as session:
        return making.begin(session, tenant).id


def made(kernel: Kernel, tenant: Tenant) -> Backup:
    return making.make(kernel, begin(kernel, tenant))


def said_of(kernel: Kernel, tenant: Tenant) -> str:
    """What the operator is told of the company's backups."""
    with kernel.session(control(kernel), readonly=True) as session:
        return "; ".join(str(why) for slug, why in alarms.alarms(session) if slug == tenant.slug)


def test_storages_that_are_slow_full_or_gone(
    kernel: Kernel, small: Tenant, storage: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    backup_id = begin(kernel, small)
    faults = ({"left": 2}, {"full": True, "left": None}, {"full": False, "seconds": 2.0})
    for fault in faults:
        for name, value in fault.items():
            setattr(storage, name, value)
        with pytest.raises(StorageGone, match="faulty does not work"):
            making.make(kernel, backup_id)
        row = making.load(kernel, backup_id)
        assert row.status == "uploading"
        assert "faulty" in said_of(kernel, small)
    storage.seconds, taken = 0.0, len(storage.puts)

    def dumped_again(*_: object) -> None:
        raise AssertionError("what was dumped is uploaded, and not dumped again")

    with monkeypatch.context() as patch:
        patch.setattr(making, "_fill", dumped_again)
        row = making.make(kernel, backup_id)
    assert row.status == "whole"
    assert said_of(kernel, small) == ""
    uploaded = storage.puts[taken:]
    assert 0 < len(uploaded) < len(storage.of(backup_id)), "nothing was uploaded twice"
    assert not making.spool_folder(kernel, backup_id).exists()


def test_a_full_disk_leaves_nothing_and_is_said(
    kernel: Kernel, small: Tenant, storage: Bucket, monkeypatch: pytest.MonkeyPatch
) -> None:
    write, pieces = spool._write, iter(range(100))

    def full(path: Path, content: bytes) -> None:
        if next(pieces) == 2:
            raise OSError(errno.ENOSPC, "No space left on device")
        write(path, content)

    monkeypatch.setattr(spool, "_write", full)
    row = made(kernel, small)
    assert row.status == "failed"
    assert "No space left on device" in said_of(kernel, small)
    assert storage.of(row.id) == {}
    assert not making.spool_folder(kernel, row.id).exists()
    monkeypatch.setattr(spool, "_write", write)
    assert made(kernel, small).status == "whole", "the next one is made"


def test_a_flipped_bit_is_named_and_the_rest_is_whole(
    kernel: Kernel, small: Tenant, storage: Bucket
) -> None:
    row = made(kernel, small)
    storage.flip(row.id, "piece-000003", 700_000)
    bad = proving.prove(kernel, row.id)
    assert (bad.status, bad.proof) == ("bad", "failed")
    assert "piece-000003 was changed" in bad.problem
    assert "files: chunk 2 does not open, the other 2 of 3 do" in bad.problem
    with (
        kernel.session(control(kernel)) as session,
        pytest.raises(Conflict, match="piece-000003"),
    ):
        restoring.begin(kernel, session, bad, slug="never", asked_by="test")
    storage.objects = {p: c for p, c in storage.objects.items() if not p.endswith("piece-000001")}
    assert "piece-000001 is missing" in proving.prove(kernel, row.id).problem
    storage.flip(row.id, "manifest.json", 200)
    assert "the manifest was changed" in proving.prove(kernel, row.id).problem
    other = made(kernel, control(kernel))
    assert proving.prove(kernel, other.id).proof == "held", "the control plane, too"
    theirs = storage.of(other.id)["manifest.json"]
    storage.objects[f"/kept/{small.id}/{row.id}/manifest.json"] = theirs
    assert "of another backup" in proving.prove(kernel, row.id).problem


def test_a_wrong_master_key_says_which_one_is_wanted(
    kernel: Kernel,
    small: Tenant,
    storage: Bucket,
    aorabooks: Command,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    row = made(kernel, small)
    folder, key_file = tmp_path / "copied", tmp_path / "key"
    folder.mkdir()
    for name, content in storage.of(row.id).items():
        (folder / name).write_bytes(content)
    key_file.write_text(aorabooks("backup", "key", small.slug).out)
    monkeypatch.setenv("AORABOOKS_SECRET_KEY", generate())
    refused = aorabooks("backup", "decrypt", str(folder), "--to", str(tmp_path / "none"))
    assert refused.status == 1
    assert "AORABOOKS_SECRET_KEY" in refused.err
    assert (kernel.config.secret_key or "").partition(":")[0] in refused.err
    opened = aorabooks(
        *("backup", "decrypt", str(folder), "--to", str(tmp_path / "opened")),
        f"--key-file={key_file}",
    )
    assert opened.status == 0, opened.err
    assert {path.name for path in (tmp_path / "opened").iterdir()} == {
        "about.json",
        "files.tar",
        "database.dump",
    }


def test_a_company_whose_database_is_gone_comes_back(
    kernel: Kernel, small: Tenant, admin: psycopg.Connection, aorabooks: Command
) -> None:
    row = made(kernel, small)
    admin.execute(f'DROP DATABASE "{small.runtime.database}" WITH (FORCE)'.encode())
    back = aorabooks("backup", "restore", row.id, "--confirm", small.slug)
    assert back.status == 0, back.err
    kernel.engine.broker.forget(small.runtime.database)
    assert works(kernel, small)


def test_killed_at_every_step(
    kernel: Kernel,
    config: Config,
    cluster: Cluster,
    small: Tenant,
    storage: Bucket,
    admin: psycopg.Connection,
) -> None:
    kill(config, cluster, small.slug, [("MAKING", step, "") for step in MAKING])
    with kernel.session(control(kernel), readonly=True) as session:
        rows = session.scalars(select(Backup).where(Backup.tenant_id == small.id)).all()
    assert [row.status for row in rows if row.status != "whole"] == [], "the next one went on"
    (backup,) = rows
    assert proving.prove(kernel, backup.id).proof == "held"

    steps = []
    with kernel.session(control(kernel)) as session:
        for step in RESTORING:
            row = restoring.begin(kernel, session, backup, slug=f"back-{step}", asked_by="test")
            steps.append(("RESTORING", step, row.id))
    kill(config, cluster, small.slug, steps)
    scratch.sweep(admin)
    for _, step, restore_id in steps:
        assert restoring.restore(kernel, restore_id).status == "done"
        copy = kernel.directory.find_slug(f"back-{step}")
        assert copy is not None
        assert works(kernel, copy)
        with kernel.session(control(kernel), readonly=True) as session:
            gone = organizations.find(session, copy.slug)
        remove(kernel, gone, gone.server)

    with kernel.session(control(kernel)) as session:
        row = restoring.begin(kernel, session, backup, slug="wanted-twice", asked_by="test")
    with fresh_tenant(kernel, "wanted-twice", addons=()):
        refused = restoring.restore(kernel, row.id)
    assert (refused.status, "taken" in refused.problem) == ("failed", True)
    left = admin.execute("SELECT 1 FROM pg_database WHERE datname = %s", (f"ab_{row.target_id}",))
    assert left.fetchone() is None

    for step in REPLACING:
        with kernel.session(control(kernel)) as session:
            row = restoring.begin(kernel, session, backup, asked_by="test")
        kill(config, cluster, small.slug, [("REPLACING", step, row.id)])
        scratch.sweep(admin)
        assert restoring.restore(kernel, row.id).status == "done"
        again = kernel.directory.find_id(small.id)
        assert again is not None
        assert works(kernel, again)
        admin.execute(f'DROP DATABASE "{row.put_aside}"'.encode())
    assert scratch.sweep(admin) == [], "and then nothing is left to do"


def works(kernel: Kernel, tenant: Tenant) -> bool:
    with kernel.session(tenant) as session:
        session.execute(text("SELECT count(*) FROM core.addon"))
        role = session.scalar(text("SELECT current_user"))
    return role == tenant.runtime.user and len(list(kernel.files.all(tenant))) == 1


def kill(config: Config, cluster: Cluster, slug: str, steps: list[tuple[str, str, str]]) -> None:
    assert cluster.embedded is not None
    environment = {
        "AORABOOKS_DATABASE_URL": cluster.embedded.url(cluster.admin.database),
        "AORABOOKS_SECRET_KEY": config.secret_key or "",
        "AORABOOKS_VAR": str(config.var),
    }
    done = forked.start(
        work_and_be_killed, slug, steps, environment=environment, folder=ROOT
    ).wait()
    assert done.out.splitlines() == [f"{step} -9" for _, step, _ in steps], done.err
