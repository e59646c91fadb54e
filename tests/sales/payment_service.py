"""A stand-in for a payment service: it listens on a real socket, shows the payer a page, and calls
the shop back with a signed message."""

from __future__ import annotations

import hashlib
import hmac
import http.client
import itertools
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Any

_PAGE = """<!doctype html><html lang="en"><title>Pay</title><main><h1>{title}</h1>
<p>{amount} {currency}</p><a href="/paid/{key}">Pay now</a></main></html>"""


@dataclass
class PaymentService:
    """What is to be paid, by the number that the service gave it, and how it calls the shop."""

    secret: str
    host: str
    port: int
    payments: dict[int, dict[str, Any]] = field(default_factory=dict)
    forms: list[str] = field(default_factory=list)
    numbers: Iterator[int] = field(default_factory=lambda: itertools.count(1))
    address: str = ""

    def tell(self, signed_with: str = "", **news: Any) -> tuple[int, dict[str, Any]]:
        """Call the shop back; what it answers."""
        body = json.dumps(news).encode()
        secret = (signed_with or self.secret).encode()
        signature = hmac.new(secret, body, hashlib.sha256).hexdigest()
        line = http.client.HTTPConnection("127.0.0.1", self.port, timeout=30)
        headers = {
            "host": f"{self.host}:{self.port}",
            "content-type": "application/json",
            "x-teller-signature": signature,
        }
        line.request("POST", "/api/v1/teller/told", body, headers)
        answer = line.getresponse()
        found = json.loads(answer.read())
        line.close()
        return answer.status, found

    def pay(self, key: int, reference: str = "", **more: Any) -> tuple[int, dict[str, Any]]:
        """Tell that this payment was made, in full unless an amount is given."""
        asked = self.payments[key]
        news = {
            "outcome": "paid",
            "intent": asked["intent"],
            "reference": reference or f"T-{key}",
            "amount": asked["amount"],
            "currency": asked["currency"],
        }
        return self.tell(**{**news, **more})


@contextmanager
def payment_service(secret: str, host: str, port: int) -> Iterator[PaymentService]:
    """The service, calling a shop that is served at this port under this name."""
    service = PaymentService(secret, host, port)

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            _, what, *rest = self.path.split("/")
            if what == "favicon.ico":
                self._answer(204, b"")
                return
            [key] = rest
            asked = service.payments[int(key)]
            if what == "paid":
                service.pay(int(key))
                self._answer(303, b"", location=asked["back"])
            else:
                self._answer(200, _PAGE.format(key=key, **asked).encode())

        def do_POST(self) -> None:
            sent = self.rfile.read(int(self.headers["content-length"]))
            if self.path != "/payments":
                service.forms.append(sent.decode())
                self.do_GET()
                return
            key = next(service.numbers)
            service.payments[key] = json.loads(sent)
            page = f"{service.address}/page/{key}"
            self._answer(200, json.dumps({"page": page}).encode())

        def _answer(self, status: int, body: bytes, location: str = "") -> None:
            self.send_response(status)
            self.send_header("content-type", "text/html; charset=utf-8")
            self.send_header("content-length", str(len(body)))
            if location:
                self.send_header("location", location)
            self.end_headers()
            self.wfile.write(body)

        def log_message(self, *args: Any) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    service.address = f"http://127.0.0.1:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield service
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
