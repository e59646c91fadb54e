"""A platform whose processes are killed, and which comes back."""

from __future__ import annotations

import contextlib
import random
import threading
from collections import Counter
from collections.abc import Iterator

import psutil

from tests.forked import Forked
from tests.machine import Machine
from tests.own_redis import Server
from tests.waiting import wait_until


class Platform:
    """`aorabooks up` with a running Redis beside it; `killed` counts what was killed."""

    def __init__(self, machine: Machine, redis: Server, chance: random.Random) -> None:
        self.killed: Counter[str] = Counter()
        self._machine = machine
        self._redis = redis
        self._chance = chance
        self._running = contextlib.ExitStack()
        self._process: Forked | None = None

    @contextlib.contextmanager
    def up(self) -> Iterator[Platform]:
        """Everything runs, until the block ends."""
        self._start()
        try:
            yield self
        finally:
            self._running.close()
            self._redis.kill()

    def kill(self, number: int) -> None:
        """Kill one kind after the other, each after it was seen to work."""
        self.wait_until_up()
        victims = (self._everyone, self._redis_server, self._postgres, self._one)
        victims[number % len(victims)]()

    def wait_until_up(self) -> None:
        """Until pages come."""
        wait_until(self._answers, "pages", said=self._machine.said, pause=0.1)

    def _answers(self) -> bool:
        return self._machine.get("demo", "/login").status_code == 200

    def _start(self) -> None:
        self._process = self._running.enter_context(self._machine.up())
        self.wait_until_up()

    def _one(self) -> None:
        """A web process, or the worker."""
        children = self._children()
        if children:
            self._end([self._chance.choice(children)], "a web process or the worker")

    def _everyone(self) -> None:
        self._end(self._children(), "all web processes and the worker")

    def _redis_server(self) -> None:
        self._redis.kill()
        self.killed["Redis"] += 1
        threading.Event().wait(self._chance.uniform(0.1, 1.0))
        self._redis.start()

    def _postgres(self) -> None:
        """The server with all its processes; the platform, whose own it is, is started again."""
        servers = [one for one in self._machine.processes() if _name(one) == "postgres"]
        self._end(servers, "PostgreSQL")
        self._running.close()
        self._start()

    def _children(self) -> list[psutil.Process]:
        assert self._process is not None
        generations = psutil.Process(self._process.pid).children()
        return [child for one in generations for child in _children(one)]

    def _end(self, processes: list[psutil.Process], name: str) -> None:
        for process in processes:
            with contextlib.suppress(psutil.NoSuchProcess):
                process.kill()
        self.killed[name] += 1


# A process of a busy platform may end between being listed and being looked at.


def _name(process: psutil.Process) -> str:
    try:
        return process.name()
    except psutil.NoSuchProcess:
        return ""


def _children(process: psutil.Process) -> list[psutil.Process]:
    try:
        return process.children()
    except psutil.NoSuchProcess:
        return []
