"""A company's admin asks where the data is, who was in it, and takes all of it away.

What is downloaded is restored with PostgreSQL's own tools into an empty database, and holds what
the company holds.
"""

from __future__ import annotations

import csv
import hashlib
import io
import os
import subprocess
import zipfile
from datetime import date, timedelta
from pathlib import Path

import psycopg
import pytest
from playwright.sync_api import Page, expect
from psycopg import sql
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from core.api import store_file
from core.custody.jobs import forget_takeouts
from core.custody.models import SafekeepingRecord
from core.custody.records import record_access, record_safekeeping
from core.db import embedded_account, embedded_binaries
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import Cluster
from tenants.provisioning import roles
from tests.chrome import fits, violations
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person

PAGE = "/settings/data"
TAKEOUTS = select(SafekeepingRecord).where(SafekeepingRecord.kind == "takeout")


@pytest.fixture(scope="module")
def goods(kernel: Kernel, store: Tenant) -> str:
    """A customer with an order and an attached file, whose digest this is."""
    with kernel.session(store) as session:
        amal = Customer(name="Amal “Sons”, عمل\nTrading", city="Jeddah")
        session.add(Order(number="T-1", customer=amal, date=date(2026, 11, 22)))
        return store_file(session, [b"a picture of the goods"]).digest


@pytest.fixture(scope="module")
def archive(kernel: Kernel, store: Tenant, admin: Person, goods: str) -> zipfile.ZipFile:
    """Everything, as the administrator downloads it."""
    assert admin.post(f"{PAGE}/takeouts", {}).status_code == 303
    assert admin.post(f"{PAGE}/takeouts", {}).status_code == 303
    assert work_off(kernel, store) == 1, "asking twice packs once"
    with kernel.session(store) as session:
        made = session.scalars(TAKEOUTS).one()
    answer = admin.http.get(f"{PAGE}/takeouts/{made.id}")
    assert answer.status_code == 200
    assert answer.headers["content-type"] == "application/zip"
    assert store.slug in answer.headers["content-disposition"]
    assert hashlib.sha256(answer.content).hexdigest() == made.digest
    assert len(answer.content) == made.size
    return zipfile.ZipFile(io.BytesIO(answer.content))


def test_the_page_says_where_the_data_lies_and_who_can_reach_it(
    admin: Person, store: Tenant, goods: str
) -> None:
    page = admin.http.get(PAGE).text
    for fact in (store.runtime.database, store.runtime.user, store.owner.user, "PostgreSQL 18"):
        assert fact in page
    assert store.runtime.password not in page
    assert store.owner.password not in page
    assert "None was recorded" in page


def test_the_operator_names_the_region_and_the_company_reads_it(
    kernel: Kernel, store: Tenant, admin: Person, cluster: Cluster
) -> None:
    control = kernel.directory.find_slug("app")
    assert control is not None
    with kernel.session(control) as session:
        session.execute(text("UPDATE tenants.database_server SET region = 'Riyadh, Saudi Arabia'"))
    kernel.directory.forget(store.id)
    assert "Riyadh, Saudi Arabia" in admin.http.get(PAGE).text


def test_every_access_is_shown_and_none_can_be_taken_back(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    with kernel.session(store) as session:
        record_access(session, operator="rana", purpose="aorabooks user reset", door="command line")
    page = admin.http.get(PAGE).text
    assert "rana" in page
    assert "aorabooks user reset" in page
    for statement in ("DELETE FROM core.operator_access", "UPDATE core.operator_access SET id = 0"):
        with pytest.raises(DBAPIError, match="permission denied"), kernel.session(store) as session:
            session.execute(text(statement))


def test_a_backup_and_a_proven_restore_are_shown(
    kernel: Kernel, store: Tenant, admin: Person
) -> None:
    with kernel.session(store) as session:
        for kind in ("backup", "restore"):
            record_safekeeping(session, kind, place="vault-7", size=1_340_000, asked_by="nightly")
        record_safekeeping(
            session, "backup", place="nowhere", size=0, asked_by="nightly", succeeded=False
        )
    page = admin.http.get(PAGE).text
    assert page.count("vault-7") == 2
    assert "1.3 MB" in page
    assert "nowhere" not in page


def test_who_lacks_the_permission_sees_nothing_and_takes_nothing(hire: Hire) -> None:
    clerk = hire({"shop.order.read": "all"})
    assert clerk.http.get(PAGE).status_code == 403
    reader = hire({"core.data.see": "all"})
    assert reader.http.get(PAGE).status_code == 200
    assert reader.post(f"{PAGE}/takeouts", {}).status_code == 403
    assert reader.http.get(f"{PAGE}/takeouts/1").status_code == 403


def test_tables_can_be_read_without_this_product(archive: zipfile.ZipFile, goods: str) -> None:
    assert archive.testzip() is None
    customers = _rows(archive, "data/shop.customer.csv")
    assert [row["name"] for row in customers] == ["Amal “Sons”, عمل\nTrading"]
    described = _rows(archive, "description.csv")
    column = next(
        row
        for row in described
        if (row["table"], row["column"]) == ("shop.customer_order", "customer_id")
    )
    assert (column["type"], column["refers_to"]) == ("bigint", "shop.customer")
    assert archive.read(f"files/{goods}") == b"a picture of the goods"
    assert "pg_restore" in archive.read("README.txt").decode()


def test_no_secret_stands_in_a_table(archive: zipfile.ZipFile) -> None:
    users = _rows(archive, "data/core.user_account.csv")
    assert users
    assert "password_hash" not in users[0]
    tables = [name for name in archive.namelist() if name.startswith("data/")]
    assert not any(b"$argon2" in archive.read(name) for name in tables)


def test_the_dump_restores_to_what_the_company_has(
    archive: zipfile.ZipFile, kernel: Kernel, store: Tenant, cluster: Cluster, tmp_path: Path
) -> None:
    admin = cluster.admin
    name = f"restored_{os.urandom(4).hex()}"
    dump = tmp_path / "database.dump"
    dump.write_bytes(archive.read("database.dump"))
    us = embedded_account.Account(os.geteuid(), os.getegid())
    with roles.connect_as_admin(admin, "postgres") as connection:
        connection.execute(sql.SQL("CREATE DATABASE {}").format(sql.Identifier(name)))
        try:
            subprocess.run(
                [
                    embedded_binaries.locate(us).program("pg_restore"),
                    "--no-owner",
                    "--no-privileges",
                    "--exit-on-error",
                    f"--host={admin.host}",
                    f"--port={admin.port}",
                    f"--username={admin.user}",
                    f"--dbname={name}",
                    dump,
                ],
                env={**os.environ, "PGPASSWORD": admin.password},
                check=True,
                capture_output=True,
            )
            restored = {**admin.conninfo(), "dbname": name}
            with psycopg.connect(**restored) as copy:
                found = copy.execute("SELECT number FROM shop.customer_order").fetchall()
        finally:
            connection.execute(sql.SQL("DROP DATABASE {}").format(sql.Identifier(name)))
    with kernel.session(store) as session:
        assert found == [tuple(row) for row in session.execute(select(Order.number))]


def test_a_download_is_gone_after_its_week_and_stays_on_record(
    archive: zipfile.ZipFile, kernel: Kernel, store: Tenant, admin: Person
) -> None:
    with kernel.session(store, role="owner") as session:
        session.execute(
            text("UPDATE core.safekeeping SET at = at - :week WHERE kind = 'takeout'"),
            {"week": timedelta(days=8)},
        )
    with kernel.session(store) as session:
        forget_takeouts(session)
        made = session.scalars(TAKEOUTS).one()
    assert admin.http.get(f"{PAGE}/takeouts/{made.id}").status_code == 404


@pytest.mark.browser
def test_the_page_fits_and_everybody_can_use_it(desk: Page, address: str, goods: str) -> None:
    desk.goto(address + PAGE)
    expect(desk.locator("h1")).to_have_text("Where is my data?")
    for width in (1200, 360):
        assert fits(desk, width)
        assert violations(desk) == []


def _rows(archive: zipfile.ZipFile, name: str) -> list[dict[str, str]]:
    with archive.open(name) as entry:
        return list(csv.DictReader(io.TextIOWrapper(entry, encoding="utf-8", newline="")))
