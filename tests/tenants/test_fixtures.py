"""The fixtures that addon authors test with: browsers, a stopped clock, and no way out."""

from __future__ import annotations

import socket
from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import httpx
import pytest

from core.db.base import utc_now
from tenants.testing.network import NetworkUsed


def test_a_browser_sees_the_sign_in_page_of_its_tenant(client: httpx.Client) -> None:
    assert client.get("/").status_code in (303, 401)
    assert client.get("/login").status_code == 200


def test_a_user_is_signed_in_and_may_send_forms(as_user: Callable[..., httpx.Client]) -> None:
    browser = as_user()
    assert browser.get("/account").status_code == 200
    assert browser.post("/logout").status_code in (200, 204, 303)
    assert browser.get("/account").status_code in (303, 401)


def test_the_clock_stands_still(frozen_time: Callable[[datetime], Any]) -> None:
    moment = datetime(2026, 3, 1, 9, 30, tzinfo=UTC)
    clock = frozen_time(moment)
    assert utc_now() == moment
    clock.shift(60)
    assert utc_now() == moment.replace(minute=31)


@pytest.mark.usefixtures("no_network")
def test_nothing_leaves_the_machine() -> None:
    with pytest.raises(NetworkUsed, match=r"203\.0\.113\.9:443"), socket.socket() as outside:
        outside.connect(("203.0.113.9", 443))
    with pytest.raises(NetworkUsed, match=r"example\.com"):
        httpx.get("https://example.com")
    with socket.socket() as server, socket.socket() as inside:
        server.bind(("127.0.0.1", 0))
        server.listen()
        inside.connect(server.getsockname())
