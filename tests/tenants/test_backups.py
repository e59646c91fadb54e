"""The life of a backup on a storage that speaks S3: made, proven, shown to whose data it is, and
made a tenant again, once beside the company and once in its place."""

from __future__ import annotations

from collections.abc import Callable
from pathlib import Path

import httpx
import psycopg
from sqlalchemy import text

from core.auth import users
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.backups import alarms, making, proving
from tenants.control import control
from tenants.provisioning.remove import remove
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.tenants.bucket import Bucket
from tests.tenants.conftest import Command


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

    member = as_user()
    assert member.post("/settings/data/backups").status_code == 303
    assert "being made" in member.get("/settings/data").text
    made = aorabooks("tenant", "backup", tenant.slug, "--json")
    assert made.status == 0, made.err
    (row,) = made.json
    assert (row["status"], row["files"]) == ("whole", 1)
    objects = storage.of(row["id"])
    assert not any(b"an attachment" in each or b"PGDMP" in each for each in objects.values())

    proven = aorabooks("backup", "prove", row["id"], "--json")
    assert proven.status == 0, proven.out + proven.err
    assert proven.json[0]["proof"] == "held"
    page = member.get("/settings/data").text
    assert page.count("vault") == 3, "the last backup, the last proven restore, and the list"

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

    assert aorabooks("tenant", "revert", tenant.slug, "--confirm", "other").status == 2
    assert "After" in names_of(kernel, tenant)
    back = aorabooks("tenant", "revert", tenant.slug, "--confirm", tenant.slug, "--json")
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


def test_a_backup_from_which_most_is_missing_raises_the_alarm(
    aorabooks: Command, kernel: Kernel, tenant: Tenant, storage: Bucket
) -> None:
    given = [f"--option={name}={value}" for name, value in storage.options.items()]
    assert aorabooks("backup", "destination", "vault", "--scheme=s3", *given).status == 0

    def alarms_after(change: str) -> list[str]:
        with kernel.session(tenant, role="owner") as session:
            session.execute(text(change))
        made = aorabooks("tenant", "backup", tenant.slug)
        assert made.status == 0, made.err
        with kernel.session(control(kernel), readonly=True) as session:
            return [str(why) for slug, why in alarms.alarms(session) if slug == tenant.slug]

    much = "SELECT sha512(n::text::bytea) AS bytes FROM generate_series(1, 60000) AS n"
    assert alarms_after(f"CREATE TABLE core.ballast AS {much}") == []
    (said,) = alarms_after("DROP TABLE core.ballast")
    assert "much smaller than the one before" in said
    assert alarms_after("SELECT 1") == [], "the one before is small, too"


def test_the_operators_pages(
    kernel: Kernel, transport: AppTransport, tenant: Tenant, storage: Bucket
) -> None:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        typed = {"name": "shelf", "scheme": "s3"}
        lines = "\n".join(f"{name} = {value}" for name, value in storage.options.items())
        refused = browser.post("/tenants/backup-destinations", data={**typed, "options": "root"})
        assert refused.status_code == 422
        unknown = {"name": "shelf", "scheme": "floppy", "options": lines}
        assert browser.post("/tenants/backup-destinations", data=unknown).status_code == 422
        wrong = lines.replace("stand-in\n", "stranger\n")
        browser.post("/tenants/backup-destinations", data={**typed, "options": wrong})
        assert "does not work" in browser.get("/tenants/backup-destinations").text
        browser.post("/tenants/backup-destinations", data={**typed, "options": lines})
        page = browser.get("/tenants/backup-destinations").text
        assert "does not work" not in page
        assert "stand-in-secret" not in page

        asked = browser.post(f"/tenants/organizations/{tenant.id}/backup")
        assert asked.status_code == 303
        row = making.make(kernel, asked.headers["location"].rpartition("/")[2])
        assert row.status == "whole", row.problem
        assert row.id in browser.get(f"/tenants/organizations/{tenant.id}").text
        browser.post(f"/tenants/backups/{row.id}/actions/prove")
        proving.prove(kernel, row.id)
        page = browser.get(f"/tenants/backups/{row.id}").text
        assert "does not hold" not in page
        assert "accounting.trial_balance_is_zero" in page
        address = f"/tenants/backups/{row.id}/restore"
        assert tenant.slug in browser.get(address).text
        for way in ({"way": "over", "confirm": "other"}, {"way": "new", "slug": "Not A Slug"}):
            assert browser.post(address, data=way).status_code == 422
        begun = browser.post(address, data={"way": "new", "slug": "off-the-shelf"})
        assert begun.status_code == 303
        assert "off-the-shelf" in browser.get(f"/tenants/backups/{row.id}").text
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, ["tenants.onlooker"])
        assert browser.get("/tenants/backups").status_code == 200
        assert browser.get("/tenants/backup-destinations").status_code == 403
        assert browser.post(address, data={"way": "new", "slug": "asked-too"}).status_code == 403
