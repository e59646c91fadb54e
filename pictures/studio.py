"""Where the pictures are taken: a server of their own, the filled companies, and a browser."""

from __future__ import annotations

import shutil
import tempfile
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Final, Literal

import psycopg
import time_machine
import uvicorn
from playwright.sync_api import Browser, Page, expect, sync_playwright

from core.addons.discovery import AddonFolder, discover
from core.addons.loading import load
from core.auth import login_sessions
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.config import Config
from core.db import embedded
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from pictures.companies import Company
from pictures.companies.company import Person
from pictures.filling import fill
from pictures.filling.clock import NOW, happening
from pictures.filling.people import user_of
from tenants.composition import CONTROL_PLANE, ROOT, SHIPPED, kernel_on
from tenants.control import find_cluster
from tests.programs import chromium

Size = Literal["desk", "wide", "phone"]
SIZES: Final[dict[Size, tuple[int, int]]] = {
    "desk": (1280, 800),
    "wide": (1440, 900),
    "phone": (375, 760),
}
_PATIENCE: Final = 60_000
"""Milliseconds: a busy machine is slow, and its pictures are as good."""
_SHOWCASE: Final = AddonFolder(
    ROOT / "tests" / "fake_addons" / "showcase", "tests.fake_addons.showcase."
)


@dataclass
class Studio:
    """A running server with companies in it; each is made when it is first asked for."""

    kernel: Kernel
    server: embedded.Embedded
    port: int
    browser: Browser
    tenants: dict[str, Tenant] = field(default_factory=dict)

    @contextmanager
    def sitting(
        self,
        company: Company,
        person: Person,
        *,
        size: Size = "desk",
        dark: bool = False,
    ) -> Iterator[Page]:
        """A browser in which this person of the company is signed in."""
        width, height = SIZES[size]
        host = f"{company.slug}.localhost"
        context = self.browser.new_context(
            viewport={"width": width, "height": height},
            locale={"en": "en-GB"}.get(company.locale, company.locale),
            timezone_id=company.timezone,
            color_scheme="dark" if dark else "light",
            reduced_motion="reduce",
            base_url=f"http://{host}:{self.port}",
            has_touch=size == "phone",
        )
        secret = self._sign_in(company, person, host)
        secure = f"https://{host}:{self.port}"
        context.add_cookies(
            [{"name": SESSION_COOKIE, "value": secret, "url": secure, "secure": True}]
        )
        page = context.new_page()
        page.set_default_timeout(_PATIENCE)
        page.clock.set_fixed_time(NOW)
        try:
            yield page
        finally:
            context.close()

    def work(self, company: Company) -> None:
        """Run the jobs that are due."""
        work_off(self.kernel, self.tenants[company.slug])

    @contextmanager
    def now(self, company: Company) -> Iterator[None]:
        """What the block does to the company happens now, on the day of the pictures."""
        url = self.server.url(self.tenant(company).runtime.database)
        with psycopg.connect(url, autocommit=True) as superuser, happening(superuser, NOW):
            yield

    def tenant(self, company: Company) -> Tenant:
        """The company, which is filled the first time."""
        if company.slug not in self.tenants:
            self.tenants[company.slug] = fill(self.kernel, company, self.server)
            self.work(company)
        return self.tenants[company.slug]

    def _sign_in(self, company: Company, person: Person, host: str) -> str:
        with self.kernel.session(self.tenant(company)) as session:
            client = Client(address="127.0.0.1", host=host, user_agent="pictures")
            user_id = user_of(session, person)
            return login_sessions.begin(session, user_id, client=client, method="password")


@contextmanager
def studio() -> Iterator[Studio]:
    """A studio in a temporary folder, on the day of the pictures, gone at the end."""
    folder = Path(tempfile.mkdtemp(prefix="aorabooks-pictures-"))
    folder.chmod(0o755)  # as root, the server runs as an account of its own
    with time_machine.travel(NOW, tick=True):
        server = embedded.start(folder / "postgres")
        try:
            yield from _open(folder, server)
        finally:
            server.stop()
            shutil.rmtree(folder, ignore_errors=True)


def _open(folder: Path, server: embedded.Embedded) -> Iterator[Studio]:
    config = replace(Config(var=folder, database_url=server.url("aorabooks")), threads=4)
    catalog = load(
        discover([SHIPPED, _SHOWCASE], platform=[CONTROL_PLANE], installed=False), strict=True
    )
    expect.set_options(timeout=_PATIENCE)
    with (
        kernel_on(config, find_cluster(config), catalog) as kernel,
        _served(kernel) as port,
        sync_playwright() as playwright,
    ):
        browser = playwright.chromium.launch(
            executable_path=chromium(),
            args=[
                "--no-sandbox",
                "--disable-gpu",
                "--hide-scrollbars",
                "--font-render-hinting=none",
            ],
        )
        try:
            yield Studio(kernel, server, port, browser)
        finally:
            browser.close()


@contextmanager
def _served(kernel: Kernel) -> Iterator[int]:
    app = Application(kernel)
    config = uvicorn.Config(
        app,
        port=0,
        log_level="error",
        lifespan="off",
        ws="websockets-sansio",
        timeout_graceful_shutdown=1,
    )
    server = uvicorn.Server(config)
    listening = config.bind_socket()
    thread = threading.Thread(target=server.run, kwargs={"sockets": [listening]})
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        server.should_exit = True
        thread.join()
        app.close()


def still(page: Page) -> None:
    """Wait until nothing on the page moves any more: fonts, requests of htmx, pictures."""
    page.wait_for_load_state("networkidle")
    page.evaluate("document.fonts.ready")
    page.wait_for_function("!document.querySelector('.htmx-request')")
