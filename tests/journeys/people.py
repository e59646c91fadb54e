"""Who takes part in the stories: people at terminals, at browsers, and many who just work on."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
from playwright.sync_api import Browser, Page

from tests.machine import Machine
from tests.terminal import Arguments
from tests.waiting import PATIENCE, wait_until

BREATH = 0.1
"""Seconds between the requests of one: four ask as much as forty who work without a pause."""
PASSWORD = "a quiet lamp beside the harbour"


def new_user(email: str, tenant: str, *roles: str) -> Arguments:
    """The command that makes a user, an administrator if no role is named."""
    given = [f"--role={role}" for role in roles] or ["--admin"]
    return ("user", "create", email, "--tenant", tenant, *given)


@contextmanager
def at_a_desk(
    browser: Browser, machine: Machine, slug: str, email: str, one_time_password: str = ""
) -> Iterator[Page]:
    """A browser window of somebody who signs in; the first time they choose a password."""
    with browser.new_context(base_url=f"http://{slug}.localhost:{machine.port}") as context:
        page = context.new_page()
        page.goto("/login")
        page.fill("[name=email]", email)
        page.fill("[name=password]", one_time_password or PASSWORD)
        page.press("[name=password]", "Enter")
        if one_time_password:
            page.wait_for_url(re.compile("password"))
            page.fill("[name=current]", one_time_password)
            page.fill("[name=password]", PASSWORD)
            page.press("[name=password]", "Enter")
        page.wait_for_url(lambda url: "login" not in url and "password" not in url)
        yield page


@dataclass
class Crowd:
    """People of a company who go on working, whatever is done to the platform meanwhile."""

    machine: Machine
    slug: str
    path: str
    asked: int = 0
    refused: list[str] = field(default_factory=list)

    @contextmanager
    def working(self, people: int = 4) -> Iterator[None]:
        """They work until the block ends."""
        home = threading.Event()
        threads = [threading.Thread(target=self._work, args=(home,)) for _ in range(people)]
        for thread in threads:
            thread.start()
        try:
            yield
        finally:
            home.set()
            for thread in threads:
                thread.join()

    def _work(self, home: threading.Event) -> None:
        where = f"http://127.0.0.1:{self.machine.port}"
        headers = {"Host": f"{self.slug}.localhost:{self.machine.port}"}
        with httpx.Client(base_url=where, headers=headers, timeout=PATIENCE) as client:
            while not home.wait(BREATH):
                self._ask(client)

    def _ask(self, client: httpx.Client) -> None:
        try:
            status = client.get(self.path).status_code
        except httpx.HTTPError as error:
            self.refused.append(repr(error))
        else:
            self.asked += 1
            if status != httpx.codes.OK:
                self.refused.append(str(status))


def until(condition: Callable[[], Any], what: str, machine: Machine) -> Any:
    """The first true answer of `condition`."""
    return wait_until(condition, what, said=machine.said, pause=0.2)
