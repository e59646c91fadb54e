"""One company at work: calls over real sockets, and the words that only it uses."""

from __future__ import annotations

import itertools
import json
import socket
from collections.abc import Callable, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from typing import Any

import httpx
from websockets.sync.client import ClientConnection, connect

from core.auth import api_tokens, login_sessions, users
from core.auth.client import Client
from core.auth.credentials import SESSION_COOKIE
from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.waiting import PATIENCE


@dataclass(slots=True)
class Company:
    """A tenant seen from outside."""

    tenant: Tenant
    host: str
    address: tuple[str, int]
    token: str
    cookie: str
    http: httpx.Client
    numbers: Iterator[int] = field(default_factory=itertools.count)
    kept: set[str] = field(default_factory=set)
    """Words whose writing was confirmed."""

    def word(self) -> str:
        """A new word of this company's own."""
        return f"{self.tenant.slug}-{self.tenant.id}-{next(self.numbers)}"

    def owns(self, word: str) -> bool:
        """Whether a word came from here."""
        return word.startswith(f"{self.tenant.slug}-{self.tenant.id}-")

    def get(self, path: str, **query: str) -> httpx.Response:
        """A call with the company's token."""
        return self.http.get(f"/noise{path}", params=query)

    def post(self, path: str, **form: str) -> httpx.Response:
        """The same, writing."""
        return self.http.post(f"/noise{path}", data=form)

    def send_and_hang_up(self, path: str, form: Mapping[str, str]) -> None:
        """A request whose sender is gone before the answer."""
        body = str(httpx.QueryParams(dict(form))).encode()
        head = (
            f"POST /noise{path} HTTP/1.1\r\nHost: {self.host}\r\n"
            f"Authorization: Bearer {self.token}\r\nContent-Length: {len(body)}\r\n"
            "Content-Type: application/x-www-form-urlencoded\r\n\r\n"
        )
        with socket.create_connection(self.address) as connection:
            connection.sendall(head.encode() + body)

    @contextmanager
    def listening(self, channel: str = "noise", *, cookie: str = "") -> Iterator[ClientConnection]:
        """An open page of this company, with its own cookie or a stranger's."""
        plain = socket.create_connection(self.address)
        with connect(
            f"ws://{self.host}/ws?channel={channel}",
            sock=plain,
            origin=f"http://{self.host}",  # type: ignore[arg-type]
            additional_headers={"Cookie": f"{SESSION_COOKIE}={cookie or self.cookie}"},
        ) as page:
            yield page

    def close(self) -> None:
        self.http.close()


def heard(page: ClientConnection, is_all: Callable[[list[Any]], bool]) -> list[Any]:
    """What the notices say that a page gets, which are to become all that it shall get, and those
    that come in the moment after. How far it has heard is no notice."""
    told: list[Any] = []
    while True:
        try:
            said = json.loads(page.recv(timeout=0.5 if is_all(told) else PATIENCE))
        except TimeoutError:
            return told
        if "channel" in said:
            told.append(said["data"])


def open_company(kernel: Kernel, tenant: Tenant, address: tuple[str, int]) -> Company:
    """Make the administrator, a token and a browser session."""
    host = f"{tenant.slug}.{kernel.config.base_domain}"
    with kernel.session(tenant) as session:
        user = users.create_user(
            session, email="boss@example.com", name="Boss", roles=[users.ADMIN_ROLE]
        )
        token = api_tokens.create_token(
            session,
            user,
            name="isolation",
            abilities=["noise.mark.make"],
            expires_at=utc_now() + timedelta(hours=1),
        )
        cookie = login_sessions.begin(
            session, user.id, client=Client("127.0.0.1", host), method="password"
        )
    http = httpx.Client(
        base_url=f"http://{address[0]}:{address[1]}",
        headers={"Host": host, "Authorization": f"Bearer {token.secret}"},
        timeout=PATIENCE,
    )
    return Company(tenant, host, address, token.secret, cookie, http)
