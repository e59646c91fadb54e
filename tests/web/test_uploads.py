"""Large files arrive: where a route takes them, from whom it takes them, and never in memory.

The application is called as the server calls it, so that what is read of a body can be counted.
"""

from __future__ import annotations

import asyncio
import tracemalloc
from collections.abc import Callable, Iterator

import httpx
from starlette.types import Message

from core.auth.csrf import HEADER
from core.tenancy.tenant import Tenant
from core.web.app import Application

MEGABYTE = 2**20
BOUNDARY = "part"
HEAD = (
    f'--{BOUNDARY}\r\nContent-Disposition: form-data; name="file"; filename="big.bin"\r\n\r\n'
).encode()
TAIL = f"\r\n--{BOUNDARY}--\r\n".encode()


class Sender:
    """Sends a form with one file of so many megabytes, and counts what was asked for."""

    def __init__(self, browser: httpx.Client, path: str, megabytes: int) -> None:
        self._browser, self._path = browser, path
        self._chunks = self._body(megabytes)
        self.length = len(HEAD) + megabytes * MEGABYTE + len(TAIL)
        self.sent = 0
        self.answer: list[Message] = []

    def _body(self, megabytes: int) -> Iterator[bytes]:
        yield HEAD
        yield from (b"1234" + bytes(MEGABYTE - 4) for _ in range(megabytes))
        yield TAIL

    def send(self, app: Application, *, announced: bool) -> int:
        """The status of the answer."""
        cookie = "; ".join(f"{c.name}={c.value}" for c in self._browser.cookies.jar)
        headers = {
            "host": self._browser.base_url.host,
            "content-type": f"multipart/form-data; boundary={BOUNDARY}",
            "cookie": cookie,
            "sec-fetch-site": "same-origin",
            HEADER: self._browser.headers.get(HEADER, ""),
        }
        if announced:
            headers["content-length"] = str(self.length)
        scope = {
            "type": "http",
            "method": "POST",
            "scheme": "https",
            "path": self._path,
            "query_string": b"",
            "client": ("127.0.0.1", 1),
            "headers": [(k.lower().encode(), v.encode()) for k, v in headers.items()],
        }
        asyncio.run(app(scope, self._receive, self._take))
        return self.answer[0]["status"]

    async def _receive(self) -> Message:
        chunk = next(self._chunks, b"")
        self.sent += len(chunk)
        return {"type": "http.request", "body": chunk, "more_body": chunk != TAIL}

    async def _take(self, message: Message) -> None:
        self.answer.append(message)

    @property
    def text(self) -> str:
        return b"".join(part.get("body", b"") for part in self.answer).decode()


def test_a_route_takes_files_as_large_as_it_says_without_holding_them_in_memory(
    app: Application, admin: httpx.Client
) -> None:
    sender = Sender(admin, "/webprobe/upload", 66)
    assert sender.send(app, announced=True) == 413, "more than an ordinary form may bring"
    sender = Sender(admin, "/webprobe/big-upload", 66)
    tracemalloc.start()
    try:
        # The handler of this page reads all of it; what arrives before it must not stay.
        status = sender.send(app, announced=False)
        peak = tracemalloc.get_traced_memory()[1]
    finally:
        tracemalloc.stop()
    assert status == 200
    assert f'"size":{66 * MEGABYTE}' in sender.text
    assert peak < 80 * MEGABYTE


def test_two_gigabytes_are_refused_at_their_announcement(
    app: Application, admin: httpx.Client
) -> None:
    sender = Sender(admin, "/webprobe/big-upload", 2048)
    assert sender.send(app, announced=True) == 413
    assert sender.sent == 0
    assert (b"connection", b"close") in sender.answer[0]["headers"]
    assert "70 MB" in sender.text


def test_two_gigabytes_that_are_not_announced_are_cut_off_at_the_limit(
    app: Application, admin: httpx.Client
) -> None:
    sender = Sender(admin, "/webprobe/big-upload", 2048)
    assert sender.send(app, announced=False) == 413
    assert sender.sent < 73 * MEGABYTE


def test_who_may_not_send_a_file_is_told_before_it_is_read(
    app: Application,
    visit: Callable[[str], httpx.Client],
    sign_in_at: Callable[..., httpx.Client],
    acme: Tenant,
) -> None:
    stranger = Sender(visit("acme.localhost"), "/webprobe/big-upload", 1)
    assert stranger.send(app, announced=True) == 303, "to the sign-in page"
    nobody_special = Sender(sign_in_at(acme, roles=()), "/webprobe/big-upload", 1)
    assert nobody_special.send(app, announced=True) == 403
    assert (stranger.sent, nobody_special.sent) == (0, 0)
