"""The operator's page of installed addons: what runs and what was done, what an installation would
do, and wishes that others carry out. Nobody else sees it, and a page alone changes nothing.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from addon_registry.deployment import active, history, layout, standing, wishes
from addon_registry.deployment.layout import Layout
from addon_registry.repository.client import Registry
from addon_registry.repository.trust import trust
from core.addons.models import AddonRecord
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.control import control
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.addon_registry.installing import Deployment
from tests.addon_registry.keeper import keep


@pytest.fixture
def here(kernel: Kernel, tmp_path: Path) -> Kernel:
    """A process of a deployment with a folder of its own."""
    return replace(kernel, config=replace(kernel.config, var=tmp_path / "var"))


@pytest.fixture
def deployment(here: Kernel, tmp_path: Path) -> Deployment:
    """A deployment that trusts a registry with two versions of an addon, the older installed."""
    made = Deployment(layout.of(here.config.var), keep(tmp_path))
    for version in ("1.0", "1.1"):
        made.keeper.publish("notes", version, hosts=["notes.example"], permissions=["Read notes"])
    founded, trusted = made.keeper.founded, made.layout.trust
    trust(trusted, str(made.keeper.folder), fingerprint=founded.fingerprint)
    Registry(trusted).refresh()
    made.take(made.package("notes", "1.0"))
    return made


@pytest.fixture
def transport(here: Kernel) -> Iterator[AppTransport]:
    app = Application(here)
    transport = AppTransport(app)
    yield transport
    transport.shut_down()
    app.close()


@pytest.fixture
def operator(here: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(here, control(here), browser, [ADMIN_ROLE])
        yield browser


@pytest.fixture
def running(deployment: Deployment) -> Iterator[Layout]:
    """A platform process of this machine that says how it stands."""
    told = standing.Told(deployment.layout)
    told.tell(standing.Standing(pid=1, does="2 web, jobs", serving=1))
    yield deployment.layout
    told.close()


def test_the_page_shows_what_runs_and_what_is_newer(
    operator: httpx.Client, deployment: Deployment
) -> None:
    history.append(deployment.layout, history.entry("1", "Ada", "install notes 1.0", "done"))
    page = operator.get("/tenants/deployment")
    assert page.status_code == 200
    for shown in ("Notes", "Corkwood Software", "signature verified", "Upgrade to 1.1", "Ada"):
        assert shown in page.text


def test_a_changed_file_is_shown_where_the_signature_stands(
    operator: httpx.Client, deployment: Deployment
) -> None:
    (store_file,) = deployment.layout.store.glob("notes/*/code/notes/plugin.py")
    store_file.write_text("import os\n")
    page = operator.get("/tenants/deployment").text
    assert "plugin.py" in page
    assert "signature verified" not in page


def test_an_installation_is_shown_before_it_is_wished_for(
    operator: httpx.Client, running: Layout
) -> None:
    page = operator.get("/tenants/install/notes").text
    for shown in ("1.1", "notes.example", "Read notes", "Version 1.0 runs now"):
        assert shown in page
    assert active.read(running).generation == 1, "looking changes nothing"

    done = operator.post("/tenants/install/notes", data={"version": "1.1"})
    assert done.status_code == 303, done.text
    (wish,) = wishes.waiting(running)
    assert (wish.kind, wish.name, wish.version) == ("install", "notes", "1.1")
    assert wish.by
    assert "Waiting for its turn" in operator.get("/tenants/deployment/progress").text


@pytest.mark.usefixtures("deployment")
def test_where_nothing_runs_the_page_names_the_command(operator: httpx.Client) -> None:
    done = operator.post("/tenants/install/notes", data={"version": "1.1"})
    assert done.status_code == 409
    assert "aorabooks addon install notes" in done.text


def test_strange_versions_and_names_are_refused(operator: httpx.Client, running: Layout) -> None:
    assert operator.get("/tenants/install/notes?version=one").status_code == 422
    assert operator.get("/tenants/install/notes?version=9.9").status_code == 409
    assert operator.get("/tenants/install/nothing").status_code == 409
    assert operator.get("/tenants/deployment/nothing/remove").status_code == 404
    assert wishes.waiting(running) == []


def test_what_a_company_uses_is_not_removed(
    operator: httpx.Client, here: Kernel, running: Layout, tenant: Tenant
) -> None:
    with here.session(tenant, role="owner") as session:
        session.add(
            AddonRecord(name="notes", state="enabled", version="1.0", changed_by="somebody")
        )
    assert tenant.slug in operator.get("/tenants/deployment/notes/remove").text
    refused = operator.post("/tenants/deployment/notes/remove", data={})
    assert refused.status_code == 409
    assert tenant.slug in refused.text
    back = operator.post("/tenants/deployment/rollback", data={})
    assert back.status_code == 409, "before it there was none"

    with here.session(tenant, role="owner") as session:
        session.get_one(AddonRecord, "notes").state = "disabled"
    assert operator.post("/tenants/deployment/notes/remove", data={}).status_code == 303
    assert [wish.kind for wish in wishes.waiting(running)] == ["remove"]


def test_only_who_may_install_sees_it(
    here: Kernel, transport: AppTransport, deployment: Deployment
) -> None:
    assert deployment.runs() == {"notes": "1.0"}
    with open_browser(transport, "app.localhost") as browser:
        sign_in(here, control(here), browser, ["tenants.onlooker"])
        for path in ("/tenants/deployment", "/tenants/install/notes"):
            assert browser.get(path).status_code == 403
        assert browser.post("/tenants/deployment/rollback", data={}).status_code == 403


def test_safe_mode_is_said_to_administrators(here: Kernel, tenant: Tenant) -> None:
    safe = replace(here, config=replace(here.config, safe_mode=True))
    app = Application(safe)
    transport = AppTransport(app)
    try:
        with open_browser(transport, "app.localhost") as browser:
            sign_in(safe, control(safe), browser, [ADMIN_ROLE])
            assert "safe mode" in browser.get("/tenants/organizations").text
        with open_browser(transport, f"{tenant.slug}.localhost") as browser:
            sign_in(safe, tenant, browser, [])
            page = browser.get("/account")
            assert page.status_code == 200
            assert "safe mode" not in page.text
    finally:
        transport.shut_down()
        app.close()
