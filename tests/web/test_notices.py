"""Open pages hear what has changed in their own company, as long as their user is signed in."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from typing import Any

import httpx
import orjson
import pytest

from core.auth.credentials import SESSION_COOKIE
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web import sockets
from core.web.app import Application


@dataclass
class Socket:
    """The browser's end of a websocket."""

    incoming: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)
    outgoing: asyncio.Queue[Any] = field(default_factory=asyncio.Queue)

    async def event(self) -> dict[str, Any]:
        return await asyncio.wait_for(self.outgoing.get(), 10)

    async def notice(self) -> dict[str, Any]:
        """The next notice; how far the page has heard is no notice."""
        while True:
            event = await self.event()
            assert event["type"] == "websocket.send", event
            said = orjson.loads(event["text"])
            if "channel" in said:
                return said


@asynccontextmanager
async def open_socket(
    app: Application, host: str, cookie: str, query: str, origin: str = ""
) -> AsyncIterator[Socket]:
    socket = Socket()
    socket.incoming.put_nowait({"type": "websocket.connect"})
    scope = {
        "type": "websocket",
        "path": "/ws",
        "scheme": "wss",
        "query_string": query.encode(),
        "client": ("127.0.0.1", 1),
        "headers": [
            (b"host", host.encode()),
            (b"origin", (origin or f"https://{host}").encode()),
            (b"cookie", f"{SESSION_COOKIE}={cookie}".encode()),
        ],
    }
    task = asyncio.create_task(app(scope, socket.incoming.get, socket.outgoing.put))
    try:
        yield socket
    finally:
        socket.incoming.put_nowait({"type": "websocket.disconnect"})
        await asyncio.wait_for(task, 10)


def cookie_of(browser: httpx.Client) -> str:
    return browser.cookies[SESSION_COOKIE]


def test_a_page_hears_its_own_company_and_its_own_channels_alone(
    app: Application, kernel: Kernel, acme: Tenant, bolt: Tenant, sign_in_at: Any
) -> None:
    ours, theirs = cookie_of(sign_in_at(acme)), cookie_of(sign_in_at(bolt))

    async def scenario() -> None:
        channels = "channel=jobs&channel=addons"
        async with (
            open_socket(app, "acme.localhost", ours, channels) as here,
            open_socket(app, "bolt.localhost", theirs, channels) as there,
        ):
            assert (await here.event())["type"] == "websocket.accept"
            assert (await there.event())["type"] == "websocket.accept"
            kernel.channels.publish(bolt, "jobs", {"job": 1})
            kernel.channels.publish(acme, "secrets", {"job": 2})
            kernel.channels.publish(acme, "jobs", {"job": 3})
            assert await here.notice() == {"channel": "jobs", "data": {"job": 3}}
            assert await there.notice() == {"channel": "jobs", "data": {"job": 1}}
            kernel.channels.publish(bolt, "jobs", {"job": 4})
            kernel.channels.publish(acme, "jobs", {"job": 5})
            assert await here.notice() == {"channel": "jobs", "data": {"job": 5}}
            assert await there.notice() == {"channel": "jobs", "data": {"job": 4}}

    asyncio.run(scenario())


@pytest.mark.parametrize(
    ("host", "query", "origin"),
    [
        ("bolt.localhost", "channel=jobs", ""),
        ("acme.localhost", "channel=jobs", "https://evil.example"),
        ("acme.localhost", "channel=jobs", "https://bolt.localhost"),
        ("acme.localhost", "", ""),
        ("acme.localhost", "channel=..", ""),
        ("acme.localhost", "&".join(f"channel=c{number}" for number in range(65)), ""),
        ("nobody.localhost", "channel=jobs", ""),
    ],
)
def test_whoever_has_no_business_here_is_hung_up_on(
    app: Application,
    acme: Tenant,
    bolt: Tenant,
    admin: httpx.Client,
    host: str,
    query: str,
    origin: str,
) -> None:
    async def scenario() -> dict[str, Any]:
        async with open_socket(app, host, cookie_of(admin), query, origin) as socket:
            return await socket.event()

    assert asyncio.run(scenario()) == {"type": "websocket.close", "code": 1008}


def test_the_socket_ends_when_its_user_signs_out(
    app: Application, admin: httpx.Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(sockets, "_RECHECK_SECONDS", 0.05)
    cookie = cookie_of(admin)

    async def scenario() -> dict[str, Any]:
        async with open_socket(app, "acme.localhost", cookie, "channel=jobs") as socket:
            assert (await socket.event())["type"] == "websocket.accept"
            await asyncio.to_thread(admin.post, "/logout")
            while (event := await socket.event())["type"] == "websocket.send":
                continue
            return event

    assert asyncio.run(scenario()) == {"type": "websocket.close", "code": 1000}


def test_a_page_that_does_not_read_loses_the_oldest_notices(kernel: Kernel, acme: Tenant) -> None:
    async def scenario() -> list[int]:
        with kernel.channels.subscribe(acme, frozenset({"jobs"})) as subscription:
            for number in range(150):
                kernel.channels.publish(acme, "jobs", {"job": number})
            await asyncio.sleep(0)
            return [(await subscription.next()).data["job"] for _ in range(100)]

    assert asyncio.run(scenario()) == list(range(50, 150))


def test_switching_an_addon_tells_the_companys_open_pages(
    app: Application, acme: Tenant, admin: httpx.Client
) -> None:
    cookie = cookie_of(admin)

    async def scenario() -> dict[str, Any]:
        async with open_socket(app, "acme.localhost", cookie, "channel=addons") as socket:
            assert (await socket.event())["type"] == "websocket.accept"
            answer = await asyncio.to_thread(admin.post, "/settings/addons/webprobe/retry")
            assert answer.status_code == 303
            return await socket.notice()

    assert asyncio.run(scenario()) == {"channel": "addons", "data": {"addon": "webprobe"}}
