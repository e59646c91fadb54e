"""The websocket `/ws`: tells the open pages of a signed-in user what has changed.

The address names channels (`/ws?channel=jobs&channel=shop.orders`); later the page may send
`{"listen": [...]}` to hear others. Notices hold ids, never content, and come from the user's
own tenant alone, by permission (core/web/live.py). Now and then the page is told how far it has
heard (`{"since": ...}`); coming back it says so (`&since=`) and is told what it missed. A page
that was just opened bears how far it had heard when it was read (`&since=...&opened=1`). The
session cookie is asked for, and the page must be of this very host, since browsers attach
cookies to foreign pages' sockets too.
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import Executor
from dataclasses import dataclass
from typing import Any, Final

import orjson
from prometheus_client import Gauge
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from core.addresses import parts_of
from core.channels import Notice, Subscription
from core.errors import AppError
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.admission import identify
from core.web.incoming import Incoming, open_request
from core.web.live import MAX_CHANNELS, Hearing, are_channels, hearing, notices_after, read_since
from core.web.rendering import to_json

PATH = "/ws"
_POLICY_VIOLATION = 1008
_RECHECK_SECONDS = 20.0
_LONGEST_MESSAGE: Final = MAX_CHANNELS * 80


@dataclass(frozen=True, slots=True)
class _Look:
    """What a page may hear now, and what it has missed."""

    heard: Hearing
    notices: list[Notice]
    since: int


class Sockets:
    """Serves the websockets of all tenants; one per process."""

    def __init__(self, kernel: Kernel, threads: Executor, open_sockets: Gauge) -> None:
        self._kernel = kernel
        self._threads = threads
        self._open = open_sockets

    async def serve(
        self, scope: Scope, receive: Receive, send: Send, tenant: Tenant, host: str
    ) -> None:
        """One websocket, until either side hangs up or its user is signed out."""
        await receive()
        incoming = open_request(
            {**scope, "method": "GET"}, Headers(raw=scope["headers"]), tenant, host, ""
        )
        wanted = frozenset(incoming.query.getlist("channel"))
        ear = _Ear(self._kernel, self._threads, incoming, wanted)
        since = read_since(incoming.query.get("since", ""))
        # A page that was just read is told what its reading missed, and nothing by guess.
        was_away = since is not None and "opened" not in incoming.query
        if not (_is_own_page(incoming) and wanted and are_channels(wanted)) or not (
            first := await ear.look(since, was_away=was_away)
        ):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        await send({"type": "websocket.accept"})
        with (
            self._open.track_inprogress(),
            self._kernel.channels.subscribe(tenant, first.heard.channels) as subscription,
        ):
            ear.attend(subscription, first)
            await _first_of(ear.follow(receive), ear.check_again(), ear.tell(send))
        with contextlib.suppress(RuntimeError, OSError):  # it may be gone already
            await send({"type": "websocket.close", "code": 1000})


class _Ear:
    """One page that listens."""

    def __init__(
        self, kernel: Kernel, threads: Executor, incoming: Incoming, wanted: frozenset[str]
    ) -> None:
        self._kernel = kernel
        self._threads = threads
        self._incoming = incoming
        self._wanted = wanted
        self._heard = Hearing()
        self._since: int | None = None
        self._subscription: Subscription | None = None

    async def look(self, since: int | None, *, was_away: bool = False) -> _Look | None:
        """What there is to hear; None if its user is not signed in, or no member here."""
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(
            self._threads, _look, self._kernel, self._incoming, self._wanted, since, was_away
        )

    def attend(self, subscription: Subscription, found: _Look) -> None:
        """Hear what may be heard from here on, and what was found to be missed."""
        self._subscription = subscription
        self._heard, self._since = found.heard, found.since
        subscription.channels = found.heard.channels
        for notice in (*found.notices, Notice("", {"since": str(found.since)})):
            subscription.offer(notice)

    async def tell(self, send: Send) -> None:
        """Pass on what is heard."""
        assert self._subscription is not None
        while True:
            notice = self._heard.heard(await self._subscription.next())
            said: Any = {"channel": notice.channel, "data": notice.data}
            text = to_json(said if notice.channel else notice.data).decode()
            await send({"type": "websocket.send", "text": text})

    async def follow(self, receive: Receive) -> None:
        """Hear other channels when the page asks for them, until it is gone."""
        while (message := await receive())["type"] != "websocket.disconnect":
            wanted = _asked_for(message.get("text") or "")
            if wanted is not None and wanted != self._wanted:
                self._wanted = wanted
                if not await self._look_again():
                    return

    async def check_again(self) -> None:
        """Until the user is signed out: permissions change, and what other processes change is
        not heard here unless Redis carries it."""
        while True:
            await asyncio.sleep(_RECHECK_SECONDS)
            if not await self._look_again():
                return

    async def _look_again(self) -> bool:
        found = await self.look(self._since)
        if found is not None and self._subscription is not None:
            self.attend(self._subscription, found)
        return found is not None


def _look(
    kernel: Kernel, incoming: Incoming, wanted: frozenset[str], since: int | None, was_away: bool
) -> _Look | None:
    credential = incoming.credential
    if incoming.path != PATH or credential is None or credential.kind != "session":
        return None
    try:
        tenant = kernel.directory.find_host(incoming.host)
        if tenant is None or tenant.id != incoming.tenant.id or tenant.status != "active":
            return None
        who = identify(kernel, incoming)
        if who.kind != "user":
            return None
        with kernel.session(tenant, actor=who, readonly=True) as session:
            heard = hearing(session, wanted)
            return _Look(heard, *notices_after(session, heard, since, was_away=was_away))
    except AppError:
        return None


def _asked_for(text: str) -> frozenset[str] | None:
    """The channels that a page's message names; None for any other message."""
    if len(text) > _LONGEST_MESSAGE:
        return None
    try:
        names = orjson.loads(text)["listen"]
        wanted = frozenset(names)
        return wanted if are_channels(wanted) else None
    except (orjson.JSONDecodeError, KeyError, TypeError):
        return None


def _is_own_page(incoming: Incoming) -> bool:
    origin = parts_of(incoming.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == incoming.headers.get("host", "")


async def _first_of(*waits: object) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[arg-type]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)
