"""The operator starts an upgrade of all companies in the browser, the workers do it, and the page
says how far it is, who failed and what to do."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path

import httpx
import pytest

from core.auth.users import ADMIN_ROLE
from core.config import Config
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.web.app import Application
from tenants.composition import kernel_on
from tenants.control import Cluster, control
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.addons.stage import load_groups
from tests.tenants.fleet import GROUPS, apart, fleet

PAGE = "/tenants/upgrades"


@pytest.fixture(scope="module")
def cluster(cluster: Cluster) -> Cluster:
    """With a control plane of its own: the companies of others would count as well."""
    return apart(cluster)


@pytest.fixture(scope="module")
def platform(config: Config, cluster: Cluster) -> Iterator[Kernel]:
    with kernel_on(config, cluster, load_groups(*GROUPS)) as kernel:
        yield kernel


def operator_of(kernel: Kernel, stack: ExitStack, *roles: str) -> httpx.Client:
    app = Application(kernel)
    stack.callback(app.close)
    transport = AppTransport(app)
    stack.callback(transport.shut_down)
    browser = stack.enter_context(open_browser(transport, "app.localhost"))
    sign_in(kernel, control(kernel), browser, roles or [ADMIN_ROLE])
    return browser


def test_an_upgrade_from_the_page_to_its_end(platform: Kernel, tmp_path: Path) -> None:
    with fleet(platform, tmp_path, 3) as ships, ExitStack() as stack:
        canary, failing, _ = ships.companies
        operator = operator_of(ships.later, stack)
        address = f"/api/v1/tenants/organizations/{canary.id}"
        headers = {"If-Match": operator.get(address).headers["etag"], "Idempotency-Key": address}
        as_canary = operator.patch(address, json={"canary": True}, headers=headers)
        assert as_canary.status_code == 200, as_canary.text
        ships.make_fail(failing)
        ships.make_fail(canary)
        page = operator.get(PAGE).text
        assert "3 of 3 companies are behind, 1 of them canaries" in page
        assert canary.slug in page

        def press(button: str) -> str:
            assert operator.post(f"{PAGE}/{button}").status_code == 303
            work_off(ships.later, control(ships.later))
            return operator.get(PAGE).text

        page = press("start")
        assert f"{canary.slug} is a canary and failed" in page
        assert "Upgrade all" not in page, "it rests, and somebody has to say how to go on"
        assert "2 of 3 companies are behind" in page, "nobody else was touched"
        assert "The upgrade of the companies rests" in operator.get("/settings/repairs").text

        page = press("resume")
        assert "Nothing is to be done in any of the 3 companies." in page
        assert "2 failed" in page
        assert "UniqueViolation" in page
        part = operator.get(f"{PAGE}/progress").text
        assert "hx-get" not in part, "what has ended is not asked about again"

        for company in (canary, failing):
            ships.mend(company)
        page = press("retry")
        assert "failed" not in page
        assert ships.state(failing).enabled == {"core", "garden", "fails_later"}
        assert operator.post(f"{PAGE}/pause").status_code == 409

        onlooker = operator_of(ships.later, stack, "tenants.onlooker")
        assert "Upgrade all" not in onlooker.get(PAGE).text
        assert onlooker.post(f"{PAGE}/start").status_code == 403
