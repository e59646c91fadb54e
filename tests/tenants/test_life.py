"""The life of a company after it was made: a new name, a copy, the bin and back, an export."""

from __future__ import annotations

import io
import re
import zipfile
from dataclasses import replace
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text

from core.auth.users import ADMIN_ROLE
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.deployment.users import users_of
from tenants.life import finishing, steps
from tenants.provisioning.sweep import Swept, sweep
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.tenants.conftest import Command


def get(transport: AppTransport, host: str, path: str = "/login") -> httpx.Response:
    with open_browser(transport, host) as browser:
        return browser.get(path, follow_redirects=False)


def test_a_renamed_company_is_found_under_both_names_and_nobody_else_gets_the_old_one(
    aorabooks: Command, transport: AppTransport, tenant: Tenant, second_tenant: Tenant
) -> None:
    old, new = f"{tenant.slug}.localhost", "renamed.localhost"
    assert get(transport, old).status_code == 200
    assert aorabooks("tenant", "rename", tenant.slug, "renamed", "--json").json["id"] == tenant.id
    assert get(transport, new).status_code == 200
    led = get(transport, old, "/login?token=secret")
    assert (led.status_code, led.headers["location"]) == (303, f"//{new}/")
    taken = aorabooks("tenant", "rename", second_tenant.slug, tenant.slug)
    assert (taken.status, f"{tenant.slug!r} is taken" in taken.err) == (1, True)
    assert aorabooks("tenant", "create", tenant.slug).status == 1
    assert aorabooks("tenant", "rename", "renamed", "app").status == 2
    assert aorabooks("tenant", "rename", "renamed", tenant.slug).status == 0, "and back"
    assert get(transport, old).status_code == 200
    assert get(transport, new).status_code == 303


def test_a_deleted_company_is_restored_from_the_bin_and_purged(
    aorabooks: Command, kernel: Kernel, transport: AppTransport
) -> None:
    aorabooks("tenant", "create", "binned", "--addons", "contacts")
    made = kernel.directory.find_slug("binned")
    assert made is not None
    with kernel.session(made) as session:
        session.execute(text("UPDATE core.team SET name = 'kept'"))
        session.execute(text("INSERT INTO core.team (name) VALUES ('kept')"))
    wrong = aorabooks("tenant", "delete", "binned", "--confirm", "bined")
    assert (wrong.status, "Type binned" in wrong.err) == (2, True)
    gone = aorabooks("tenant", "delete", "binned", "--confirm", "binned", "--json")
    assert (gone.status, gone.json["status"]) == (0, "binned"), gone.err
    assert get(transport, "binned.localhost").status_code == 404
    assert aorabooks("tenant", "delete", "binned", "--confirm", "binned").status == 1
    assert aorabooks("tenant", "create", "binned").status == 1, "its name is kept, too"
    [kept] = aorabooks("tenant", "bin", "--json").json
    assert kept["slug"] == "binned"
    swept = sweep(kernel)
    assert replace(swept, templates=()) == Swept(), "other tests may have left a template"
    assert "binned (in the bin)" in users_of(kernel, "contacts"), "it may come back"

    assert aorabooks("tenant", "restore", "binned", "--json").json["status"] == "active"
    assert get(transport, "binned.localhost").status_code == 200
    again = kernel.directory.find_slug("binned")
    assert again is not None
    with kernel.session(again) as session:
        assert session.scalar(text("SELECT count(*) FROM core.team WHERE name = 'kept'"))

    assert aorabooks("tenant", "purge", "binned", "--confirm", "binned").status == 1
    aorabooks("tenant", "delete", "binned", "--confirm", "binned")
    ended = aorabooks("tenant", "purge", "binned", "--confirm", "binned", "--json")
    assert ended.json == {"slug": "binned", "status": "gone"}
    assert aorabooks("tenant", "bin", "--json").json == []
    assert aorabooks("tenant", "show", "binned").status == 1


@pytest.mark.parametrize("masked", [False, True])
def test_a_copy_acts_for_nobody_and_a_masked_one_knows_nobody(
    aorabooks: Command, kernel: Kernel, transport: AppTransport, tenant: Tenant, masked: bool
) -> None:
    aorabooks("user", "create", "ada@example.com", "--name", "Ada", "--tenant", tenant.slug)
    with kernel.session(tenant) as session:
        session.execute(
            text(
                "INSERT INTO contacts.contact (name, email, phone, name_key, email_key, phone_key)"
                " VALUES ('Grace', 'grace@example.com', '+8801712345678', 'grace',"
                " 'grace@example.com', '712345678')"
            )
        )
    options = ("--masked",) if masked else ()
    made = aorabooks("tenant", "clone", tenant.slug, "copied", *options, "--json")
    assert made.status == 0, made.err
    assert (made.json["status"], made.json["staging"]) == ("active", True)
    copy = kernel.directory.find_slug("copied")
    assert copy is not None
    assert copy.keeps_to_itself
    with kernel.session(copy, readonly=True) as session:
        people = set(session.scalars(text("SELECT email FROM core.user_account")))
        [contact] = session.execute(text("SELECT name, email, phone FROM contacts.contact"))
        running = session.scalar(text("SELECT count(*) FROM core.job WHERE state = 'queued'"))
    assert running == 0
    known = {"ada@example.com"} & people, "Grace" in contact, "grace@example.com" in contact
    assert any(known) != masked
    if masked:
        assert contact.email.endswith("@example.invalid")
        assert contact.phone.startswith("+999")
    doctor = aorabooks("doctor", "--tenant", "copied")
    assert doctor.status == 0, doctor.out + doctor.err
    assert get(transport, "copied.localhost").status_code == 200
    aorabooks("tenant", "delete", "copied", "--confirm", "copied")
    aorabooks("tenant", "purge", "copied", "--confirm", "copied")


def test_everything_is_exported_and_the_company_sees_that_it_was(
    aorabooks: Command, kernel: Kernel, tenant: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "all.zip"
    assert aorabooks("tenant", "export", tenant.slug, str(file), "--json").status == 0
    with zipfile.ZipFile(file) as archive:
        assert {"README.txt", "database.dump", "description.csv"} <= set(archive.namelist())
    with kernel.session(tenant, readonly=True) as session:
        seen = session.scalar(text("SELECT purpose FROM core.operator_access"))
    assert seen == "export"
    again = aorabooks("tenant", "export", tenant.slug, str(file))
    assert (again.status, "exists" in again.err) == (1, True)


def test_the_operator_does_it_in_the_pages_and_a_program_by_the_api(
    kernel: Kernel, transport: AppTransport
) -> None:
    with (
        fresh_tenant(kernel, "by-hand", addons=()) as company,
        open_browser(transport, "app.localhost") as operator,
    ):
        sign_in(kernel, control(kernel), operator, [ADMIN_ROLE])
        api = f"/api/v1/tenants/organizations/{company.id}"

        def call(step: str, api: str = api, **wish: str) -> httpx.Response:
            headers = {"Idempotency-Key": f"{api}-{step}-{len(wish)}-{wish.get('confirm')}"}
            return operator.post(f"{api}/{step}", json=wish, headers=headers)

        page = operator.get(f"/tenants/organizations/{company.id}/life")
        assert (page.status_code, "Type by-hand to confirm" in page.text) == (200, True)
        assert call("life/rename", slug="app").status_code == 422
        assert call("life/rename", slug="by-call").json()["slug"] == "by-call"
        asked = [call("life/copy", slug="copied-by-call", title="A copy"), call("end/export")]
        assert [each.status_code for each in asked] == [202, 202], asked[0].text
        work_off(kernel, control(kernel))
        copied = kernel.directory.find_slug("copied-by-call")
        assert copied is not None
        assert (copied.title, copied.keeps_to_itself) == ("A copy", True)
        at_life = f"/tenants/organizations/{company.id}/life"
        (link,) = re.findall(rf'"({at_life}/exports/\d+)"', operator.get(at_life).text)
        with zipfile.ZipFile(io.BytesIO(operator.get(link).content)) as archive:
            assert "database.dump" in archive.namelist()
        progress = operator.get(f"{at_life}/progress")
        assert progress.text.count("Done.") == 1
        at_copy = f"/api/v1/tenants/organizations/{copied.id}"
        for step in ("delete", "purge"):
            ended = call(f"end/{step}", at_copy, confirm="copied-by-call")
            assert ended.status_code == 202, ended.text
            work_off(kernel, control(kernel))
        assert operator.get(f"{at_copy}/life").status_code == 404
        wrong = call("end/delete", confirm="by-hand")
        assert (wrong.status_code, "Type by-call" in wrong.text) == (422, True)
        begun = call("end/delete", confirm="by-call")
        assert (begun.status_code, begun.json()["status"]) == (202, "binning")
        assert begun.json()["jobs"][0]["state"] == "queued"
        assert call("life/restore").status_code == 409, "not yet there"
        assert call("life/delete").status_code == 404, "that needs another right"

        finishing.finish(kernel, company.id)
        assert operator.get(f"{api}/life").json()["status"] == "binned"
        assert "by-call" in operator.get("/tenants/bin").text
        page = operator.get(f"/tenants/organizations/{company.id}/life")
        assert "Remove for good" in page.text
        with kernel.session(control(kernel)) as session:
            session.execute(text("UPDATE tenants.binned SET until = now() - interval '1 day'"))
            assert [each.slug for each in steps.over(session)] == ["by-call"]
        finishing.finish(kernel, company.id)
        assert operator.get(f"{api}/life").status_code == 404
