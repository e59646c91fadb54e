"""A browser for tests: speaks to the web application in this process, as a person or nobody."""

from __future__ import annotations

import asyncio
import secrets
import threading
from collections.abc import Iterable

import httpx
from starlette.types import ASGIApp

from core.auth import login_sessions, users
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import HEADER, csrf_token
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

PATIENCE = 60.0
"""Seconds after which an answer that does not come fails the test."""


class AppTransport(httpx.BaseTransport):
    """Hands requests to an ASGI application, which runs in an event loop of its own thread."""

    def __init__(self, app: ASGIApp) -> None:
        self._inner = httpx.ASGITransport(app)
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def handle_request(self, request: httpx.Request) -> httpx.Response:
        """Wait for the whole answer."""
        request.read()
        answer = asyncio.run_coroutine_threadsafe(self._answer(request), self._loop)
        return answer.result(PATIENCE)

    def shut_down(self) -> None:
        """End the event loop. Clients share a transport, so that closing one does not do this."""
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    async def _answer(self, request: httpx.Request) -> httpx.Response:
        response = await self._inner.handle_async_request(request)
        assert isinstance(response.stream, httpx.AsyncByteStream)
        body = b"".join([chunk async for chunk in response.stream])
        return httpx.Response(
            response.status_code, headers=response.headers, stream=httpx.ByteStream(body)
        )


def open_browser(transport: AppTransport, host: str) -> httpx.Client:
    """A browser at this host, in which nobody is signed in."""
    return httpx.Client(
        transport=transport,
        base_url=f"https://{host}",
        headers={"sec-fetch-site": "same-origin"},
        timeout=PATIENCE,
    )


def sign_in(kernel: Kernel, tenant: Tenant, browser: httpx.Client, roles: Iterable[str]) -> int:
    """Make a user with these roles, sign them in here, and return their id."""
    name = f"user-{secrets.token_hex(4)}"
    host = browser.base_url.host
    with kernel.session(tenant) as session:
        user = users.create_user(session, email=f"{name}@example.com", name=name, roles=roles)
        client = Client(address="127.0.0.1", host=host, user_agent="test")
        secret = login_sessions.begin(session, user.id, client=client, method="password")
        user_id = user.id
    browser.cookies.set(SESSION_COOKIE, secret, domain=host)
    browser.headers[HEADER] = csrf_token(secret)
    return user_id
