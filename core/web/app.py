"""The web application of one process, as plain ASGI: request id, host, tenant, answer.

request -> health and metrics (any host)
        -> HostDoor        host -> tenant            core/web/hosting.py
        -> StaticFiles     /static/...               core/web/static.py
        -> BrandFiles      /brand/..., the manifest  core/web/branding.py
        -> Endpoint        everything else           core/web/endpoint.py -> transaction.py
websocket -> HostDoor -> Sockets                     core/web/sockets.py
"""

from __future__ import annotations

import asyncio
import contextlib
from concurrent.futures import ThreadPoolExecutor

from starlette.datastructures import Headers, QueryParams
from starlette.types import ASGIApp, Receive, Scope, Send

from core.brand.values import Brand
from core.errors import TooManyRequests
from core.kernel import Kernel
from core.web import static
from core.web.access import Visit, open_visit
from core.web.answer import Answer, send_answer
from core.web.branding import BrandFiles, is_brand_file, is_manifest
from core.web.endpoint import Endpoint
from core.web.errors import ClientGone, Suspended
from core.web.failures import Failures, last_resort
from core.web.headers import common_headers
from core.web.health import Health
from core.web.hosting import HostDoor, NobodyHere
from core.web.incoming import Incoming, open_request
from core.web.metrics import Metrics
from core.web.mounting import mounts_of
from core.web.rates import Rates
from core.web.rendering import Renderer
from core.web.routing import Router
from core.web.shared_rates import SharedRates
from core.web.sockets import Sockets
from core.web.static import static_files
from core.web.templating import Templates
from core.web.tracing import begin_request
from core.web.transaction import Transactions


def build_app(kernel: Kernel) -> ASGIApp:
    """The ASGI application that serves all tenants of this kernel."""
    return Application(kernel)


class Application:
    """What `build_app` returns: the parts of the web, and who is asked first."""

    def __init__(self, kernel: Kernel) -> None:
        self._kernel = kernel
        self._static = static_files(kernel.catalog)
        templates = Templates(kernel, self._static)
        self._failures = Failures(templates)
        self._threads = ThreadPoolExecutor(kernel.config.threads, thread_name_prefix="request")
        self._rates = Rates(shared=kernel.config.redis_url is not None)
        self._door = HostDoor(kernel.directory, templates)
        self._brands = BrandFiles(kernel.brands, self._static, self._threads)
        self._health = Health(kernel)
        self._metrics = Metrics(kernel)
        self._sockets = Sockets(kernel, self._threads, self._metrics.open_sockets)
        self._endpoint = Endpoint(
            kernel,
            Router(mounts_of(kernel.catalog)),
            Transactions(kernel, Renderer(kernel, templates), self._failures),
            self._failures,
            self._threads,
        )

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http":
            await self._http(scope, receive, send)
        elif scope["type"] == "websocket":
            await self._websocket(scope, receive, send)
        else:
            await self._lifespan(receive, send)

    async def _http(self, scope: Scope, receive: Receive, send: Send) -> None:
        visit = open_visit(scope)
        try:
            answer = await self._answer(scope, receive, visit)
        except ClientGone:
            visit.close(499, self._metrics)
            return
        except Exception as error:
            answer = last_resort(visit.request_id, error)
        common = common_headers(
            visit.request_id, answer.headers, secure=visit.secure, forms_to=answer.forms_to
        )
        visit.close(answer.status, self._metrics)
        await send_answer(answer, send, self._threads, common=common)

    async def _answer(self, scope: Scope, receive: Receive, visit: Visit) -> Answer:
        match scope["path"]:
            case "/healthz":
                return self._health.alive()
            case "/readyz":
                return await self._health.ready()
            case "/metrics":
                # The figures about jobs come from a database.
                return await asyncio.to_thread(self._metrics.answer, visit.headers, visit.client)
            case "/may-issue":
                return await self._may_issue(scope, visit.headers)
        try:
            tenant, host = await self._door.find(visit.headers)
        except NobodyHere as nobody:
            return await self._of_brand(scope["path"], nobody.brand) or nobody.answer
        visit.incoming = incoming = open_request(
            scope, visit.headers, tenant, host, visit.request_id
        )
        asset = await self._asset(incoming)
        if asset is not None:
            return asset
        if tenant.status == "suspended":
            return self._failures.answer(incoming, Suspended())
        try:
            self._rates.take(tenant.id, tenant.allowance.requests_per_second)
        except TooManyRequests as error:
            return self._failures.answer(incoming, error)
        if self._kernel.tracer is not None:
            begin_request(self._kernel.tracer, incoming, started=visit.started)
        return await self._endpoint.answer(incoming, receive)

    async def _may_issue(self, scope: Scope, headers: Headers) -> Answer:
        """What a proxy asks before it has a certificate made for a name. It tells no more than a
        visit there would."""
        asked = QueryParams(scope["query_string"]).get("domain", "")
        try:
            served = await self._door.is_served(asked, headers)
        except NobodyHere as nobody:
            return nobody.answer
        plain = [(b"content-type", b"text/plain; charset=utf-8"), (b"cache-control", b"no-store")]
        return Answer(200, plain, b"yes\n") if served else Answer(404, plain, b"no\n")

    async def _asset(self, incoming: Incoming) -> Answer | None:
        """What is the same for everybody, and shown whatever the tenant's state."""
        if incoming.path.startswith(static.URL):
            encodings = incoming.headers.get("accept-encoding", "")
            return self._static.answer(incoming.path, encodings)
        if is_manifest(incoming.path):
            return self._brands.manifest(incoming)
        return await self._of_brand(incoming.path, incoming.tenant.brand)

    async def _of_brand(self, path: str, brand: Brand) -> Answer | None:
        return await self._brands.answer(path, brand) if is_brand_file(path) else None

    async def _websocket(self, scope: Scope, receive: Receive, send: Send) -> None:
        try:
            headers = Headers(raw=scope["headers"])
            tenant, host = await self._door.find(headers)
        except NobodyHere:
            await send({"type": "websocket.close", "code": 1008})
            return
        await self._sockets.serve(scope, receive, send, tenant, host)

    async def _lifespan(self, receive: Receive, send: Send) -> None:
        await receive()
        beside = [asyncio.create_task(self._kernel.channels.relay())]
        if self._kernel.config.redis_url is not None:
            shared = SharedRates(self._rates, self._kernel.config.redis_url)
            beside.append(asyncio.create_task(shared.keep_up()))
        await send({"type": "lifespan.startup.complete"})
        await receive()
        for task in beside:
            task.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await task
        self.close()
        await send({"type": "lifespan.shutdown.complete"})

    def close(self) -> None:
        """Let go of the threads; requests under way come to their end."""
        self._threads.shutdown(wait=True)
        self._door.close()
        self._health.close()
