"""The page about licences and the notice above an addon's pages: on a phone, in the dark, from
right to left, by the keyboard, and without anything that a screen reader stumbles over."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
import time_machine
from playwright.sync_api import Browser, expect

from addon_registry import keys
from addon_registry.licences.licence import Terms
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing import licences
from tenants.licensing.keys import Issuer
from tests.chrome import violations
from tests.workspace.conftest import Hire, sit_down

DAY = timedelta(days=1)


@pytest.fixture
def lapsed(kernel: Kernel, store: Tenant) -> None:
    """The shop's licence ended, and its days of grace did."""
    issuer = Issuer(keys.generate())
    now = datetime.now(UTC)
    terms = Terms(store.id, ("shop",), now - 90 * DAY, now - 40 * DAY, seats=3)
    with time_machine.travel(now - 89 * DAY), kernel.session(control(kernel)) as session:
        licence_keys.trust(session, "Vendor", issuer.key.public_key())
        licences.issue(session, issuer, terms)
    kernel.directory.forget(store.id)
    kernel.states.forget(store.id)


@pytest.mark.browser
@pytest.mark.usefixtures("lapsed")
def test_a_lapsed_licence_is_told_everywhere_and_its_page_explains(
    browser: Browser, address: str, hire: Hire
) -> None:
    page = sit_down(browser, address, hire(language="ar"), width=360, locale="ar")
    page.emulate_media(color_scheme="dark")
    page.goto(f"{address}/shop/customers")
    notice = page.locator("main .alert-danger")
    expect(notice).to_be_visible()
    assert page.locator('a[href="/shop/customers/new"]').count() == 0
    assert violations(page) == []
    notice.locator('a[href="/settings/licences"]').focus()
    page.keyboard.press("Enter")
    page.wait_for_url("**/settings/licences")
    shop = page.locator("main tr", has=page.locator(".status-bad")).first
    shop.locator("summary").focus()
    page.keyboard.press("Enter")
    expect(shop.locator("li").first).to_be_visible()
    assert page.evaluate("document.documentElement.scrollWidth") <= 360
    assert violations(page) == []
    page.context.close()
