"""What a page weighs on the wire and how soon it is there, in headless Chromium.

The page is a list of fifty rows, which is more than most pages hold. Weights are what the browser
received, heads of the answers included.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date
from decimal import Decimal
from statistics import median
from typing import Any, Final

from playwright.sync_api import Browser, BrowserContext, Page, sync_playwright
from sqlalchemy import select

from addons.accounting.models import Account, Journal
from addons.accounting.services.drafts import create_draft
from benchmarks.accounts import add_accounts
from benchmarks.figure import Figure, against, progress
from benchmarks.stage import Stage, free_port, http_server, product_environment
from core.auth import login_sessions, users
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.auth.users import ADMIN_ROLE
from core.i18n import LOCALES
from core.tenancy.tenant import Tenant
from tests.programs import chromium

ACCOUNTS: Final = 200
ROUNDS: Final = 7
LINES: Final = 300
BUDGET: Final = 8
LIST: Final = "/accounting/accounts"
SERVE: Final = ["tenants.cli", "serve"]

SCRIPT_FONTS: Final = "/noto-sans-"
FIRST_VISIT_KB: Final = 100.0
NAVIGATION_KB: Final = 15.0
FIRST_PAINT_MS: Final = 500.0
INTERACTION_MS: Final = 100.0

_PAINT: Final = """new Promise((done) => {
  const read = () => performance.getEntriesByName("first-contentful-paint")[0]?.startTime;
  const wait = () => (read() === undefined ? requestAnimationFrame(wait) : done(read()));
  wait();
})"""

# From the moment of the key or click, as the browser stamped it, to the frame after the change.
_WATCH: Final = """({ selector, event }) => {
  window.taken = new Promise((done) => {
    let began;
    addEventListener(event, (given) => { began ??= given.timeStamp; }, { capture: true });
    const changed = new MutationObserver(() => {
      changed.disconnect();
      requestAnimationFrame(() => setTimeout(() => done(performance.now() - began)));
    });
    changed.observe(document.querySelector(selector), { childList: true, subtree: true });
  });
}"""


# From a key in one of the lines to the totals below them.
_TYPE: Final = """(input, rounds) => [...Array(rounds).keys()].map((value) => {
  const began = performance.now();
  input.value = String(value + 2);
  input.dispatchEvent(new Event("input", { bubbles: true }));
  document.body.offsetHeight;
  return performance.now() - began;
})"""


@dataclass
class Scale:
    """Adds up what a page receives; `script` is the part of fonts that only those fetch whose
    system has none for the language."""

    bytes: float = 0.0
    script: float = 0.0
    _addresses: dict[str, str] = field(default_factory=dict)

    def watch(self, page: Page) -> None:
        """Weigh from now on."""
        network = page.context.new_cdp_session(page)
        network.send("Network.enable")
        network.on("Network.requestWillBeSent", self._note)
        network.on("Network.loadingFinished", self._add)

    def _note(self, event: dict[str, Any]) -> None:
        self._addresses[event["requestId"]] = event["request"]["url"]

    def _add(self, event: dict[str, Any]) -> None:
        self.bytes += event["encodedDataLength"]
        if SCRIPT_FONTS in self._addresses.get(event["requestId"], ""):
            self.script += event["encodedDataLength"]


@dataclass(frozen=True, slots=True)
class Visitor:
    """Somebody who is signed in, and whose browsers know nothing yet."""

    browser: Browser
    base: str
    secret: str

    @contextmanager
    def context(self) -> Iterator[BrowserContext]:
        """A browser with an empty cache."""
        context = self.browser.new_context(viewport={"width": 1280, "height": 800})
        secure = self.base.replace("http:", "https:")
        context.add_cookies(
            [{"name": SESSION_COOKIE, "value": self.secret, "url": secure, "secure": True}]
        )
        yield context
        context.close()


def measure(stage: Stage) -> Iterator[Figure]:
    """`first_visit_kb` and the same in Arabic and Bengali, `navigation_kb`, `first_paint_ms`,
    `interaction_ms`; each beside what it must not exceed."""
    tenant = stage.tenant("pages")
    add_accounts(stage.kernel, tenant, ACCOUNTS)
    port = free_port()
    environment = product_environment(stage.config, port, BUDGET)
    base = f"http://{tenant.slug}.{stage.config.base_domain}:{port}"
    with http_server(SERVE, environment, port), sync_playwright() as playwright:
        browser = playwright.chromium.launch(
            executable_path=chromium(), args=["--no-sandbox", "--disable-gpu"]
        )
        visitors = {
            language: Visitor(browser, base, _signed_in(stage, tenant, language))
            for language in LOCALES
        }
        yield from _weights(visitors)
        yield _first_paint(visitors["en"])
        yield _interaction(visitors["en"], _long_draft(stage, tenant))
        browser.close()


def _weights(visitors: dict[str, Visitor]) -> Iterator[Figure]:
    heaviest = 0.0
    for language, visitor in visitors.items():
        progress(f"Weighing a list of fifty rows ({language})")
        with visitor.context() as context:
            page, first = context.new_page(), Scale()
            first.watch(page)
            page.goto(f"{visitor.base}{LIST}", wait_until="networkidle")
            name = "first_visit_kb" if language == "en" else f"first_visit_{language}_kb"
            plain = (first.bytes - first.script) / 1024
            note = f"{plain:.1f} KB with the system's font" if first.script else ""
            yield against(name, first.bytes / 1024, "KB", FIRST_VISIT_KB, note)
            heaviest = max(heaviest, _moving_on(page))
    yield against("navigation_kb", heaviest / 1024, "KB", NAVIGATION_KB, "the heaviest of six")


def _moving_on(page: Page) -> float:
    """The heavier of the next rows of a list, and another page by the menu."""
    weights = []
    for link in ('a[rel="next"]', '.app-menu-link[href="/accounting/entries"]'):
        scale = Scale()
        scale.watch(page)
        page.locator(link).first.click()
        page.wait_for_load_state("networkidle")
        page.wait_for_timeout(300)
        weights.append(scale.bytes)
    return max(weights)


def _first_paint(visitor: Visitor) -> Figure:
    progress("Waiting for the first paint, with an empty cache each time")
    cold, warm = [], []
    for _ in range(ROUNDS):
        with visitor.context() as context:
            page = context.new_page()
            for times in (cold, warm):
                page.goto(f"{visitor.base}{LIST}", wait_until="load")
                times.append(page.evaluate(_PAINT))
    note = f"with a filled cache {median(warm):.0f} ms"
    return against("first_paint_ms", median(cold), "ms", FIRST_PAINT_MS, note)


def _interaction(visitor: Visitor, draft: str) -> Figure:
    progress("Opening the palette, sorting the list, and typing among three hundred lines")
    opened, sorted_ = [], []
    with visitor.context() as context:
        page = context.new_page()
        for _ in range(ROUNDS):
            page.goto(f"{visitor.base}{LIST}", wait_until="networkidle")
            page.evaluate(_WATCH, {"selector": "#results", "event": "click"})
            page.locator("#results thead a").first.click()
            sorted_.append(page.evaluate("window.taken"))
            page.wait_for_load_state("networkidle")
            page.evaluate(_WATCH, {"selector": "#palette-list", "event": "keydown"})
            page.keyboard.press("Control+k")
            opened.append(page.evaluate("window.taken"))
        page.goto(f"{visitor.base}{draft}/edit", wait_until="networkidle")
        typed = page.locator(f"input[name='lines.{LINES // 2}.debit']").evaluate(_TYPE, ROUNDS)
    taken = {
        "palette with its lines": median(opened),
        "list sorted": median(sorted_),
        f"totals of {LINES} lines": median(typed),
    }
    note = ", ".join(f"{name} {value:.0f} ms" for name, value in taken.items())
    return against("interaction_ms", max(taken.values()), "ms", INTERACTION_MS, note)


def _long_draft(stage: Stage, tenant: Tenant) -> str:
    """The address of a draft of many lines."""
    with stage.kernel.session(tenant) as session:
        account = session.scalars(select(Account.id).limit(1)).one()
        lines = [{"account_id": account, "debit": Decimal(1)} for _ in range(LINES)]
        journal = session.scalars(select(Journal.id).limit(1)).one()
        values = {"journal_id": journal, "date": date(2026, 1, 31), "lines": lines}
        return f"/accounting/entries/{create_draft(session, values).id}"


def _signed_in(stage: Stage, tenant: Tenant, language: str) -> str:
    with stage.kernel.session(tenant) as session:
        user = users.create_user(
            session, email=f"{language}@example.com", name="Sara Haddad", roles=[ADMIN_ROLE]
        )
        user.locale = language
        session.flush()
        host = f"{tenant.slug}.{stage.config.base_domain}"
        client = Client(address="127.0.0.1", host=host, user_agent="benchmark")
        return login_sessions.begin(session, user.id, client=client, method="password")
