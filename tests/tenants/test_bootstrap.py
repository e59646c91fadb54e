"""A bare PostgreSQL server becomes the platform's: who may do that, twice at once, and again."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

import pytest
from psycopg import sql
from sqlalchemy import select

from core.addons.catalog import Catalog
from core.addons.migrations import differences
from core.auth import totp, users
from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.config import Config, ConfigError
from core.kernel import Kernel
from core.secrets import generate
from core.tenancy.tenant import DatabaseAddress
from tenants import bootstrap, organizations
from tenants.composition import kernel_on
from tenants.control import Cluster, control, embedded_cluster
from tenants.provisioning import roles
from tenants.provisioning.create import create_tenant
from tenants.provisioning.remove import remove
from tenants.provisioning.rotate import rotate
from tenants.testing.cluster import scratch_server
from tenants.wishes import NewOrganization


def beside(cluster: Cluster, database: str) -> Cluster:
    """The run's server, with a control plane of this test's own."""
    return replace(cluster, admin=replace(cluster.admin, database=database))


@pytest.fixture
def operator(cluster: Cluster) -> Iterator[DatabaseAddress]:
    """A role of a managed server: it may make databases and roles, and is no superuser."""
    address = replace(cluster.admin, user="operator", password=secrets.token_urlsafe())
    with roles.connect_as_admin(cluster.admin, "postgres") as admin:
        admin.execute(
            sql.SQL("CREATE ROLE operator LOGIN CREATEDB CREATEROLE PASSWORD {}").format(
                sql.Literal(address.password)
            )
        )
        admin.execute("GRANT CONNECT ON DATABASE postgres TO operator")
        admin.execute("GRANT aorabooks_owner, aorabooks_runtime TO operator WITH ADMIN OPTION")
        yield address
        for statement in (
            "DROP OWNED BY operator",
            "ALTER ROLE operator NOLOGIN",
        ):
            admin.execute(statement.encode())


def test_processes_that_start_at_once_make_one_control_plane(
    config: Config, cluster: Cluster, catalog: Catalog
) -> None:
    own = beside(cluster, "aorabooks_twice")

    def start(_: int) -> str:
        with kernel_on(config, own, catalog) as kernel:
            found = kernel.directory.find_host("app.localhost")
            assert found is not None
            with kernel.session(found) as session:
                session.connection()
            return found.runtime.database

    with ThreadPoolExecutor(3) as pool:
        assert list(pool.map(start, range(3))) == ["aorabooks_twice"] * 3


def test_a_start_that_finds_everything_there_waits_for_nobody(
    config: Config, cluster: Cluster, catalog: Catalog
) -> None:
    own = beside(cluster, "aorabooks_ready")
    with kernel_on(config, own, catalog):
        pass
    with roles.connect_as_admin(cluster.admin, "postgres") as somebody:
        somebody.execute("SET idle_session_timeout = '30s'")  # or a start that waits would for ever
        somebody.execute("SELECT pg_advisory_lock(%s)", (bootstrap._LOCK,))
        with kernel_on(config, own, catalog):
            assert somebody.execute("SELECT 1").fetchone() == (1,), "it waited for the lock"


def test_a_managed_server_without_a_superuser_will_do(
    config: Config, cluster: Cluster, catalog: Catalog, kernel: Kernel, operator: DatabaseAddress
) -> None:
    own = Cluster(replace(operator, database="aorabooks_managed"))
    with kernel_on(config, own, catalog) as managed:
        tenant = create_tenant(managed, NewOrganization("managed", addons=()))
        with managed.session(tenant) as session:
            session.connection()


def test_a_bare_server_needs_no_superuser_either(config: Config, catalog: Catalog) -> None:
    with scratch_server() as bare:
        superuser = embedded_cluster(bare).admin
        with roles.connect_as_admin(superuser, "postgres") as admin:
            admin.execute("CREATE ROLE operator LOGIN CREATEDB CREATEROLE PASSWORD 'operator'")
        own = Cluster(replace(superuser, user="operator", password="operator"))
        for _ in range(2):  # the second start finds everything there
            with kernel_on(config, own, catalog) as managed:
                tenant = create_tenant(managed, NewOrganization("managed"))
                with managed.session(tenant) as session:
                    session.connection()
                with managed.session(control(managed)) as session:
                    organization = organizations.find(session, "managed")
                remove(managed, organization, organization.server)


def test_everybody_is_kept_out_of_every_database(cluster: Cluster, kernel: Kernel) -> None:
    with roles.connect_as_admin(cluster.admin, "postgres") as admin:
        open_to_all = admin.execute(
            "SELECT datname FROM pg_database"
            " WHERE datallowconn AND has_database_privilege('public', oid, 'CONNECT')"
        ).fetchall()
    assert open_to_all == []


def test_a_role_that_may_not_make_databases_is_refused(
    config: Config, cluster: Cluster, catalog: Catalog
) -> None:
    poor = replace(cluster.admin, user="poor", password="poor", database="aorabooks_poor")
    with roles.connect_as_admin(cluster.admin, "postgres") as admin:
        admin.execute("CREATE ROLE poor LOGIN PASSWORD 'poor'")
        admin.execute("GRANT CONNECT ON DATABASE postgres TO poor")
    with (
        pytest.raises(ConfigError, match="'poor' may not create databases and roles"),
        kernel_on(config, Cluster(poor), catalog),
    ):
        pass


def test_a_server_that_is_too_old_is_refused(
    config: Config, cluster: Cluster, catalog: Catalog, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(bootstrap, "OLDEST_SERVER", 990_000)
    with (
        pytest.raises(ConfigError, match=r"PostgreSQL \d+ is too old"),
        kernel_on(config, beside(cluster, "aorabooks_old"), catalog),
    ):
        pass


def test_a_server_that_cannot_be_reached_is_named(config: Config, catalog: Catalog) -> None:
    nowhere = DatabaseAddress("127.0.0.1", 1, "aorabooks", "someone", "")
    with (
        pytest.raises(ConfigError, match=r"PostgreSQL at 127\.0\.0\.1:1 cannot be reached"),
        kernel_on(config, Cluster(nowhere), catalog),
    ):
        pass


def test_a_moved_server_is_entered_anew(
    config: Config, cluster: Cluster, catalog: Catalog, tmp_path: Path
) -> None:
    own = beside(cluster, "aorabooks_moved")
    with kernel_on(config, own, catalog):
        pass
    elsewhere = tmp_path / "socket"
    elsewhere.symlink_to(cluster.admin.host)
    moved = replace(own, admin=replace(own.admin, host=str(elsewhere)))
    with kernel_on(config, moved, catalog) as kernel:
        tenant = create_tenant(kernel, NewOrganization("moved", addons=()))
        assert tenant.runtime.host == str(elsewhere)


def test_the_control_planes_tables_are_what_its_models_say(kernel: Kernel) -> None:
    with kernel.session(control(kernel), role="owner") as session:
        assert differences(session.connection(), "tenants") == []


def test_the_master_key_is_changed_without_losing_a_tenant(
    config: Config, cluster: Cluster, catalog: Catalog
) -> None:
    own = beside(cluster, "aorabooks_keys")
    old, new = generate(), generate()

    def works_with(key: str, *, rotating: bool = False) -> bool:
        with kernel_on(replace(config, secret_key=key), own, catalog) as kernel:
            tenant = kernel.directory.find_slug("kept")
            if tenant is None:
                tenant = create_tenant(kernel, NewOrganization("kept", addons=()))
            if rotating:
                assert rotate(kernel, "kept")
                tenant = kernel.directory.find_slug("kept")
                assert tenant is not None
            with kernel.session(tenant) as session:
                user = session.scalar(select(User)) or users.create_user(
                    session, email="admin@example.com", name="Amal", roles=(ADMIN_ROLE,)
                )
                session.flush()
                # Opens the sealed secret of the app that is being set up.
                kept = totp.pending_enrolment(session, user) or totp.enrol(session, user)
                authenticators.add(kept.secret)
            return True

    authenticators: set[str] = set()
    assert works_with(old)
    assert works_with(f"{new},{old}", rotating=True)
    assert works_with(new)
    assert len(authenticators) == 1, "the authenticator app goes on working"
    with pytest.raises(ConfigError, match="secret key does not fit"):
        works_with(old)
    assert works_with(new), "the wrong key has locked nobody out"
