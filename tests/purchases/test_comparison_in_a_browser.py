"""The comparison of answers is usable by everybody: by keyboard, on a phone, in the dark, in
Arabic; and what is typed there becomes orders."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import ExitStack

import pytest

from addons.purchases.models import Quotation
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from tenants.testing.browser import AppTransport
from tests.chrome import launched, served, violations
from tests.purchases.buying import Buyer
from tests.purchases.test_pages import asked
from tests.workspace.conftest import hired, sit_down


@pytest.fixture(scope="module")
def port(kernel: Kernel) -> Iterator[int]:
    app = Application(kernel)
    with served(app) as port:
        yield port
    app.close()


def test_an_award_is_split_by_keyboard_and_the_page_is_for_everybody(
    kernel: Kernel, tenant: Tenant, transport: AppTransport, port: int
) -> None:
    with kernel.session(tenant) as session:
        key, lines = asked(Buyer(session))
    address = f"http://{tenant.slug}.localhost:{port}"
    with ExitStack() as stack, launched() as browser:
        reader = hired(stack, kernel, transport, tenant, None, language="ar")
        phone = sit_down(browser, address, reader, width=360, locale="ar-SA")
        phone.emulate_media(color_scheme="dark")
        phone.goto(f"{address}/purchases/compare/{key}")
        assert violations(phone) == []
        wide = phone.evaluate("document.documentElement.scrollWidth - innerWidth")
        assert wide <= 0, "the page itself never scrolls sideways"
        desk = sit_down(browser, address, hired(stack, kernel, transport, tenant, None))
        desk.goto(f"{address}/purchases/compare/{key}")
        assert violations(desk) == []
        desk.locator(f"#award-{lines[0]}").fill("4")
        desk.locator(f"#award-{lines[1]}").fill("6")
        desk.locator(f"#award-{lines[1]}").press("Enter")
        desk.wait_for_url("**/purchases/orders**")
    with kernel.session(tenant) as session:
        found = session.get_one(Quotation, key)
        assert found.state == "awarded"
        assert [offer.lines[0].awarded for offer in found.offers] == [4, 6]
