"""The whole life of a company, as its operator lives it at a terminal: signed up, backed up with
proof, upgraded after a rehearsal, found at a domain of its own, moved to another server while
people work, copied for trying things out, exported, deleted and brought back from the bin. In the
end all that must be true of it is true.
"""

from __future__ import annotations

import json
import zipfile
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import text

from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants import organizations
from tenants.control import control
from tenants.domains import claims
from tenants.provisioning.create import create_tenant
from tenants.testing.browser import AppTransport
from tenants.wishes import NewOrganization
from tests.addons.stage import earlier_release, with_catalog
from tests.jobs.world import wait_until
from tests.journeys import company_life
from tests.journeys.company_life import (
    CUSTOMER,
    HOST,
    SLUG,
    STAGING,
    clear_away,
    clerk,
    customers,
    found,
    is_served,
)
from tests.tenants import conftest
from tests.tenants.bucket import Bucket
from tests.tenants.conftest import Command
from tests.tenants.name_server import NameServer
from tests.tenants.second_server import Second, second_server

OWNER = "amina@amina.example"

aorabooks, environment, storage = conftest.aorabooks, conftest.environment, conftest.storage
names = company_life.names


@pytest.fixture
def there(kernel: Kernel) -> Iterator[Second]:
    with second_server(kernel) as second:
        yield second


@pytest.fixture
def company(kernel: Kernel, there: Second, tmp_path: Path) -> Iterator[Tenant]:
    """Signed up while the platform ran the release before; gone afterwards, with its copy."""
    catalog = earlier_release(kernel.catalog, "contacts", tmp_path)
    wish = NewOrganization(SLUG, title="Amina Trading", addons=("contacts",), server="first")
    yield create_tenant(with_catalog(kernel, catalog), wish)
    clear_away(kernel)


def test_from_signing_up_to_the_bin_and_back(
    aorabooks: Command,
    kernel: Kernel,
    transport: AppTransport,
    company: Tenant,
    there: Second,
    names: NameServer,
    storage: Bucket,
    tmp_path: Path,
) -> None:
    backup = is_backed_up(aorabooks, storage)
    is_upgraded(aorabooks, kernel, company)
    gets_its_domain(kernel, transport, company, names)
    done(aorabooks, "user", "create", OWNER, "--name", "Amina", "--tenant", SLUG, "--admin")
    has_a_customer(kernel)
    moves_while_people_work(aorabooks, kernel, transport, there)
    is_copied(aorabooks, kernel)
    is_exported(aorabooks, tmp_path)
    goes_and_comes_back(aorabooks, kernel, transport)
    assert [each["id"] for each in done(aorabooks, "backup", "list", "--tenant", SLUG)] == [backup]
    assert all(each["holds"] for each in done(aorabooks, "doctor", "--tenant", SLUG))
    # No worker runs here, and how full the disk is does not depend on this company.
    platform = json.loads(aorabooks("doctor", "--json").out)
    assert {each["name"] for each in platform if not each["holds"]} <= {"disk", "jobs"}


def done(aorabooks: Command, *arguments: str) -> Any:
    """What a command says that succeeds."""
    said = aorabooks(*arguments, "--json")
    assert said.status == 0, f"{arguments}\n{said.out}\n{said.err}"
    return json.loads(said.out)


def gets_its_domain(
    kernel: Kernel, transport: AppTransport, company: Tenant, names: NameServer
) -> None:
    """Served at a name only once a record proves whose it is."""
    with kernel.session(control(kernel)) as session:
        organization = organizations.find(session, SLUG)
        claimed = claims.claim(session, organization, HOST, base_domain="localhost")
        assert not claims.check(session, claimed)
    assert not is_served(transport, HOST)
    names.records[f"_aorabooks.{HOST}"] = claimed.token
    with kernel.session(control(kernel)) as session:
        assert claims.check(session, session.merge(claimed))
    wait_until(lambda: is_served(transport, HOST), "the domain is served")


def is_backed_up(aorabooks: Command, storage: Bucket) -> str:
    """And the backup is restored to prove it."""
    given = [f"--option={name}={value}" for name, value in storage.options.items()]
    done(aorabooks, "backup", "destination", "vault", "--scheme=s3", *given)
    [made] = done(aorabooks, "tenant", "backup", SLUG)
    [proven] = done(aorabooks, "backup", "prove", made["id"])
    assert (made["status"], proven["proof"]) == ("whole", "held")
    return made["id"]


def is_upgraded(aorabooks: Command, kernel: Kernel, company: Tenant) -> None:
    """After a rehearsal on a copy; today's release has something to do for it."""
    assert done(aorabooks, "tenant", "rehearse", SLUG)["passed"]
    assert head(kernel) != kernel.catalog.addons["contacts"].head, "a rehearsal changes nothing"
    done(aorabooks, "migrate", "--tenant", SLUG)
    kernel.states.forget(company.id)
    assert head(kernel) == kernel.catalog.addons["contacts"].head


def head(kernel: Kernel) -> str:
    with kernel.session(found(kernel, SLUG), role="owner") as session:
        return session.execute(
            text("SELECT version_num FROM contacts.alembic_version")
        ).scalar_one()


def has_a_customer(kernel: Kernel) -> None:
    """Somebody works with it."""
    with kernel.session(found(kernel, SLUG)) as session:
        session.execute(
            text(
                "INSERT INTO contacts.contact (name, email, phone, name_key, email_key, phone_key)"
                " VALUES (:name, 'grace@example.com', '+8801712345678', 'grace hopper',"
                " 'grace@example.com', '712345678')"
            ),
            {"name": CUSTOMER},
        )


def moves_while_people_work(
    aorabooks: Command, kernel: Kernel, transport: AppTransport, there: Second
) -> None:
    """To another server: what was confirmed on the way is there, once, and people stay signed
    in."""
    with clerk(kernel, transport):
        moved = done(aorabooks, "tenant", "move", SLUG, there.name)
    assert moved["phase"] == "kept"
    assert found(kernel, SLUG).server == there.name
    done(aorabooks, "tenant", "moves", "--forget", moved["id"])


def is_copied(aorabooks: Command, kernel: Kernel) -> None:
    """For trying things out, where nobody is who they are."""
    made = done(aorabooks, "tenant", "clone", SLUG, STAGING, "--masked")
    assert (made["status"], made["staging"]) == ("active", True)
    assert CUSTOMER in customers(kernel, SLUG)
    assert customers(kernel, STAGING)
    assert not {*customers(kernel, STAGING)} & {*customers(kernel, SLUG)}
    assert all(each["holds"] for each in done(aorabooks, "doctor", "--tenant", STAGING))


def is_exported(aorabooks: Command, folder: Path) -> None:
    """Everything, in one file."""
    file = folder / "amina.zip"
    done(aorabooks, "tenant", "export", SLUG, str(file))
    with zipfile.ZipFile(file) as archive:
        assert "database.dump" in archive.namelist()
        assert CUSTOMER in archive.read("data/contacts.contact.csv").decode()


def goes_and_comes_back(aorabooks: Command, kernel: Kernel, transport: AppTransport) -> None:
    """Deleted with its name typed again, kept in the bin, and restored whole."""
    assert aorabooks("tenant", "delete", SLUG, "--confirm", STAGING).status == 2
    assert done(aorabooks, "tenant", "delete", SLUG, "--confirm", SLUG)["status"] == "binned"
    wait_until(lambda: not is_served(transport, HOST), "the deleted company is not served")
    assert done(aorabooks, "tenant", "restore", SLUG)["status"] == "active"
    wait_until(lambda: is_served(transport, HOST), "the restored company is served")
    assert CUSTOMER in customers(kernel, SLUG)
