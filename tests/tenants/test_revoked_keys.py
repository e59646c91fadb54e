"""A publisher's key is revoked after its addon was installed: the operator hears of it wherever
they look, and switches the addon off everywhere, or goes on with it and has said so."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path

import httpx
import pytest

from addon_registry import keys
from addon_registry.deployment import history, layout
from addon_registry.repository import publishers
from addon_registry.repository.client import Registry
from addon_registry.repository.trust import trust
from core.addons.models import AddonRecord
from core.auth.users import ADMIN_ROLE
from core.custody.records import accesses
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants import health
from tenants.control import control
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.addon_registry.installing import Deployment
from tests.addon_registry.keeper import keep
from tests.tenants.conftest import Command

WHY = "its laptop was stolen"


@pytest.fixture
def here(kernel: Kernel, tmp_path: Path) -> Kernel:
    """A process of a deployment with a folder of its own."""
    return replace(kernel, config=replace(kernel.config, var=tmp_path / "var"))


@pytest.fixture
def deployment(here: Kernel, tmp_path: Path) -> Deployment:
    """It runs an addon whose publisher's key was revoked since."""
    made = Deployment(layout.of(here.config.var), keep(tmp_path))
    made.keeper.publish("notes", "1.0")
    made.take(made.package("notes", "1.0"))
    keeper, trusted = made.keeper, made.layout.trust
    trust(trusted, str(keeper.folder), fingerprint=keeper.founded.fingerprint)
    key_id = keys.key_id(keeper.publisher_key.public_key())
    publishers.revoke(keeper.folder, key_id, WHY, at_hand=keeper.at_hand)
    Registry(trusted).refresh()
    return made


@pytest.fixture
def operator(here: Kernel) -> Iterator[httpx.Client]:
    app = Application(here)
    transport = AppTransport(app)
    with open_browser(transport, "app.localhost") as browser:
        sign_in(here, control(here), browser, [ADMIN_ROLE])
        yield browser
    transport.shut_down()
    app.close()


def of_keys(kernel: Kernel) -> health.Finding:
    """What the doctor says of publishers' keys."""
    return next(each for each in health.of_platform(kernel) if each.name == "publishers' keys")


def switch_on(kernel: Kernel, tenant: Tenant) -> None:
    with kernel.session(tenant, role="owner") as session:
        row = session.get(AddonRecord, "notes")
        if row is None:
            row = AddonRecord(name="notes", version="1.0", changed_by="somebody")
            session.add(row)
        row.state = "enabled"


def state(kernel: Kernel, tenant: Tenant) -> str:
    with kernel.session(tenant, readonly=True) as session:
        return session.get_one(AddonRecord, "notes").state


def test_a_revoked_key_is_seen_everywhere_and_its_addon_is_switched_off_or_accepted(
    here: Kernel,
    deployment: Deployment,
    operator: httpx.Client,
    tenant: Tenant,
    aorabooks: Command,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    switch_on(here, tenant)
    for page in ("/tenants/deployment", "/settings/repairs", "/tenants/deployment/notes/revoked"):
        assert WHY in operator.get(page).text, page
    assert "signature verified" not in operator.get("/tenants/deployment").text
    assert tenant.slug in operator.get("/tenants/deployment/notes/revoked").text
    found = of_keys(here)
    assert not found.holds
    assert WHY in found.detail

    done = operator.post("/tenants/deployment/notes/disable", data={})
    assert done.status_code == 303, done.text
    work_off(here, control(here))
    assert state(here, tenant) == "disabled"

    switch_on(here, tenant)
    said = aorabooks("addon", "disable-everywhere", "notes", "--json")
    assert (said.status, said.json["off"]) == (0, {tenant.slug: ["notes"]})
    assert state(here, tenant) == "disabled"
    with here.session(tenant, readonly=True) as session:
        by_command, by_page = accesses(session)
    assert {each.purpose for each in (by_command, by_page)} == {"addon disable-everywhere notes"}
    assert (by_command.door, by_page.door) == ("command line", "control plane")
    assert by_page.operator != "system", "whoever pressed the button"

    monkeypatch.setenv("AORABOOKS_VAR", str(here.config.var))
    said = aorabooks("addon", "revoked", "--json")
    assert (said.status, [each["reason"] for each in said.json]) == (1, [WHY])
    assert aorabooks("addon", "go-on", "notes", "--reason", " ").status == 2
    refused = operator.post("/tenants/deployment/notes/revoked", data={"reason": ""})
    assert refused.status_code == 422
    assert not of_keys(here).holds, "without a reason nobody has decided anything"

    said = aorabooks("addon", "go-on", "notes", "--reason", "we read every line of it")
    assert said.status == 0, said.err
    assert aorabooks("addon", "revoked").status == 0
    assert of_keys(here).holds
    assert WHY not in operator.get("/settings/repairs").text
    assert "we read every line of it" in operator.get("/tenants/deployment").text
    (entry,) = history.read(deployment.layout)
    assert (entry.result, entry.reason) == ("done", "we read every line of it")


def test_what_was_accepted_holds_for_that_build_alone(
    here: Kernel, deployment: Deployment, operator: httpx.Client
) -> None:
    operator.post("/tenants/deployment/notes/revoked", data={"reason": "read"})
    assert of_keys(here).holds
    deployment.take(deployment.package("notes", "1.1"))
    assert not of_keys(here).holds
    assert operator.post("/tenants/deployment/other/revoked", data={}).status_code == 404
