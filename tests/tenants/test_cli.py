"""The operator at the command line: what each command does, says and ends with."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest
from psycopg import sql

from core.custody import records
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import Cluster, control
from tenants.models import DatabaseServer
from tenants.provisioning import roles
from tenants.provisioning.remove import remove
from tenants.provisioning.servers import secret_bound_to
from tests.tenants.conftest import Command


def test_a_tenant_is_made_shown_suspended_and_resumed(aorabooks: Command, kernel: Kernel) -> None:
    made = aorabooks(
        *("tenant", "create", "acme", "--title", "Acme Trading", "--timezone", "Asia/Dhaka"),
        *("--locale", "bn", "--addons", "", "--domain", "acme.example", "--json"),
    )
    assert made.status == 0, made.err
    assert made.json["status"] == "active"
    assert made.json["domains"] == ["acme.example"]
    listed = {each["slug"]: each["title"] for each in aorabooks("tenant", "list", "--json").json}
    assert listed["acme"] == "Acme Trading"
    table = aorabooks("tenant", "list").out
    assert "acme.localhost" in table

    suspended = aorabooks("tenant", "suspend", "acme", "--reason", "unpaid", "--json").json
    assert (suspended["status"], suspended["suspended_reason"]) == ("suspended", "unpaid")
    assert aorabooks("tenant", "resume", "acme", "--json").json["status"] == "active"
    assert "Asia/Dhaka" in aorabooks("tenant", "show", "acme").out

    with kernel.session(control(kernel)) as session:
        row = organizations.find(session, "acme")
    remove(kernel, row, row.server)


def test_a_domain_is_added_and_taken_away(aorabooks: Command, tenant: Tenant) -> None:
    at = ("tenant", "domain", tenant.slug)
    assert aorabooks(*at, "Shop.Example", "--json").json["domains"] == ["shop.example"]
    again = aorabooks(*at, "shop.example")
    assert (again.status, "shop.example already belongs" in again.err) == (1, True)
    assert aorabooks(*at, "shop.example", "--remove", "--json").json["domains"] == []
    gone = aorabooks(*at, "shop.example", "--remove")
    assert (gone.status, "shop.example is no domain of" in gone.err) == (1, True)


@pytest.mark.parametrize(
    ("arguments", "status", "sentence"),
    [
        (("tenant", "create", "Not a slug"), 2, "cannot be a slug"),
        (("tenant", "create", "x1", "--addons", "nonsense"), 2, "no addon nonsense"),
        (("tenant", "show", "nobody"), 1, "There is no tenant 'nobody'"),
        (("addon", "list", "--tenant", "nobody"), 1, "There is no tenant 'nobody'"),
        (("tenant", "create"), 2, "SLUG"),
        (("nonsense",), 2, "nonsense"),
    ],
)
def test_what_cannot_be_done_is_said_in_a_sentence(
    aorabooks: Command, arguments: tuple[str, ...], status: int, sentence: str
) -> None:
    said = aorabooks(*arguments)
    assert said.status == status
    assert sentence in said.err
    assert "Traceback" not in said.err
    assert said.out == ""


def test_a_user_gets_a_password_a_link_and_a_token(aorabooks: Command, tenant: Tenant) -> None:
    at = ("--tenant", tenant.slug, "--json")
    made = aorabooks("user", "create", "ann@example.com", "--admin", *at)
    assert made.json["roles"] == ["core.admin"]
    assert len(made.json["one_time_password"]) >= 16
    again = aorabooks("user", "create", "ann@example.com", *at)
    assert again.status == 1
    assert "ann@example.com" in again.err

    link = aorabooks("user", "reset", "ann@example.com", *at).json["link"]
    assert link.startswith(f"http://{tenant.slug}.localhost:")
    asked = ("--name", "till", "--ability", "core.user.manage")
    token = aorabooks("user", "token", "ann@example.com", *asked, *at).json
    assert token["token"].startswith("key_")
    assert token["abilities"] == ["core.user.manage"]
    unknown = aorabooks("user", "reset", "bob@example.com", *at)
    assert unknown.status == 1
    assert "There is no user bob@example.com" in unknown.err


def test_the_company_sees_that_the_operator_was_there(
    aorabooks: Command, kernel: Kernel, tenant: Tenant
) -> None:
    secret_looking = "not-for-the-record@example.com"
    aorabooks("user", "create", secret_looking, "--tenant", tenant.slug, "--json")
    with kernel.session(tenant, readonly=True) as session:
        seen = records.accesses(session)[0]
    assert seen.purpose == "aorabooks user create"
    assert seen.door == "command line"
    assert seen.operator


def test_the_operator_learns_why_a_user_may_not(aorabooks: Command, tenant: Tenant) -> None:
    at = ("--tenant", tenant.slug)
    aorabooks("user", "create", "eve@example.com", "--name", "Eve", *at)
    told = aorabooks("user", "explain", "eve@example.com", "core.audit.read", *at)
    assert told.status == 0
    assert told.out.splitlines()[0] == "Not allowed"
    assert "- Eve must choose a new password before anything else." in told.out
    asked = ("user", "explain", "eve@example.com", "core.audit.read", "--json")
    assert aorabooks(*asked, *at).json["allowed"] is False
    unknown = aorabooks("user", "explain", "bob@example.com", "core.audit.read", *at)
    assert (unknown.status, "There is no user bob@example.com" in unknown.err) == (1, True)


def test_the_doctor_finds_nothing_wrong_with_a_fresh_platform(
    aorabooks: Command, cluster: Cluster, monkeypatch: pytest.MonkeyPatch
) -> None:
    assert cluster.embedded is not None
    monkeypatch.setenv("AORABOOKS_DATABASE_URL", cluster.embedded.url("aorabooks_fresh"))
    assert aorabooks("tenant", "create", "fresh").status == 0
    platform = aorabooks("doctor", "--json")
    wrong = [each for each in platform.json if not each["holds"]]
    assert [each["name"] for each in wrong if each["name"] != "addons"] == []
    checked = aorabooks("doctor", "--tenant", "fresh")
    assert checked.status == 0, checked.out + checked.err


def test_the_doctor_finds_a_door_that_was_left_open(
    aorabooks: Command, cluster: Cluster, tenant: Tenant, second_tenant: Tenant
) -> None:
    grant = sql.SQL("GRANT CONNECT ON DATABASE {} TO {}").format(
        sql.Identifier(tenant.runtime.database), sql.Identifier(second_tenant.runtime.user)
    )
    with roles.connect_as_admin(cluster.admin, "postgres") as admin:
        admin.execute(grant)
    said = aorabooks("doctor")
    assert said.status == 1
    door = f"{second_tenant.runtime.user} may connect to {tenant.runtime.database}"
    assert door in said.err


def test_migrating_what_is_up_to_date_changes_nothing(aorabooks: Command, tenant: Tenant) -> None:
    assert aorabooks("migrate", "--tenant", tenant.slug, "--json").json == {
        tenant.slug: "up to date"
    }


def test_an_unknown_file_or_report_names_what_there_is(
    aorabooks: Command, tenant: Tenant, tmp_path: Path
) -> None:
    file = tmp_path / "some.csv"
    file.write_text("a,b\n")
    said = aorabooks("import", "nonsense", str(file), "--tenant", tenant.slug)
    assert (said.status, "no kind of file 'nonsense'" in said.err) == (1, True)
    said = aorabooks("report", "nonsense", "--tenant", tenant.slug)
    assert (said.status, "no report 'nonsense'" in said.err) == (1, True)


def test_a_taken_port_is_said_before_anything_is_started(
    aorabooks: Command, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("AORABOOKS_DATABASE_URL", "postgresql://nobody@nowhere.invalid/x")
    with socket.socket() as other:
        other.bind(("127.0.0.1", 0))
        other.listen()
        port = other.getsockname()[1]
        for command in ("serve", "up"):
            said = aorabooks(command, "--port", str(port))
            assert said.status == 1
            assert f"Port {port} is taken" in said.err


@pytest.mark.parametrize(
    ("name", "value", "sentence"),
    [
        ("AORABOOKS_DATABASE_URL", "nonsense://", "AORABOOKS_DATABASE_URL is not"),
        ("AORABOOKS_DATABASE_URL", "postgresql://x@127.0.0.1:1/x", "cannot be reached"),
        ("AORABOOKS_SECRET_KEY", "short", "AORABOOKS_SECRET_KEY must be 32 bytes"),
        ("AORABOOKS_PORT", "http", "AORABOOKS_PORT is 'http'"),
    ],
)
def test_an_environment_that_cannot_be_used_is_named(
    aorabooks: Command,
    monkeypatch: pytest.MonkeyPatch,
    name: str,
    value: str,
    sentence: str,
) -> None:
    monkeypatch.setenv(name, value)
    said = aorabooks("tenant", "list")
    assert said.status == 1
    assert sentence in said.err


def test_another_master_key_is_refused_before_it_harms_anything(
    aorabooks: Command, tenant: Tenant, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.setenv("AORABOOKS_SECRET_KEY", "A" * 43)
        said = aorabooks("tenant", "list")
    assert said.status == 1
    assert "secret key does not fit this database" in said.err
    assert aorabooks("tenant", "show", tenant.slug).status == 0


def test_the_doctor_names_a_database_server_that_is_out_of_reach(
    aorabooks: Command, kernel: Kernel
) -> None:
    with kernel.session(control(kernel)) as session:
        gone = DatabaseServer(
            name="gone",
            host="127.0.0.1",
            port=1,
            maintenance_database="postgres",
            admin_user="nobody",
            admin_secret=kernel.secrets.seal(b"x", bound_to=secret_bound_to("gone")),
            status="closed",
        )
        session.add(gone)
    said = aorabooks("doctor")
    assert said.status == 1
    assert "'gone' (127.0.0.1:1) cannot be reached" in said.err
    with kernel.session(control(kernel)) as session:
        session.delete(session.get_one(DatabaseServer, gone.id))
