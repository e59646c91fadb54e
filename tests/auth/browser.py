"""A browser for tests: cookies, redirects on request, and the forms' own hidden fields.

It speaks to the whole web application in this process, through ASGI.
"""

from __future__ import annotations

import asyncio
import re
import threading
from collections.abc import Coroutine
from typing import Any

import httpx

_HIDDEN = re.compile(r'<input type="hidden" name="csrf_token" value="([^"]*)">')


class Loop:
    """An event loop in a thread of its own, for callers that are not async."""

    def __init__(self) -> None:
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, daemon=True)
        self._thread.start()

    def run(self, coroutine: Coroutine[Any, Any, httpx.Response]) -> httpx.Response:
        return asyncio.run_coroutine_threadsafe(coroutine, self._loop).result(60)

    def close(self) -> None:
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(10)
        self._loop.close()


class Browser:
    """One person's browser at one host. `post` sends what a form of the last page would."""

    def __init__(self, app: Any, loop: Loop, host: str, *, address: str = "203.0.113.7") -> None:
        self.origin = f"https://{host}"
        self._loop = loop
        self._http = httpx.AsyncClient(
            transport=httpx.ASGITransport(app, client=(address, 40000)), base_url=self.origin
        )
        self._csrf = ""

    @property
    def cookies(self) -> dict[str, str]:
        return {cookie.name: cookie.value or "" for cookie in self._http.cookies.jar}

    def forget(self, cookie: str) -> None:
        self._http.cookies.delete(cookie)

    def plant(self, cookie: str, value: str) -> None:
        host = self.origin.removeprefix("https://")
        self._http.cookies.set(cookie, value, domain=host, path="/")

    def get(self, path: str, **headers: str) -> httpx.Response:
        return self._seen(self._loop.run(self._http.get(path, headers=_wanting("html", headers))))

    def post(self, path: str, data: dict[str, Any] | None = None, **headers: str) -> httpx.Response:
        form = {"csrf_token": self._csrf, **(data or {})}
        sent = {"Origin": self.origin, "Sec-Fetch-Site": "same-origin"}
        sent |= _wanting("html", headers)
        return self._seen(self._loop.run(self._http.post(path, data=form, headers=sent)))

    def post_json(self, path: str, data: Any, *, token: str = "") -> httpx.Response:
        """As a page's script sends it, or as a program does that has an API token."""
        page = {"Origin": self.origin, "X-CSRF-Token": self._csrf}
        sent = _wanting("json", {"Authorization": f"Bearer {token}"} if token else page)
        return self._loop.run(self._http.post(path, json=data, headers=sent))

    def sign_in(self, email: str, password: str) -> httpx.Response:
        self.get("/login")
        return self.post("/login", {"email": email, "password": password, "next": "/"})

    def _seen(self, response: httpx.Response) -> httpx.Response:
        hidden = _HIDDEN.search(response.text)
        if hidden:
            self._csrf = hidden[1]
        return response


def _wanting(what: str, headers: dict[str, str]) -> dict[str, str]:
    accept = {"html": "text/html", "json": "application/json"}[what]
    named = {name.replace("_", "-"): value for name, value in headers.items()}
    return {"Accept": accept, **named}
