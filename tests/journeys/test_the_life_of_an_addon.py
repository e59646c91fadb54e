"""From a publisher's desk to the day on which a company gives the addon up.

A stranger writes, signs and publishes an addon. An operator installs it while people work, a
reseller offers it, a company tries it, works with it and buys it. A release that passes its check
and dies where it serves is taken back by itself; a licence that has ended leaves everything
readable; in the end the company switches the addon off and has its data deleted. Processes,
sockets, keys and pages are real.
"""

from __future__ import annotations

import gzip
import http.server
import re
import shutil
import threading
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path

import pytest
from playwright.sync_api import Browser, Page, expect

from tenants.testing.cluster import scratch_folder
from tests.chrome import launched, violations
from tests.journeys.people import Crowd, at_a_desk, new_user, until
from tests.machine import ROOT, Machine, free_port
from tests.terminal import Terminal
from tests.waiting import PATIENCE

SOURCE = ROOT / "tests" / "addon_registry" / "strangers" / "notice_board"
PUBLISHER = "Corkwood Software"
OPERATOR, SELLER, OWNER = "operator@platform.example", "sara@delta.example", "owner@books.example"
CLERK = "clerk@books.example"
DIES_WHERE_IT_SERVES = """
# It was written for one process, as the check is. Those who serve are forked.
import os

os.register_at_fork(after_in_child=lambda: os._exit(70))
"""
DAYS_LATER = 45
"""After the trial and its days of grace."""


@pytest.fixture
def browser() -> Iterator[Browser]:
    with launched() as browser:
        yield browser


@pytest.fixture
def machine() -> Iterator[Machine]:
    with scratch_folder() as folder:
        yield Machine(folder, free_port())


class Publisher:
    """A stranger with a key and a source, and the keeper of the registry that takes it."""

    def __init__(self, terminal: Terminal, folder: Path) -> None:
        self._aorabooks = terminal
        self._source = Path(shutil.copytree(SOURCE, folder / "notice_board"))
        self.registry = folder / "registry"
        granted = ("--key", "corkwood.key.pub", "--addon", "notice_board", "--keys", "keys")
        founded, _, _ = terminal(
            ("registry", "init", "registry", "--keys", "keys"),
            ("addon", "key", "corkwood.key"),
            ("registry", "add-publisher", "registry", PUBLISHER, *granted),
        )
        self.fingerprint = founded["fingerprint"]

    def publishes(self, version: str, **files: str) -> None:
        """Build, sign and publish a release; `files` are written anew before."""
        toml = self._source / "addon.toml"
        said = re.sub(r'(?m)^version = ".*"$', f'version = "{version}"', toml.read_text())
        toml.write_text(said)
        for name, text in files.items():
            (self._source / f"{name}.py").write_text(text)
        wheel = f"dist/aorabooks_addon_notice_board-{version}-py3-none-any.whl"
        self._aorabooks(
            ("addon", "build", str(self._source)),
            ("addon", "sign", wheel, "--key", "corkwood.key"),
            ("addon", "publish", wheel, "--to", "registry", "--keys", "keys"),
        )


@pytest.fixture
def publisher(machine: Machine, tmp_path: Path) -> Publisher:
    return Publisher(Terminal(machine, tmp_path), tmp_path)


@pytest.fixture
def address(publisher: Publisher) -> Iterator[str]:
    """The registry on a web server."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, format: str, *args: object) -> None:  # noqa: A002
            """Say nothing: the tests' output is for the tests."""

    handler = partial(Quiet, directory=str(publisher.registry))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.01})
        thread.start()
        yield f"http://127.0.0.1:{server.server_address[1]}"
        server.shutdown()
        thread.join()


@pytest.mark.browser
@pytest.mark.chaos
def test_from_its_publisher_to_the_company_that_gives_it_up(
    machine: Machine, publisher: Publisher, address: str, browser: Browser
) -> None:
    aorabooks = Terminal(machine, machine.var)
    publisher.publishes("1.0.0")
    with machine.up():
        machine.get("demo", "/login")
        passwords = settle_down(aorabooks, address, publisher.fingerprint)
        crowd = Crowd(machine, "demo", "/login")

        at_work = at_a_desk(browser, machine, "app", OPERATOR, passwords[OPERATOR])
        with at_work as operator, crowd.working():
            install(operator, "1.0.0")
        aorabooks(
            ("reseller", "allow", "delta", "notice_board", "--cost", "30"),
            ("reseller", "certify", "delta", "--seats", "100"),
        )
        with at_a_desk(browser, machine, "app", SELLER, passwords[SELLER]) as seller:
            offers(seller)
        with at_a_desk(browser, machine, "books", OWNER, passwords[OWNER]) as owner:
            tries_and_enables(owner)
        [clerk_made] = aorabooks(new_user(CLERK, "books", "notice_board.writer"))
        password = clerk_made["one_time_password"]
        with at_a_desk(browser, machine, "books", CLERK, password) as clerk:
            puts_up(clerk, "The kitchen is painted on Monday")

        plugin = (SOURCE / "plugin.py").read_text()
        publisher.publishes("1.1.0", plugin=plugin + DIES_WHERE_IT_SERVES)
        aorabooks(("registry", "refresh"))
        with at_a_desk(browser, machine, "app", OPERATOR) as operator, crowd.working():
            tries_a_bad_upgrade(operator)
        assert crowd.refused == []
        assert crowd.asked > 100
        with at_a_desk(browser, machine, "books", CLERK) as clerk:
            puts_up(clerk, "The kitchen smells of paint")

    with machine.up(days_later=DAYS_LATER):
        machine.get("books", "/login")
        with at_a_desk(browser, machine, "books", CLERK) as clerk:
            reads_and_cannot_write(clerk)
        with at_a_desk(browser, machine, "app", SELLER) as seller:
            sells(seller)
        with at_a_desk(browser, machine, "books", OWNER) as owner:
            until(lambda: writes_again(owner), "the licence to count", machine)
            gives_it_up(owner)
    [dump] = machine.var.glob("*/exports/notice_board*")
    with gzip.open(dump, "rt") as kept:
        assert "The kitchen is painted on Monday" in kept.read()


def settle_down(aorabooks: Terminal, address: str, fingerprint: str) -> dict[str, str]:
    """Trust in the registry, the vendor's key, an operator, a reseller with one of staff, and
    their customer; the passwords that work once, by address."""
    company = ("--title", "Harbour Books", "--reseller", "delta", "--addons", "accounting")
    *_, operator, seller, owner, _ = aorabooks(
        ("registry", "trust", address, "--fingerprint", fingerprint),
        ("registry", "refresh"),
        ("licence", "key", "new", "Vendor"),
        ("reseller", "create", "delta", "--title", "Delta Systems", "--currency", "SAR"),
        ("tenant", "create", "books", *company),
        new_user(OPERATOR, "app", "tenants.operator"),
        new_user(SELLER, "app", "tenants.reseller"),
        new_user(OWNER, "books"),
        ("reseller", "staff", "delta", SELLER),
    )
    made = {OPERATOR: operator, SELLER: seller, OWNER: owner}
    return {email: each["one_time_password"] for email, each in made.items()}


def install(operator: Page, version: str) -> None:
    """From the catalogue, having read what it would do."""
    operator.goto("/settings/catalogue/notice_board")
    assert violations(operator) == []
    operator.locator("main").get_by_role("link", name="Install").click()
    main = operator.locator("main")
    expect(main).to_contain_text("Put notices up and take them down")
    expect(main).to_contain_text("0001_notices")
    operator.get_by_role("button", name="Install", exact=True).click()
    finished(operator)
    expect(operator.locator("#addon-notice_board")).to_be_visible()
    expect(operator.locator("main")).to_contain_text(f"{version}")


def finished(operator: Page) -> None:
    """Wait at the page that follows the step, until none is under way and every process runs the
    newest set; then look at what is installed."""
    operator.goto("/tenants/deployment")
    following = operator.locator("section[hx-get$='/progress']")
    expect(following).to_have_count(0, timeout=PATIENCE * 1000)
    operator.goto("/tenants/deployment")
    expect(operator.locator("#deployment-progress")).to_be_visible()
    expect(following).to_have_count(0)


def offers(seller: Page) -> None:
    """Set a price, and let customers try it for thirty days."""
    seller.goto("/tenants/offers")
    seller.get_by_role("link", name="Notice board").first.click()
    seller.get_by_role("link", name="Edit").click()
    seller.fill("[name=price]", "49")
    seller.fill("[name=trial_days]", "30")
    seller.select_option("[name=audience]", "everyone")
    seller.get_by_role("button", name="Save", exact=True).first.click()
    expect(seller.locator("main")).to_contain_text("19.00")


def tries_and_enables(owner: Page) -> None:
    """Start the trial, read what switching it on would do, and do it."""
    owner.goto("/settings/catalogue/notice_board")
    expect(owner.locator("main")).to_contain_text("49")
    assert violations(owner) == []
    owner.get_by_role("button", name="Start the trial").click()
    owner.goto("/settings/catalogue/notice_board")
    owner.get_by_role("link", name="Switch on").click()
    expect(owner.locator("main")).to_contain_text("notice_board.notice")
    owner.get_by_role("button", name="Switch Notice board on").click()
    owner.locator("summary", has_text="Notice board").click()
    expect(owner.get_by_role("link", name="Notices")).to_be_visible()


def puts_up(clerk: Page, title: str) -> None:
    """Put a notice up."""
    clerk.goto("/notice_board/notices/new")
    clerk.fill("[name=title]", title)
    clerk.get_by_role("button", name="Save", exact=True).first.click()
    expect(clerk.locator("main")).not_to_contain_text("New: Notice")
    clerk.goto("/notice_board/board")
    expect(clerk.locator("main")).to_contain_text(title)


def tries_a_bad_upgrade(operator: Page) -> None:
    """A release that nothing was found against dies as soon as it shall serve. The one before goes
    on by itself, and the page says why."""
    operator.goto("/tenants/install/notice_board?version=1.1.0")
    operator.get_by_role("button", name="Install", exact=True).click()
    finished(operator)
    expect(operator.locator("main")).to_contain_text(re.compile("its processes died .* status 70"))
    expect(operator.locator("article")).to_contain_text("1.0.0")


def reads_and_cannot_write(clerk: Page) -> None:
    """What is there can be read; what would be written is refused, with the reason."""
    clerk.goto("/notice_board/board")
    expect(clerk.locator("main")).to_contain_text("The kitchen is painted on Monday")
    answer = clerk.goto("/notice_board/notices/new")
    assert answer is not None
    assert answer.status == 403
    expect(clerk.locator("main")).to_contain_text(re.compile("licence", re.I))


def sells(seller: Page) -> None:
    """The customer pays: a licence for three months, within what the certificate allows."""
    seller.goto("/tenants/customers")
    seller.get_by_role("link", name="Harbour Books").first.click()
    seller.get_by_role("link", name="Give a licence").click()
    seller.check("input[value=notice_board]")
    seller.fill("[name=seats]", "20")
    end = datetime.now(UTC) + timedelta(days=DAYS_LATER + 90)
    seller.fill("[name=until]", end.date().isoformat())
    seller.get_by_role("button", name="Give the licence").click()
    expect(seller.get_by_text("Harbour Books was given a licence")).to_be_visible()


def writes_again(owner: Page) -> bool:
    """Whether the company may put a notice up."""
    answer = owner.goto("/notice_board/notices/new")
    return answer is not None and answer.ok and owner.locator("[name=title]").count() == 1


def gives_it_up(owner: Page) -> None:
    """Switch it off, then have its data deleted, which is written to a file first."""
    owner.goto("/settings/addons/notice_board/disable")
    owner.get_by_role("button", name="Switch Notice board off").click()
    expect(owner.locator("main")).to_contain_text("Its data is kept")
    answer = owner.goto("/notice_board/board")
    assert answer is not None
    assert answer.status == 404
    owner.goto("/settings/addons/notice_board/purge")
    words = owner.locator("label[for=confirmation]").inner_text()
    found = re.search("“(.*)”", words)
    assert found is not None
    owner.fill("[name=confirmation]", found[1])
    owner.get_by_role("button", name="Delete the data of Notice board").click()
    expect(owner.locator("main")).to_contain_text("deleted")
