"""People of many companies who read and write at once, and keep in mind what they were told."""

from __future__ import annotations

import contextlib
import itertools
import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from datetime import timedelta

import httpx

from core.auth import api_tokens, users
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.machine import PATIENCE

BREATH = 0.1
"""Seconds between one's requests: what is tried is the platform, and not how much it bears."""
A_COMPANYS_SHARE = 2.0
"""Seconds by which patience grows with each company."""


@dataclass(frozen=True, slots=True)
class Heard:
    """An answer; status 0 where no web machine gave one."""

    company: str
    status: int
    began: float
    ended: float


@dataclass(slots=True, eq=False)
class Company:
    """A tenant, and what its people wrote. `told` holds the words whose writing was confirmed,
    `open` those whose writer does not know, and will ask again under the same key."""

    tenant: Tenant
    token: str
    told: list[str] = field(default_factory=list)
    open: list[str] = field(default_factory=list)
    answered: int = 0
    _numbers: Iterator[int] = field(default_factory=itertools.count)

    @property
    def slug(self) -> str:
        return self.tenant.slug

    def next_word(self) -> str:
        """An earlier one that is open, or a new one."""
        with contextlib.suppress(IndexError):
            return self.open.pop()
        return f"{self.slug}:{self.tenant.id}:{next(self._numbers)}"

    def check_marks(self, database: str, words: Sequence[str], *, told: Sequence[str]) -> None:
        """The marks are this company's own, none is there twice, and none is missing that was
        confirmed before they were asked for."""
        assert database == self.tenant.runtime.database
        mine = f"{self.slug}:{self.tenant.id}:"
        assert [word for word in words if not word.startswith(mine)] == []
        assert max(Counter(words).values(), default=0) <= 2, "by the API and by its job, once each"
        assert set(told) <= set(words), "a confirmed write was lost"


@dataclass(slots=True)
class People:
    """Everybody, over all web machines: who gets no answer from one asks the next, as a proxy
    in front does."""

    companies: Sequence[Company]
    addresses: Sequence[str]
    port: int
    heard: list[Heard] = field(default_factory=list)
    _round: list[Company] = field(default_factory=list)
    _crowded: Company | None = None
    _turns: Iterator[int] = field(default_factory=itertools.count)
    _taking_turns: threading.Lock = field(default_factory=threading.Lock)
    _stop: threading.Event = field(default_factory=threading.Event)
    _wrong: list[BaseException] = field(default_factory=list)

    @property
    def patience(self) -> float:
        """Seconds after which nobody expects any more what concerns all companies."""
        return PATIENCE + A_COMPANYS_SHARE * len(self.companies)

    @contextlib.contextmanager
    def at_work(self, threads: int, seed: int) -> Iterator[None]:
        """So many at once until the block ends; what one of them finds wrong fails the test."""
        with ThreadPoolExecutor(threads) as pool:
            for number in range(threads):
                pool.submit(self._work, random.Random(seed + number))
            try:
                yield
            finally:
                self._stop.set()
        assert self._wrong == []

    @contextlib.contextmanager
    def crowding(self, company: Company) -> Iterator[None]:
        """Every second one asks for this company until the block ends."""
        self._crowded = company
        try:
            yield
        finally:
            self._crowded = None

    def await_answers(self, companies: Sequence[Company], each: int = 2) -> None:
        """Until people of every one of these companies were answered anew so often."""
        before = {company.slug: company.answered for company in companies}

        def all_were() -> bool:
            return all(company.answered >= before[company.slug] + each for company in companies)

        self.await_that(all_were, "not everybody was answered")

    def await_that(self, holds: Callable[[], bool], complaint: str) -> None:
        """Until it holds, as long as the people find nothing wrong."""
        deadline = time.monotonic() + self.patience
        while not holds():
            if self._wrong:
                raise self._wrong[0]
            assert time.monotonic() < deadline, complaint
            threading.Event().wait(0.05)

    def settle(self) -> None:
        """Ask again for all that is open, until everything is confirmed."""
        self._stop.clear()
        deadline = time.monotonic() + self.patience
        with httpx.Client(timeout=30) as client:
            for company in self.companies:
                while company.open:
                    self._write(client, random.Random(len(company.open)), company)
                    assert time.monotonic() < deadline, company.slug

    def _work(self, chance: random.Random) -> None:
        try:
            with httpx.Client(timeout=30) as client:
                while not (self._stop.is_set() or self._wrong):
                    ask = chance.choice((self._read, self._write))
                    ask(client, chance, self._next(chance))
                    self._stop.wait(BREATH)
        except BaseException as wrong:
            self._wrong.append(wrong)

    def _next(self, chance: random.Random) -> Company:
        """Whose turn it is. In each round everybody has one: where they were drawn by lot, some of
        a thousand would wait for very long."""
        with self._taking_turns:
            if self._crowded is not None and next(self._turns) % 2:
                return self._crowded
            if not self._round:
                self._round = chance.sample(self.companies, len(self.companies))
            return self._round.pop()

    def _write(self, client: httpx.Client, chance: random.Random, company: Company) -> None:
        word = company.next_word()
        answer = self._ask(client, chance, company, "/api/v1/noise/words", word)
        if answer is None:
            company.open.append(word)
            return
        assert answer.json()["word"] == word
        company.told.append(word)

    def _read(self, client: httpx.Client, chance: random.Random, company: Company) -> None:
        told = tuple(company.told)
        answer = self._ask(client, chance, company, "/noise/marks")
        if answer is not None:
            company.check_marks(**answer.json(), told=told)

    def _ask(
        self,
        client: httpx.Client,
        chance: random.Random,
        company: Company,
        path: str,
        word: str | None = None,
    ) -> httpx.Response | None:
        """The answer, where it was done; to be told to come back is the only other one. A word is
        written under itself as the key."""
        began, answer = time.monotonic(), None
        headers = {
            "Host": f"{company.slug}.localhost:{self.port}",
            "Authorization": f"Bearer {company.token}",
        }
        for address in chance.sample(self.addresses, len(self.addresses)):
            url = f"http://{address}:{self.port}{path}"
            with contextlib.suppress(httpx.TransportError):
                if word is None:
                    answer = client.get(url, headers=headers)
                else:
                    keyed = {**headers, "Idempotency-Key": word}
                    answer = client.post(url, headers=keyed, json={"word": word})
            if answer is not None:
                break
        status = 0 if answer is None else answer.status_code
        self.heard.append(Heard(company.slug, status, began, time.monotonic()))
        if answer is None or status == 503:
            assert answer is None or int(answer.headers["Retry-After"]) > 0
            return None
        assert status in (200, 201), answer.text
        company.answered += 1
        return answer


def join(kernel: Kernel, tenant: Tenant) -> Company:
    """Somebody of this company, with a token."""
    with kernel.session(tenant) as session:
        user = users.create_user(
            session, email="robot@example.com", name="Robot", roles=[users.ADMIN_ROLE]
        )
        token = api_tokens.create_token(
            session,
            user,
            name="many machines",
            abilities=["noise.mark.make"],
            expires_at=utc_now() + timedelta(days=1),
        )
    return Company(tenant, token.secret)
