"""A licence server is asked in the background. It may renew, stay silent, or lie: what it sends is
verified like anything else, and what cannot be accepted changes nothing."""

from __future__ import annotations

import json
import socket
import threading
from collections.abc import Callable, Iterator
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

import pytest
from sqlalchemy.orm import Session

from addon_registry import keys
from addon_registry.licences.licence import Terms, issue
from addon_registry.licences.revocations import Revocation, sign_list
from core.addons.options import set_options
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.licensing import licences
from tenants.licensing.models import LicenceWatch
from tenants.licensing.renewal import renew_from, renew_in_background, try_server
from tenants.licensing.server import LicenceServer, ServerSilent
from tenants.licensing.troubles import licence_troubles
from tests.addon_registry.licences.conftest import DAY, Vendor

Reply = Callable[[dict[str, Any]], dict[str, Any] | bytes]


@dataclass
class StandIn:
    """A licence server on a socket of this machine."""

    url: str
    reply: Reply = lambda asked: {}
    status: int = 200
    asked: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)


@pytest.fixture
def server() -> Iterator[StandIn]:
    stand_in = StandIn("")

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            asked = json.loads(self.rfile.read(int(self.headers["content-length"])))
            stand_in.asked.append(asked)
            stand_in.tokens.append(self.headers.get("authorization", ""))
            told = stand_in.reply(asked)
            body = told if isinstance(told, bytes) else json.dumps(told).encode()
            self.send_response(stand_in.status)
            self.send_header("content-length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *_: Any) -> None:
            """Say nothing."""

    with ThreadingHTTPServer(("127.0.0.1", 0), Handler) as listening:
        stand_in.url = f"http://127.0.0.1:{listening.server_port}/renew"
        thread = threading.Thread(target=listening.serve_forever)
        thread.start()
        yield stand_in
        listening.shutdown()
        thread.join()


@pytest.fixture
def board(kernel: Kernel, shop: Tenant) -> Iterator[Session]:
    with kernel.session(control(kernel)) as session:
        yield session
        session.rollback()


def ending(board: Session, shop: Tenant, vendor: Vendor, days: int = 10) -> str:
    now = datetime.now(UTC)
    return licences.issue(
        board, vendor.issuer, Terms(shop.id, ("kiosk",), now, now + days * DAY)
    ).serial


def next_year(organization_id: str, vendor: Vendor) -> str:
    now = datetime.now(UTC)
    terms = Terms(organization_id, ("kiosk",), now + 10 * DAY, now + 375 * DAY)
    return issue(terms, vendor.issuer.key, at=now)


def test_what_ends_soon_is_renewed_and_what_was_revoked_is_heard_of(
    board: Session, shop: Tenant, vendor: Vendor, server: StandIn
) -> None:
    serial = ending(board, shop, vendor)
    far = ending(board, shop, vendor, days=200)
    now = datetime.now(UTC)
    listed = sign_list([Revocation(far, now, "Refunded")], 900, vendor.issuer.key, at=now)
    offered = {"replaces": serial, "licence": next_year(shop.id, vendor)}
    server.reply = lambda asked: {"licences": [offered], "lists": [listed]}
    outcome = renew_from(board, LicenceServer(server.url, "ours"))
    assert (outcome.licences, outcome.lists, outcome.refused) == (1, 1, ())
    replaced = licences.get(board, serial)
    assert replaced.replaced_by is not None
    assert licences.get(board, far).revoked_reason == "Refunded"
    assert server.tokens == ["Bearer ours"]
    # What does not end soon is nobody's business.
    sent = {licences.find(board, serial).token, licences.find(board, far).token}  # type: ignore[union-attr]
    assert sent & set(server.asked[0]["licences"]) == {replaced.token}
    assert set(server.asked[0]) == {"licences", "lists"}


def test_what_the_server_may_not_give_is_refused_one_by_one(
    board: Session, shop: Tenant, vendor: Vendor, server: StandIn
) -> None:
    serial = ending(board, shop, vendor)
    now = datetime.now(UTC)
    stranger = issue(Terms(shop.id, ("kiosk",), now, now + 99 * DAY), keys.generate(), at=now)
    elsewhere = next_year("ffffffffffff", vendor)
    mine = next_year(shop.id, vendor)
    server.reply = lambda asked: {
        "licences": [
            {"replaces": serial, "licence": stranger},
            {"replaces": serial, "licence": elsewhere},
            {"replaces": "0" * 32, "licence": mine},
            {"replaces": serial, "licence": "rubbish"},
        ],
        "lists": ["rubbish"],
    }
    outcome = renew_from(board, LicenceServer(server.url))
    assert (outcome.licences, outcome.lists) == (0, 0)
    assert len(outcome.refused) == 5
    assert licences.get(board, serial).replaced_by is None
    assert len(licences.of_organization(board, shop.id)) == 1


@pytest.mark.parametrize(
    ("status", "body", "sentence"),
    [
        (500, b"", "status 500"),
        (403, b"", "does not know our token"),
        (302, b"", "status 302"),
        (200, b"<html>", "cannot be read"),
        (200, b'{"licences": [7]}', "cannot be read"),
        (200, b"[1]", "cannot be read"),
        (200, b" " * (8 * 2**20 + 1), "too large"),
    ],
)
def test_an_answer_that_is_none_is_told_in_a_sentence(
    status: int, body: bytes, sentence: str, board: Session, server: StandIn
) -> None:
    server.status, server.reply = status, lambda asked: body
    with pytest.raises(ServerSilent, match=sentence):
        renew_from(board, LicenceServer(server.url))


@pytest.mark.parametrize(
    "url", ["http://licences.example/renew", "ftp://x/", "nonsense", "https://"]
)
def test_licences_are_not_sent_in_the_clear(url: str, board: Session) -> None:
    with pytest.raises(ServerSilent, match="https://"):
        renew_from(board, LicenceServer(url))


def test_a_silent_server_is_shown_until_it_answers_and_extends_nothing(
    board: Session, shop: Tenant, vendor: Vendor, server: StandIn
) -> None:
    set_options(board, LicenceServer, url=server.url)
    server.status = 503
    renew_in_background(board)
    watch = board.get_one(LicenceWatch, 1)
    assert "status 503" in watch.problem
    assert watch.renewed_at is None
    assert [trouble.key for trouble in licence_troubles(board)] == ["licences:server"]
    server.status = 200
    renew_in_background(board)
    assert watch.problem == ""
    assert watch.renewed_at is not None
    assert licence_troubles(board) == []


def test_a_server_that_drips_is_left_and_one_that_is_gone_changes_nothing(
    board: Session,
    shop: Tenant,
    vendor: Vendor,
    server: StandIn,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    serial = ending(board, shop, vendor)
    monkeypatch.setattr("tenants.licensing.server._PATIENCE", 0.0)
    server.reply = lambda asked: {"licences": []}
    with pytest.raises(ServerSilent, match="takes too long"):
        renew_from(board, LicenceServer(server.url))
    with socket.create_server(("127.0.0.1", 0)) as taken:
        nobody = taken.getsockname()[1]
    set_options(board, LicenceServer, url=f"http://127.0.0.1:{nobody}/renew")
    renew_in_background(board)
    assert "cannot be reached" in board.get_one(LicenceWatch, 1).problem
    assert licences.get(board, serial).replaced_by is None


def test_without_a_server_nobody_is_asked(
    board: Session, server: StandIn, no_network: None
) -> None:
    renew_in_background(board)
    assert server.asked == []
    assert "by hand" in try_server(board, LicenceServer())


def test_the_clock_is_among_the_troubles(
    board: Session, frozen_time: Callable[[datetime], object]
) -> None:
    board.merge(LicenceWatch(id=1, seen_at=datetime.now(UTC), problem=""))
    board.flush()
    frozen_time(datetime.now(UTC) - timedelta(days=3))
    assert [trouble.key for trouble in licence_troubles(board)] == ["licences:clock"]
