"""Pages as a web server asks for them, in this process: from the request as it is handed over
to the last byte of the answer."""

from __future__ import annotations

from types import TracebackType
from typing import Any, Self

import uvloop

from benchmarks.stage import Stage
from core.tenancy.tenant import Tenant
from core.web.app import Application


class Pages:
    """Asks for pages of a tenant with a bearer token. Used as a context."""

    def __init__(self, stage: Stage, tenant: Tenant, token: str) -> None:
        self._app = Application(stage.kernel)
        self._loop = uvloop.new_event_loop()  # as the web process has it
        self._headers = [
            (b"host", f"{tenant.slug}.{stage.config.base_domain}".encode()),
            (b"accept", b"text/html"),
            (b"authorization", f"Bearer {token}".encode()),
        ]

    def __enter__(self) -> Self:
        return self

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self._loop.close()
        self._app.close()

    def get(self, path: str, query: str = "", *, times: int = 1) -> None:
        """Ask for a page, several times where that is wanted; raises unless it is answered 200."""
        self._loop.run_until_complete(self._many(path, query, times))

    async def _many(self, path: str, query: str, times: int) -> None:
        for _ in range(times):
            await self._get(path, query)

    async def _get(self, path: str, query: str) -> None:
        scope: dict[str, Any] = {
            "type": "http",
            "asgi": {"version": "3.0"},
            "http_version": "1.1",
            "method": "GET",
            "scheme": "http",
            "path": path,
            "raw_path": path.encode(),
            "root_path": "",
            "query_string": query.encode(),
            "headers": self._headers,
            "client": ("127.0.0.1", 1),
            "server": ("127.0.0.1", 80),
        }
        statuses = []

        async def receive() -> dict[str, Any]:
            return {"type": "http.request", "body": b"", "more_body": False}

        async def send(message: Any) -> None:
            if message["type"] == "http.response.start":
                statuses.append(message["status"])

        await self._app(scope, receive, send)
        if statuses != [200]:
            raise RuntimeError(f"{path}?{query} answered {statuses}")
