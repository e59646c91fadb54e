"""kill -9 of PostgreSQL, a web process, a worker and the provisioning command, while people work.

Two companies write marks over HTTP and ask for jobs that write marks. At random moments
something is killed. Afterwards every mark whose writing was confirmed is there once, every
job that was asked for was done once in effect, and no tenant is half made.
"""

from __future__ import annotations

import contextlib
import random
import signal
import threading
from collections import Counter
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import httpx
import psutil
import pytest

from tenants.testing.cluster import scratch_folder
from tests.forked import Forked
from tests.machine import ROOT, Machine, free_port
from tests.terminal import Terminal
from tests.waiting import PATIENCE, wait_until

ADDONS = Path(__file__).parents[1] / "isolation" / "addons"
COMPANIES = ("demo", "second")
TOKEN = ("--name", "chaos", "--ability", "noise.mark.make")
SEED = 20261122
BREATH = 0.1
"""Seconds between one's requests: the platform, which is what is tried, has the machine for coming
back."""


@dataclass(slots=True)
class Clients:
    """Threads that write to one company until they are told to stop."""

    machine: Machine
    slug: str
    token: str
    stop: threading.Event = field(default_factory=threading.Event)
    confirmed: list[str] = field(default_factory=list)
    asked: list[str] = field(default_factory=list)

    def work(self, thread: int) -> None:
        """Write and ask, noting what was confirmed."""
        number = 0
        with self._client() as client:
            while not self.stop.is_set():
                number += 1
                word = f"{self.slug}-{thread}-{number}"
                asks = number % 3 == 0
                path, noted = ("/job", self.asked) if asks else ("/marks", self.confirmed)
                try:
                    answer = client.post(f"/noise{path}", data={"word": word})
                    assert answer.status_code in (200, 503), answer.text
                    if answer.status_code == 200:
                        noted.append(word)
                except httpx.TransportError:
                    pass  # nothing was promised
                self.stop.wait(BREATH)

    def marks(self) -> Counter[str]:
        """Every mark of the company, with how often it is there."""
        with self._client() as client:
            answer = wait_until(lambda: _page(client), "the marks", said=self.machine.said)
        return Counter(answer.json()["words"])

    def _client(self) -> httpx.Client:
        return httpx.Client(
            base_url=f"http://127.0.0.1:{self.machine.port}",
            headers={
                "Host": f"{self.slug}.localhost:{self.machine.port}",
                "Authorization": f"Bearer {self.token}",
            },
            timeout=30,
        )


def _page(client: httpx.Client) -> httpx.Response | None:
    with contextlib.suppress(httpx.TransportError):
        answer = client.get("/noise/marks")
        if answer.status_code == 200:
            return answer
    return None


@pytest.fixture
def machine() -> Iterator[Machine]:
    with scratch_folder() as folder:
        yield Machine(folder, free_port(), {"AORABOOKS_ADDON_PATH": str(ADDONS)})


@pytest.mark.chaos
def test_nothing_is_lost_or_done_twice_whatever_is_killed(machine: Machine) -> None:
    chance = random.Random(SEED)
    with machine.up() as platform:
        tokens = make_tokens(machine)
        everyone = [Clients(machine, slug, token) for slug, token in tokens.items()]
        with working(everyone):
            # PostgreSQL last: the platform is started anew after that.
            for victim in VICTIMS:
                await_marks(everyone)
                wait(chance.uniform(0.1, 0.6))
                victim(machine, platform)
                wait(chance.uniform(0.1, 0.6))
    with machine.up():
        for company in everyone:
            assert len(company.confirmed) > 20
            assert len(company.asked) > 5
            wait_for_jobs(company)
            marks = company.marks()
            assert [word for word in company.confirmed if marks[word] != 1] == []
            assert [word for word in company.asked if marks[word] != 1] == []
        checked = [("doctor", "--tenant", slug) for slug in COMPANIES]
        *_, tenants = Terminal(machine, ROOT)(*checked, ("tenant", "list"))
        assert {tenant["status"] for tenant in tenants} == {"active"}


@contextlib.contextmanager
def working(everyone: list[Clients]) -> Iterator[None]:
    """Three threads of each company at work; a failure of one fails the test."""
    failures: list[BaseException] = []

    def run(company: Clients, number: int) -> None:
        try:
            company.work(number)
        except BaseException as error:
            failures.append(error)

    threads = []
    for company in everyone:
        company.stop.clear()
        start = len(company.confirmed) + len(company.asked)
        threads += [
            threading.Thread(target=run, args=(company, start * 10 + number)) for number in range(3)
        ]
    for thread in threads:
        thread.start()
    try:
        yield
    finally:
        for company in everyone:
            company.stop.set()
        for thread in threads:
            thread.join(PATIENCE)
    assert failures == []


def kill_worker(_: Machine, platform: Forked) -> None:
    kill(children_of(platform)[-1:])


def kill_webs(_: Machine, platform: Forked) -> None:
    kill(children_of(platform)[:-1])


def kill_postgres(machine: Machine, _: Forked) -> None:
    kill([process for process in machine.processes() if process.name() == "postgres"])


def kill_provisioning(machine: Machine, _: Forked) -> None:
    """In the middle of making a tenant; the same command again finishes it."""
    aorabooks = Terminal(machine, ROOT)
    creating = aorabooks.start("tenant", "create", "third")
    wait_until(
        lambda: "tenant's database" in creating.errors(),
        "the making of the database",
        said=creating.errors,
        pause=0.01,
    )
    creating.process.kill()
    assert creating.wait().status in (-signal.SIGKILL, 0), "it may have been quicker than we"
    aorabooks(("tenant", "create", "third"))


def kill_generation(_: Machine, platform: Forked) -> None:
    """The process that holds the others together; they end with it, and another begins."""
    kill(psutil.Process(platform.pid).children())


VICTIMS = (kill_worker, kill_webs, kill_generation, kill_provisioning, kill_postgres)


def children_of(platform: Forked) -> list[psutil.Process]:
    """The processes that work. Forks of one program look alike, but the worker starts last."""
    (generation,) = psutil.Process(platform.pid).children()
    return sorted(generation.children(), key=lambda child: child.pid)


def kill(processes: list[psutil.Process]) -> None:
    """kill -9, without a word."""
    assert processes, "there was nothing to kill"
    for process in processes:
        with contextlib.suppress(psutil.NoSuchProcess):
            process.kill()


def await_marks(everyone: list[Clients]) -> None:
    """Until each company has something confirmed in this round."""
    before = [len(company.confirmed) for company in everyone]

    def written() -> bool:
        each = zip(everyone, before, strict=True)
        return all(len(company.confirmed) >= count + 5 for company, count in each)

    wait_until(written, "something to be confirmed", said=everyone[0].machine.said)


def wait_for_jobs(company: Clients) -> None:
    wait_until(lambda: set(company.asked) <= set(company.marks()), "every job", pause=0.2)


def wait(seconds: float) -> None:
    threading.Event().wait(seconds)


def make_tokens(machine: Machine) -> dict[str, str]:
    """By company, a token that may write marks."""
    aorabooks, robot = Terminal(machine, ROOT), "robot@example.com"
    tokens = {}
    for slug in COMPANIES:
        machine.get(slug, "/login")
        _, made = aorabooks(
            ("user", "create", robot, "--tenant", slug, "--admin", "--no-password"),
            ("user", "token", robot, "--tenant", slug, *TOKEN),
        )
        tokens[slug] = made["token"]
    return tokens
