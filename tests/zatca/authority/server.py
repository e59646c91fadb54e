"""A stand-in of the authority: its addresses, headers and answers over real HTTP, in a thread.

    with StandIn() as authority:
        otp = authority.register.new_password()

`misbehave` makes coming calls go wrong, one after the other. `register` holds what was issued and
received, which is what the authority would know.
"""

from __future__ import annotations

import base64
import binascii
import json
import threading
from collections import deque
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from email.utils import format_datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any, Self

from tests.zatca.authority.mischief import Mischief
from tests.zatca.authority.register import Issue, Register, Reply


class StandIn:
    """The server, what it knows, and what it will do wrong. `skew` is how wrong its clock is."""

    def __init__(self) -> None:
        self.register = Register()
        self.skew = timedelta()
        self.calls: list[tuple[str, str]] = []
        self._mischief: deque[Mischief] = deque()
        self._down = False
        stand_in = self

        class Handler(_Handler):
            owner = stand_in

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        self._thread = threading.Thread(target=self._server.serve_forever, args=(0.02,))

    @property
    def url(self) -> str:
        """What the deployment's gateway is set to."""
        return f"http://127.0.0.1:{self._server.server_address[1]}"

    def misbehave(self, *mischief: Mischief) -> None:
        """Let coming calls go wrong, each in its way."""
        self._mischief.extend(mischief)

    def behave(self) -> None:
        """Forget all misbehaviour that is still to come."""
        self._mischief.clear()
        self._down = False
        self.skew = timedelta()
        self.register.renewal_needs_checks = False
        self.register.certifies = None
        self.register.days = 5 * 365

    def outage(self, down: bool) -> None:
        """Answer 503 to everything until it is over."""
        self._down = down

    def next_mischief(self) -> Mischief | None:
        """What is wrong with the call at hand."""
        if self._down:
            return Mischief(503, b'{"message":"down"}')
        return self._mischief.popleft() if self._mischief else None

    def __enter__(self) -> Self:
        self._thread.start()
        return self

    def __exit__(self, *_: object) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


class _Handler(BaseHTTPRequestHandler):
    owner: StandIn
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        self._answer("POST")

    def do_PATCH(self) -> None:
        self._answer("PATCH")

    def do_HEAD(self) -> None:
        """Nothing stands there; the answer bears the time as any other does."""
        self._send(404, b"", Mischief())

    def log_message(self, format: str, *args: Any) -> None:  # noqa: A002 - the base's name
        """Tests print what they have to say themselves."""

    def date_time_string(self, timestamp: float | None = None) -> str:
        return format_datetime(datetime.now(UTC) + self.owner.skew, usegmt=True)

    def _answer(self, method: str) -> None:
        content = self.rfile.read(int(self.headers.get("Content-Length", 0)))
        environment, _, path = self.path.lstrip("/").partition("/")
        self.owner.calls.append((method, f"/{path}"))
        mischief = self.owner.next_mischief() or Mischief()
        if mischief.held is not None:
            mischief.held.wait(30)
        if mischief.status is not None and not mischief.processed:
            self._send(mischief.status, mischief.body, mischief)
            return
        with self.owner.register.lock:
            status, reply = self._asked(method, environment, f"/{path}", content)
        if mischief.silent:
            self.close_connection = True
            return
        body = mischief.body if mischief.status is not None else json.dumps(reply).encode()
        self._send(mischief.status or status, body, mischief)

    def _send(self, status: int, body: bytes, mischief: Mischief) -> None:
        self.send_response(status)
        self.send_header("Content-Type", mischief.content_type)
        self.send_header("Content-Length", str(len(body)))
        for name, value in mischief.headers.items():
            self.send_header(name, value)
        self.end_headers()
        self.wfile.write(body[: len(body) // 2] if mischief.cut else body)
        self.close_connection = self.close_connection or mischief.cut

    def _asked(self, method: str, environment: str, path: str, content: bytes) -> Reply:
        if self.headers.get("Accept-Version") != "V2":
            return 406, {"message": "This Version is not supported or not provided in the header."}
        try:
            body = json.loads(content)
        except ValueError:
            return 400, {"errors": [{"code": "Invalid-JSON", "message": ""}]}
        register, otp = self.owner.register, self.headers.get("OTP", "")
        if (method, path) == ("POST", "/compliance"):
            return register.compliance(environment, otp, body)
        token, owner = self._authenticated(environment)
        if owner is None:
            return 401, {"timestamp": 0, "status": 401, "error": "Unauthorized", "message": ""}
        routes: dict[tuple[str, str, bool], Callable[[], Reply]] = {
            ("POST", "/compliance/invoices", False): lambda: register.check(owner, body),
            ("POST", "/production/csids", False): lambda: register.production(owner, body),
            ("PATCH", "/production/csids", True): lambda: register.renew(
                environment, owner, otp, body
            ),
            ("POST", "/invoices/reporting/single", True): lambda: register.submit(
                token, owner, body, clear=False
            ),
            ("POST", "/invoices/clearance/single", True): lambda: register.submit(
                token, owner, body, clear=True
            ),
        }
        route = routes.get((method, path, owner.production))
        return route() if route else (404, {"message": "no such address"})

    def _authenticated(self, environment: str) -> tuple[str, Issue | None]:
        kind, _, pair = self.headers.get("Authorization", "").partition(" ")
        try:
            token, _, secret = base64.b64decode(pair, validate=True).decode().partition(":")
        except (binascii.Error, UnicodeDecodeError):
            return "", None
        issue = self.owner.register.issued.get(token)
        good = kind == "Basic" and issue is not None and issue.secret == secret
        return token, issue if good and issue and issue.environment == environment else None
