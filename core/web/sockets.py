"""The websocket `/ws`: tells the open pages of a signed-in user what has changed.

The address names channels (`/ws?channel=jobs&channel=addons`). Notices hold ids, never
content, and come from the user's own tenant alone. The session cookie is asked for, and the
page must be of this very host, since browsers attach cookies to foreign pages' sockets too.
"""

from __future__ import annotations

import asyncio
import contextlib
import re
from concurrent.futures import Executor
from urllib.parse import urlsplit

from prometheus_client import Gauge
from starlette.datastructures import Headers
from starlette.types import Receive, Scope, Send

from core.channels import Subscription
from core.errors import AppError
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.admission import identify
from core.web.incoming import Incoming, open_request
from core.web.rendering import to_json

PATH = "/ws"
MAX_CHANNELS = 10
_CHANNEL = re.compile(r"[a-z][a-z0-9_.]{0,63}")
_POLICY_VIOLATION = 1008
_RECHECK_SECONDS = 30.0


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
        channels = frozenset(incoming.query.getlist("channel"))
        if not await self._may_listen(incoming, channels):
            await send({"type": "websocket.close", "code": _POLICY_VIOLATION})
            return
        await send({"type": "websocket.accept"})
        with (
            self._open.track_inprogress(),
            self._kernel.channels.subscribe(tenant, channels) as subscription,
        ):
            await _first_of(
                _until_gone(receive), self._until_signed_out(incoming), _tell(subscription, send)
            )
        with contextlib.suppress(RuntimeError, OSError):  # it may be gone already
            await send({"type": "websocket.close", "code": 1000})

    async def _may_listen(self, incoming: Incoming, channels: frozenset[str]) -> bool:
        return (
            incoming.path == PATH
            and _is_own_page(incoming)
            and 0 < len(channels) <= MAX_CHANNELS
            and all(_CHANNEL.fullmatch(channel) for channel in channels)
            and await self._is_member(incoming)
        )

    async def _until_signed_out(self, incoming: Incoming) -> None:
        while await self._is_member(incoming):
            await asyncio.sleep(_RECHECK_SECONDS)

    async def _is_member(self, incoming: Incoming) -> bool:
        loop = asyncio.get_running_loop()
        return await loop.run_in_executor(self._threads, _is_member, self._kernel, incoming)


def _is_member(kernel: Kernel, incoming: Incoming) -> bool:
    """Whether a user of the company is signed in, and the company is served."""
    credential = incoming.credential
    if credential is None or credential.kind != "session":
        return False
    try:
        tenant = kernel.directory.find_host(incoming.host)
        if tenant is None or tenant.id != incoming.tenant.id or tenant.status != "active":
            return False
        return identify(kernel, incoming).kind == "user"
    except AppError:
        return False


def _is_own_page(incoming: Incoming) -> bool:
    origin = urlsplit(incoming.headers.get("origin", ""))
    return bool(origin.netloc) and origin.netloc == incoming.headers.get("host", "")


async def _first_of(*waits: object) -> None:
    tasks = [asyncio.ensure_future(wait) for wait in waits]  # type: ignore[arg-type]
    try:
        await asyncio.wait(tasks, return_when=asyncio.FIRST_COMPLETED)
    finally:
        for task in tasks:
            task.cancel()
        await asyncio.gather(*tasks, return_exceptions=True)


async def _until_gone(receive: Receive) -> None:
    while (await receive())["type"] != "websocket.disconnect":
        continue  # pages only listen; what they send means nothing


async def _tell(subscription: Subscription, send: Send) -> None:
    while True:
        notice = await subscription.next()
        text = to_json({"channel": notice.channel, "data": notice.data}).decode()
        await send({"type": "websocket.send", "text": text})
