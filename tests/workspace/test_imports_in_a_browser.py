"""A clerk brings a file in a real browser: every step of the wizard, at a desk and on a phone."""

from __future__ import annotations

from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect
from sqlalchemy import select

from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.chrome import violations
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Hire, sit_down

pytestmark = pytest.mark.browser

FILE = "Client;Town;Credit limit;Since when\nAmal Trading;Jeddah;1.250,50;31.12.2020\nBadr;;many;\n"


@pytest.fixture
def file(tmp_path: Path) -> Path:
    path = tmp_path / "clients.csv"
    path.write_text(FILE, encoding="cp1252")
    return path


def test_a_file_is_brought_matched_checked_imported_and_taken_back(
    desk: Page, address: str, kernel: Kernel, store: Tenant, file: Path
) -> None:
    desk.goto(f"{address}/shop/customers")
    desk.get_by_role("link", name="Import", exact=True).click()
    desk.get_by_label("Choose a file").set_input_files(file)
    desk.get_by_role("button", name="Go on").click()

    since = desk.get_by_label("Since when")
    expect(desk.get_by_label("Client")).to_have_value("name")
    expect(since).to_have_value("")
    expect(desk.get_by_label("Customer since")).to_be_visible()
    since.focus()
    since.select_option("since")
    expect(desk.get_by_label("Customer since")).to_have_count(0)
    expect(since).to_be_focused()
    assert violations(desk) == []
    desk.get_by_label("Import the good rows").check()
    desk.get_by_role("button", name="Check without importing").click()

    expect(desk.get_by_text("You can leave this page")).to_be_visible()
    work_off(kernel, store)
    row = desk.get_by_role("row", name="many")
    expect(row).to_contain_text("Credit limit")
    expect(row).to_contain_text("3")
    assert violations(desk) == []
    with desk.expect_download() as download:
        desk.get_by_role("link", name="Rows with problems as a file").click()
    assert Path(download.value.path()).read_text("utf-8-sig").splitlines()[1].startswith("Badr;")

    desk.get_by_role("button", name="Import the good rows").click()
    expect(desk.get_by_text("You can leave this page")).to_be_visible()
    work_off(kernel, store)
    expect(desk.get_by_role("link", name="Undo the import")).to_be_visible()
    with kernel.session(store) as session:
        assert session.scalars(select(Customer.name)).all() == ["Amal Trading"]
    desk.get_by_role("link", name="Undo the import").click()
    desk.get_by_role("button", name="Undo the import").click()
    expect(desk.get_by_text("You can leave this page")).to_be_visible()
    work_off(kernel, store)
    expect(desk.get_by_text("everything is as it was before")).to_be_visible()
    with kernel.session(store) as session:
        assert session.scalars(select(Customer.name)).all() == []
    desk.goto(f"{address}/core/imports")
    expect(desk.get_by_role("row", name="clients.csv")).to_contain_text("Undone")


@pytest.mark.parametrize("locale", ["en-GB", "ar"])
def test_the_wizard_fits_a_phone_and_everybody_can_use_it(
    browser: Browser, address: str, hire: Hire, file: Path, locale: str
) -> None:
    page = sit_down(browser, address, hire(language=locale), width=360, locale=locale)
    found = []
    page.goto(f"{address}/shop/customers/import")
    found += violations(page)
    page.locator("#import-file").set_input_files(file)
    page.locator("form[enctype] button").click()
    page.locator("#import-form").wait_for()
    history = f"{address}/core/imports"
    for place in (page.url, history, f"{history}/files/accounting.ledger"):
        page.goto(place)
        assert page.evaluate("document.documentElement.scrollWidth") <= 360
        found += violations(page)
    page.context.close()
    assert found == []
