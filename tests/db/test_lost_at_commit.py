"""A connection that is lost during the commit: nobody knows what came of it, and nobody is told
that nothing was saved. The network in between is a real one, which is cut on the way there or back.
"""

from __future__ import annotations

import contextlib
import selectors
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from core.errors import OutcomeUnknown, Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant

COMMIT = b"COMMIT"
Wired = Callable[..., Tenant]
INSERT = text("INSERT INTO core.team (name) VALUES (:name)")


class Wire:
    """What leads to a server; cut for good where `cut_at` is seen on the way there, or, once that
    is `answered`, where it is seen on the way back."""

    def __init__(self, folder: Path, to: DatabaseAddress, cut_at: bytes, *, answered: bool) -> None:
        self._there = f"{to.host}/.s.PGSQL.{to.port}"
        self._cut_at, self._answered = cut_at, answered
        self.address = replace(to, host=str(folder))
        self.listening = socket.socket(socket.AF_UNIX)
        self.listening.bind(f"{folder}/.s.PGSQL.{to.port}")
        self.listening.listen()

    def carry(self) -> None:
        """Until nobody connects any more."""
        with contextlib.suppress(OSError):
            while True:
                near, _ = self.listening.accept()
                threading.Thread(target=self._carry, args=(near,), daemon=True).start()

    def _carry(self, near: socket.socket) -> None:
        far = socket.socket(socket.AF_UNIX)
        far.connect(self._there)
        asked = False
        with near, far, selectors.DefaultSelector() as ready:
            ready.register(near, selectors.EVENT_READ, far)
            ready.register(far, selectors.EVENT_READ, near)
            while True:
                for key, _ in ready.select():
                    said = key.fileobj.recv(65536)  # type: ignore[union-attr]
                    forth = key.data is far
                    asked = asked or (forth and self._cut_at in said)
                    if not said or (asked and (forth != self._answered)):
                        return
                    key.data.sendall(said)


@pytest.fixture
def wired(tmp_path_factory: pytest.TempPathFactory, company: Tenant) -> Iterator[Wired]:
    """`wired(cut_at, answered=…)` is the company at the end of such a wire."""
    with contextlib.ExitStack() as stack:

        def wired(cut_at: bytes, *, answered: bool) -> Tenant:
            folder = tmp_path_factory.mktemp("wire")
            wire = Wire(folder, company.runtime, cut_at, answered=answered)
            stack.callback(wire.listening.close)
            threading.Thread(target=wire.carry, daemon=True).start()
            return replace(company, runtime=wire.address)

        yield wired


@pytest.mark.parametrize("arrives", [True, False])
def test_what_was_lost_at_the_commit_may_be_there_and_nobody_is_told_otherwise(
    platform: Kernel, company: Tenant, wired: Wired, arrives: bool
) -> None:
    name = f"arrives {arrives}"
    reached = wired(COMMIT, answered=arrives)
    with pytest.raises(OutcomeUnknown) as told, platform.session(reached) as session:
        session.execute(INSERT, {"name": name})
    assert "while your change was being saved" in told.value.message
    assert "Look whether it is there" in told.value.fix
    with platform.session(company, readonly=True) as session:
        there = session.scalar(text("SELECT true FROM core.team WHERE name = :n"), {"n": name})
    assert bool(there) is arrives


def test_what_was_lost_before_the_commit_was_not_saved(
    platform: Kernel, company: Tenant, wired: Wired
) -> None:
    reached = wired(b"INSERT INTO core.team", answered=True)
    with (
        pytest.raises(Unavailable, match="Nothing was saved") as told,
        platform.session(reached) as session,
    ):
        session.execute(INSERT, {"name": "lost"})
    assert not isinstance(told.value, OutcomeUnknown)
    with platform.session(company, readonly=True) as session:
        assert session.scalar(text("SELECT true FROM core.team WHERE name = 'lost'")) is None
