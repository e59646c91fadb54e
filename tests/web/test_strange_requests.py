"""Whatever comes over the wire, somebody gets an answer that is no defect of ours."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import httpx
import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

from core.auth.credentials import SESSION_COOKIE
from core.auth.csrf import csrf_token
from core.auth.users import ADMIN_ROLE
from core.kernel import Kernel
from core.web.app import Application
from core.web.mounting import mounts_of
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant

_ENDS_SESSION = re.compile("logout|sessions|totp")
METHODS = st.sampled_from([*[""] * 12, "HEAD", "DELETE", "OPTIONS", "BREW"])
"""Mostly that of the address itself."""
NAMES = st.sampled_from(
    [
        "accept",
        "accept-language",
        "authorization",
        "content-type",
        "cookie",
        "content-length",
        "hx-request",
        "hx-current-url",
        "idempotency-key",
        "if-match",
        "if-none-match",
        "origin",
        "referer",
        "x-csrf-token",
        "x-request-id",
        "x-forwarded-for",
    ]
)
VALUES = st.sampled_from(
    [
        b"application/json",
        b"multipart/form-data; boundary=x",
        b"multipart/form-data",
        b"application/x-www-form-urlencoded; charset=nonsense",
        b"Bearer ",
        b"Bearer \xff\xfe",
        b"true",
        b"-1",
        b"999999999999999999999",
        b"https://[broken",
        b"*;q=nan, ar;q=inf",
    ]
) | st.binary(max_size=40).map(lambda raw: raw.replace(b"\r", b"").replace(b"\n", b""))
QUERIES = st.sampled_from([b"", b"q=%ff%00&page=-1", b"sort=%27&after=%00", b"q=" + b"a" * 500])
BODIES = st.sampled_from(
    [
        b"",
        b"{}",
        b"[]",
        b"null",
        b'{"name": null}',
        b'{"name": "\\ud800"}',
        b"[" * 5000,
        b"a=%ff&b=%00&=",
        b'--x\r\nContent-Disposition: form-data; name="file"; filename="\xff"\r\n\r\nz\r\n--x--',
        b"--x\r\nContent-Disposition: form-data\r\n\r\nz\r\n--x--\r\n",
        b"--y--",
    ]
) | st.binary(max_size=60)


def send(app: Application, scope: dict[str, Any], body: bytes) -> int:
    """Send one request and return the status of the answer."""
    statuses: list[int] = []

    async def receive() -> dict[str, Any]:
        return {"type": "http.request", "body": body, "more_body": False}

    async def answer(message: Any) -> None:
        if message["type"] == "http.response.start":
            statuses.append(message["status"])
            for name, value in message["headers"]:
                assert b"\n" not in name + value
                assert b"\r" not in name + value

    asyncio.run(asyncio.wait_for(app(scope, receive, answer), 30))  # type: ignore[arg-type]
    assert len(statuses) == 1
    return statuses[0]


@dataclass(frozen=True)
class Door:
    """Where requests go: every address of the product, and who may be behind them."""

    app: Application
    cookie: str
    places: list[tuple[str, str]]


@pytest.fixture(scope="module")
def door(app: Application, kernel: Kernel, transport: AppTransport) -> Iterator[Door]:
    """A company of its own, since its users, sessions and addons will suffer."""
    # The probe's pages fail on purpose.
    places = [
        (mount.method, re.sub(r"\{\w+:int\}", "1", mount.path))
        for mount in mounts_of(kernel.catalog)
        if mount.addon != "webprobe" and not _ENDS_SESSION.search(mount.path)
    ]
    with (
        fresh_tenant(kernel, "fuzz") as tenant,
        open_browser(transport, "fuzz.localhost") as browser,
    ):
        # The first user, whom all addresses name, is switched off soon; the second one stays.
        sign_in(kernel, tenant, browser, (ADMIN_ROLE,))
        sign_in(kernel, tenant, browser, (ADMIN_ROLE,))
        yield Door(app, browser.cookies[SESSION_COOKIE], places)


@settings(
    max_examples=200,
    deadline=None,
    # The same requests every time, and the first that fails as it is: each is a whole request.
    derandomize=True,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    method=METHODS,
    place=st.integers(0, 10_000),
    strange=st.text(max_size=12),
    query=QUERIES,
    headers=st.lists(st.tuples(NAMES, VALUES), max_size=3),
    body=BODIES,
    signed_in=st.sampled_from([True, True, True, False]),
)
def test_no_request_is_too_strange(
    door: Door,
    method: str,
    place: int,
    strange: str,
    query: bytes,
    headers: list[tuple[str, bytes]],
    body: bytes,
    signed_in: bool,
) -> None:
    sent = [(b"host", b"fuzz.localhost"), (b"sec-fetch-site", b"same-origin")]
    if signed_in:
        sent.append((b"cookie", f"{SESSION_COOKIE}={door.cookie}".encode()))
        sent.append((b"x-csrf-token", csrf_token(door.cookie).encode()))
    sent += [(name.encode(), value) for name, value in headers]
    usual, path = door.places[place % len(door.places)]
    scope = {
        "type": "http",
        "method": method or usual,
        "path": re.sub(r"\{\w+(:str)?\}", lambda _: strange or "x", path),
        "query_string": query,
        "scheme": "https",
        "headers": sent,
        "client": ("127.0.0.1", 1),
    }
    status = send(door.app, scope, body)
    assert status < 500, f"{scope['method']} {scope['path']} was answered with {status}"


@pytest.mark.parametrize(
    ("method", "path", "header"),
    [
        ("GET", "/inventory/opening-stock/new", "referer"),
        ("POST", "/preferences/language", "referer"),
        ("GET", "/nowhere", "hx-current-url"),
        ("POST", "/logout", "origin"),
    ],
)
def test_a_header_may_name_what_is_no_address(
    admin: httpx.Client, method: str, path: str, header: str
) -> None:
    if header == "origin":  # without it, that of the page decides
        del admin.headers["sec-fetch-site"]
    answer = admin.request(method, path, headers={header: "http://["})
    assert answer.status_code < 500, answer.text
