"""Several web processes behind one port: a tenant keeps to one of them, unless that one has far
more to do than another; and a connection that says nothing is not kept waiting for ever."""

from __future__ import annotations

import contextlib
import socket
import threading
from collections.abc import Iterator
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field

import pytest

from tenants.processes import dispatcher as module
from tenants.processes.channel import BEGUN, ENDED, Channel, channel, take
from tenants.processes.dispatcher import HELP_FROM, Dispatcher
from tests.waiting import PATIENCE, wait_until


@dataclass(slots=True)
class Stage:
    """A dispatcher at work in a thread, and the ends that web processes would hold."""

    address: tuple[str, int]
    channels: list[Channel]
    dispatcher: Dispatcher
    held: ExitStack
    taken: list[socket.socket] = field(default_factory=list)

    def connect(self, host: str, *, path: str = "/") -> int:
        """Connect as a browser, and say which process was given the connection."""
        client = self.held.enter_context(socket.create_connection(self.address))
        client.sendall(f"GET {path} HTTP/1.1\r\nAccept: */*\r\nhOsT: {host}\r\n\r\n".encode())
        number, connection = self.receive()
        assert connection.recv(4) == b"GET ", "the request was left in the stream"
        return number

    def receive(self) -> tuple[int, socket.socket]:
        """The next connection that any process is given."""
        number, connection = wait_until(self._received, "a process to be given it", pause=0.01)
        connection.settimeout(PATIENCE)
        self.taken.append(self.held.enter_context(connection))
        return number, connection

    def _received(self) -> tuple[int, socket.socket] | None:
        for number, each in enumerate(self.channels):
            with suppress(BlockingIOError):
                _, descriptors, _, _ = socket.recv_fds(each.there, 1, 1)
                return number, socket.socket(fileno=descriptors[0])
        return None


@pytest.fixture
def stage() -> Iterator[Stage]:
    with ExitStack() as held:
        listening = held.enter_context(socket.create_server(("127.0.0.1", 0)))
        channels = [channel() for _ in range(3)]
        dispatcher = Dispatcher(listening, channels)
        stop = threading.Event()

        def run() -> None:
            while not stop.is_set():
                dispatcher.run_for(0.05)

        thread = threading.Thread(target=run)
        thread.start()
        yield Stage(listening.getsockname(), list(channels), dispatcher, held)
        stop.set()
        thread.join()
        dispatcher.close()
        for each in channels:
            each.close()


def test_a_tenant_keeps_to_one_process_and_tenants_are_spread(stage: Stage) -> None:
    home = {f"t{number}.example": stage.connect(f"t{number}.example") for number in range(12)}
    assert set(home.values()) == {0, 1, 2}
    for host in ("t0.example", "t5.example", "T5.Example"):
        assert stage.connect(host) == home[host.lower()]


def test_others_help_a_process_that_has_far_more_to_do(stage: Stage) -> None:
    served = [stage.connect("busy.example") for _ in range(HELP_FROM + 4)]
    home = served[0]
    assert served[: HELP_FROM + 1] == [home] * (HELP_FROM + 1)
    assert set(served[HELP_FROM + 1 :]) - {home}

    for each in stage.channels:
        each.there.send(ENDED * (HELP_FROM + 4))
    assert stage.connect("rest.example") is not None
    assert stage.connect("busy.example") == home, "once they have ended it is as before"


def test_a_process_that_takes_nothing_more_is_passed_over(stage: Stage) -> None:
    home = stage.connect("stuck.example")
    full = stage.channels.pop(home)
    with contextlib.suppress(BlockingIOError):
        while full.here.send(b"\x00" * 65536):
            pass
    client = stage.held.enter_context(socket.create_connection(stage.address))
    client.sendall(b"GET / HTTP/1.1\r\nHost: stuck.example\r\n\r\n")
    _, connection = stage.receive()
    assert connection.recv(4) == b"GET "


def test_a_silent_connection_is_handed_over_in_the_end(
    stage: Stage, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(module, "SILENCE_SECONDS", 0.1)
    client = stage.held.enter_context(socket.create_connection(stage.address))
    _, connection = stage.receive()
    client.sendall(b"late")
    assert connection.recv(4) == b"late"


def test_a_process_that_begins_anew_has_no_connections(stage: Stage) -> None:
    home = stage.connect("busy.example")
    for _ in range(HELP_FROM):
        stage.connect("busy.example")
    stage.channels[home].there.send(ENDED + BEGUN)
    assert stage.connect("busy.example") == home
    assert stage.channels[home].open <= 1


def test_those_who_come_next_are_led_to_the_successors(stage: Stage) -> None:
    stage.connect("t.example")
    successors = [channel()]
    with stage.held:
        before = list(stage.channels)
        stage.dispatcher.lead_to(successors)
        stage.channels[:] = successors
        assert stage.connect("t.example") == 0
        assert [take(each.there) for each in before] == [None, None, None]
        successors[0].close()


def test_connections_that_nobody_took_are_given_to_those_who_live(stage: Stage) -> None:
    died = channel()
    stage.dispatcher.lead_to([died])
    client = stage.held.enter_context(socket.create_connection(stage.address))
    client.sendall(b"GET / HTTP/1.1\r\nHost: t.example\r\n\r\n")
    wait_until(lambda: died.open, "the connection to be given", pause=0.01)
    stage.dispatcher.lead_to(stage.channels)
    for connection in died.not_taken():
        stage.dispatcher.admit(connection)
    died.close()
    _, connection = stage.receive()
    assert connection.recv(4) == b"GET "
