"""The whole life of a company as people see it on pages: its owner signs up and proves a domain;
the operator adds a server, has a backup made and proved, rehearses an upgrade and carries it out,
moves the company while somebody works in it, copies, exports, deletes and restores it. In the end
all that must be true of it is true.

The operator's same story at a terminal is `test_the_life_of_a_tenant`.
"""

from __future__ import annotations

import re
import zipfile
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Final

import pytest
from playwright.sync_api import Browser, Page, expect

from core.addons.catalog import Catalog
from core.addons.discovery import discover
from core.addons.loading import load
from core.addons.options import set_options
from core.auth import users
from core.auth.users import ADMIN_ROLE
from core.config import Config
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.web.app import Application
from tenants import health
from tenants.composition import CONTROL_PLANE, SHIPPED, kernel_on
from tenants.control import Cluster, control
from tenants.life_options import LifeOptions
from tenants.testing.browser import AppTransport
from tests.addons.stage import earlier_release, with_catalog
from tests.auth.mail_server import MailServer, mail_server
from tests.chrome import launched, served
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
from tests.journeys.people import PASSWORD
from tests.tenants import conftest
from tests.tenants.bucket import Bucket
from tests.tenants.name_server import NameServer
from tests.tenants.second_server import Second, another_server, take_out
from tests.waiting import wait_until

pytestmark = pytest.mark.browser

OWNER, OPERATOR = "amina@amina.example", "operator@example.com"
TITLE: Final = "Amina Trading"

names, storage = company_life.names, conftest.storage


@pytest.fixture(scope="module")
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture(scope="module")
def post_office() -> Iterator[MailServer]:
    with mail_server() as server:
        yield server


@pytest.fixture(scope="module")
def catalog() -> Catalog:
    """The platform, and one addon."""
    every = discover([SHIPPED], platform=[CONTROL_PLANE], installed=False)
    few = tuple(each for each in every.found if each.platform or each.name in ("core", "contacts"))
    return load(replace(every, found=few), strict=True)


@pytest.fixture(scope="module")
def kernel(
    config: Config,
    cluster: Cluster,
    catalog: Catalog,
    post_office: MailServer,
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Kernel]:
    """A platform of its own: an upgrade is one of all companies that there are."""
    apart = replace(cluster, admin=replace(cluster.admin, database="aorabooks_life"))
    address = f"smtp://127.0.0.1:{post_office.port}?from=books@example.com"
    own = replace(config, var=tmp_path_factory.mktemp("life-var"), smtp_url=address)
    with kernel_on(own, apart, catalog) as kernel:
        yield kernel


@pytest.fixture
def there(kernel: Kernel) -> Iterator[Second]:
    """A server that nobody has entered yet; what lies there goes with it."""
    with another_server() as second:
        yield second
        clear_away(kernel)
        take_out(kernel)


def test_from_signing_up_to_the_bin_and_back(
    browser: Browser,
    kernel: Kernel,
    post_office: MailServer,
    there: Second,
    names: NameServer,
    storage: Bucket,
    tmp_path: Path,
) -> None:
    with browser.new_context(accept_downloads=True) as context:
        page = context.new_page()
        catalog = earlier_release(kernel.catalog, "contacts", tmp_path)
        signs_up(page, with_catalog(kernel, catalog), post_office)
        app = Application(kernel)
        transport = AppTransport(app)
        with served(app) as port:
            owner = f"http://{SLUG}.localhost:{port}"
            operator = f"http://app.localhost:{port}"
            comes_in(page, operator, kernel)
            enters_a_server(page, operator, there)
            is_backed_up(page, operator, kernel, storage)
            is_upgraded(page, operator, kernel)
            gets_its_domain(page, owner, transport, names)
            has_a_customer(page, owner)
            moves_while_people_work(page, operator, kernel, transport, there)
            is_copied(page, operator, kernel)
            is_exported(page, operator, kernel, tmp_path)
            goes_and_comes_back(page, operator, kernel, transport)
        transport.shut_down()
        app.close()
    for slug in (SLUG, STAGING):
        assert [
            each for each in health.of_tenant(kernel, found(kernel, slug)) if not each.holds
        ] == []


def works_off(kernel: Kernel) -> None:
    """What a worker does for the control plane."""
    work_off(kernel, control(kernel))


def press(page: Page, name: str) -> None:
    page.get_by_role("main").get_by_role("button", name=name, exact=True).click()


def fill(page: Page, **values: str) -> None:
    """Type into fields; `_` stands for a blank in a label."""
    for label, value in values.items():
        field = page.get_by_role("main").get_by_label(label.replace("_", " "), exact=True)
        field.fill(value)


def says(page: Page, words: str) -> None:
    expect(page.get_by_role("main").get_by_text(words).first).to_be_visible()


def signs_in(page: Page, address: str, email: str) -> None:
    page.goto(f"{address}/login")
    page.fill("[name=email]", email)
    page.fill("[name=password]", PASSWORD)
    page.press("[name=password]", "Enter")
    page.wait_for_url(lambda url: "login" not in url)


def signs_up(page: Page, kernel: Kernel, post_office: MailServer) -> None:
    """While the platform runs the release before: the link of a mail makes the company."""
    with kernel.session(control(kernel)) as session:
        set_options(session, LifeOptions, sign_up=True)
    app = Application(kernel)
    with served(app) as port:
        page.goto(f"http://app.localhost:{port}/login")
        page.get_by_role("link", name="New here? Sign up").click()
        fill(page, Your_company=TITLE, Its_address=SLUG, Your_name="Amina", Time_zone="Asia/Riyadh")
        page.get_by_label("E-mail address").fill(OWNER)
        press(page, "Send me the link")
        says(page, "Look into your mail")
        works_off(kernel)
        [link] = re.findall(r"http://\S+", post_office.messages[-1].get_content())
        page.goto(link)
        press(page, "Make my company")
        says(page, "Your company is being made.")
        works_off(kernel)
        press(page, "Choose a password and go in")
        fill(page, New_password=PASSWORD)
        press(page, "Save the password")
        page.wait_for_url(lambda url: "login" in url)
        signs_in(page, f"http://{SLUG}.localhost:{port}", OWNER)
    app.close()


def comes_in(page: Page, address: str, kernel: Kernel) -> None:
    """Somebody who runs the platform."""
    with kernel.session(control(kernel)) as session:
        users.create_user(
            session, email=OPERATOR, name="Operator", password=PASSWORD, roles=[ADMIN_ROLE]
        )
    signs_in(page, address, OPERATOR)


def enters_a_server(page: Page, address: str, there: Second) -> None:
    """Looked at first, with the password where it was; and afterwards nowhere."""
    place = there.address
    page.goto(f"{address}/tenants/servers")
    page.get_by_role("link", name="Add a server").click()
    fill(page, Name=there.name, Region="Elsewhere", Address=place.host, Port=str(place.port))
    fill(page, Role=place.user, Password="wrong", Database="postgres")
    press(page, "Add it")
    says(page, "cannot be reached")
    fill(page, Password=place.password)
    press(page, "Look at it first")
    says(page, "Version and rights are enough")
    press(page, "Add it")
    says(page, f"{there.name} is entered")
    assert place.password not in page.content()


def company_page(page: Page, address: str) -> None:
    page.goto(f"{address}/tenants/organizations?q={SLUG}")
    page.get_by_role("main").get_by_role("link", name=SLUG, exact=True).first.click()
    expect(page.get_by_role("heading", name=TITLE).first).to_be_visible()


def is_backed_up(page: Page, address: str, kernel: Kernel, storage: Bucket) -> None:
    """And the backup is restored to prove it."""
    page.goto(f"{address}/tenants/backup-destinations")
    given = "\n".join(f"{name} = {value}" for name, value in storage.options.items())
    fill(page, Name="vault", Scheme="s3", Options=given)
    press(page, "Save and try it")
    says(page, "vault works")
    company_page(page, address)
    press(page, "Back up now")
    says(page, "The backup is being made.")
    works_off(kernel)
    page.reload()
    says(page, "Whole")
    press(page, "Prove it now")
    says(page, "It is being restored where nobody sees it.")
    works_off(kernel)
    page.reload()
    says(page, "Proven")


def is_upgraded(page: Page, address: str, kernel: Kernel) -> None:
    """After a rehearsal on a copy."""
    page.goto(f"{address}/tenants/upgrades")
    says(page, "1 of 1 companies are behind")
    fill(page, Slug_of_the_company=SLUG)
    press(page, "Rehearse")
    says(page, "The rehearsal has begun.")
    expect(page.get_by_role("progressbar")).to_be_visible()
    works_off(kernel)
    page.get_by_role("link", name="Show the report of the newest rehearsal").click()
    says(page, "It passed")
    page.goto(f"{address}/tenants/upgrades")
    says(page, "1 of 1 companies are behind")
    press(page, "Upgrade all")
    works_off(kernel)
    says(page, "1 / 1")
    page.reload()
    says(page, "Nothing is to be done in any of the 1 companies.")


def gets_its_domain(page: Page, address: str, transport: AppTransport, names: NameServer) -> None:
    """Served at a name only once a record proves whose it is."""
    page.goto(f"{address}/settings/domains")
    fill(page, Domain=HOST)
    press(page, "Add")
    says(page, f"Now prove that {HOST} is yours.")
    press(page, "Check")
    says(page, f"{HOST} is not proved yet.")
    assert not is_served(transport, HOST)
    token = page.locator("dd").filter(has_text="aorabooks-domain=").inner_text()
    names.records[f"_aorabooks.{HOST}"] = token
    press(page, "Check")
    says(page, f"You are found at {HOST} now.")
    wait_until(lambda: is_served(transport, HOST), "the domain is served")


def has_a_customer(page: Page, address: str) -> None:
    """Its owner, who is still signed in, works with it."""
    page.goto(f"{address}/contacts/contacts/new")
    fill(page, Name=CUSTOMER)
    press(page, "Save")
    says(page, "was created.")


def moves_while_people_work(
    page: Page, address: str, kernel: Kernel, transport: AppTransport, there: Second
) -> None:
    """To another server: what was confirmed on the way is there, once."""
    with clerk(kernel, transport):
        company_page(page, address)
        page.get_by_role("link", name="Move to another server").click()
        press(page, "Move")
        says(page, "It is being moved.")
        works_off(kernel)
        says(page, "Nobody could write for")
    assert found(kernel, SLUG).server == there.name
    press(page, "Drop the old database now")
    says(page, "The old database is gone.")


def is_copied(page: Page, address: str, kernel: Kernel) -> None:
    """For trying things out, where nobody is who they are."""
    company_page(page, address)
    page.get_by_role("link", name="Rename, copy, export, delete").click()
    fill(page, Slug_of_the_copy=STAGING)
    press(page, "Copy")
    says(page, "It is being copied.")
    works_off(kernel)
    assert CUSTOMER in customers(kernel, SLUG)
    assert customers(kernel, STAGING)
    assert not {*customers(kernel, STAGING)} & {*customers(kernel, SLUG)}


def is_exported(page: Page, address: str, kernel: Kernel, folder: Path) -> None:
    """Everything, in one file."""
    company_page(page, address)
    page.get_by_role("link", name="Rename, copy, export, delete").click()
    press(page, "Pack everything")
    says(page, "Everything is being packed.")
    works_off(kernel)
    page.get_by_role("link", name="Show how it is now").click()
    with page.expect_download() as waiting:
        page.locator("a[download]").click()
    waiting.value.save_as(file := folder / "amina.zip")
    with zipfile.ZipFile(file) as archive:
        assert "database.dump" in archive.namelist()
        assert CUSTOMER in archive.read("data/contacts.contact.csv").decode()


def goes_and_comes_back(page: Page, address: str, kernel: Kernel, transport: AppTransport) -> None:
    """Deleted with its name typed again, kept in the bin, and restored whole."""
    for typed, answer in ((STAGING, "Type amina, the slug"), (SLUG, "Nobody is served there")):
        page.get_by_label(f"Type {SLUG} to confirm").fill(typed)
        press(page, "Delete")
        says(page, answer)
    works_off(kernel)
    wait_until(lambda: not is_served(transport, HOST), "the deleted company is not served")
    page.goto(f"{address}/tenants/bin")
    page.get_by_role("main").get_by_role("link", name=SLUG, exact=True).first.click()
    press(page, "Restore")
    says(page, "It is being restored.")
    works_off(kernel)
    wait_until(lambda: is_served(transport, HOST), "the restored company is served")
    assert CUSTOMER in customers(kernel, SLUG)
