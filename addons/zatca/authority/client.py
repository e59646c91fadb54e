"""Calls of the authority. What comes back, and that nothing came back, are both results: nothing
here raises for what the network or the authority does."""

from __future__ import annotations

import base64
import time
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Final

import httpx
import orjson

from addons.zatca.authority.environments import Environment
from core.api import OutgoingClient

TIMEOUT: Final = httpx.Timeout(30.0, connect=10.0)
_MAX_ANSWER: Final = 20 * 1024 * 1024
"""No answer of the authority comes near; what is longer is none of its."""

_MAX_SECONDS: Final = 45.0
"""For the whole answer, which may come drop by drop; a database waits with us, for a minute."""

_KEPT_HEADERS: Final = ("content-type", "date", "retry-after", "x-global-transaction-id")


@dataclass(frozen=True, slots=True)
class Credential:
    """What a device shows: the token exactly as it was issued, and its secret."""

    token: str
    secret: str = field(repr=False)

    @property
    def basic(self) -> str:
        """The Authorization header (RFC 7617)."""
        pair = f"{self.token}:{self.secret}".encode()
        return "Basic " + base64.b64encode(pair).decode("ascii")


@dataclass(frozen=True, slots=True)
class Exchange:
    """One call and what became of it. Without a `status` there was no answer, or only a part of
    one, and `failure` says why; `sent` is whether the request may have arrived."""

    endpoint: str
    request: bytes = field(repr=False)
    status: int | None
    headers: Mapping[str, str]
    body: bytes
    milliseconds: int
    failure: str = ""
    sent: bool = True


@dataclass(frozen=True, slots=True)
class Submission:
    """A signed document on its way."""

    uuid: str
    hash: str
    xml: bytes = field(repr=False)

    def body(self) -> bytes:
        """The same bytes each time it is sent: so the authority knows it again."""
        return orjson.dumps(
            {
                "invoiceHash": self.hash,
                "uuid": self.uuid,
                "invoice": base64.b64encode(self.xml).decode("ascii"),
            }
        )


class Authority:
    """One environment of the authority, in the language that its messages shall have."""

    def __init__(self, environment: Environment, *, language: str = "en") -> None:
        self._environment = environment
        self._language = "ar" if language.startswith("ar") else "en"

    def compliance_csid(self, csr: str, otp: str) -> Exchange:
        """Ask for a compliance certificate; every one takes an OTP of its own."""
        return self._call("POST", "/compliance", {"OTP": otp}, orjson.dumps({"csr": csr}))

    def compliance_check(self, credential: Credential, document: Submission) -> Exchange:
        """Show one of the documents that a device must master before production."""
        headers = {"Authorization": credential.basic}
        return self._call("POST", "/compliance/invoices", headers, document.body())

    def production_csid(self, credential: Credential, request_id: str) -> Exchange:
        """Ask for the production certificate, once all compliance documents have passed."""
        body = orjson.dumps({"compliance_request_id": request_id})
        headers = {"Authorization": credential.basic}
        return self._call("POST", "/production/csids", headers, body)

    def renew_csid(self, credential: Credential, csr: str, otp: str) -> Exchange:
        """Ask for the certificate that follows the one in use."""
        headers = {"Authorization": credential.basic, "OTP": otp}
        return self._call("PATCH", "/production/csids", headers, orjson.dumps({"csr": csr}))

    def report(self, credential: Credential, document: Submission) -> Exchange:
        """Report a document that its buyer has already."""
        return self._submit("/invoices/reporting/single", "0", credential, document)

    def clear(self, credential: Credential, document: Submission) -> Exchange:
        """Have a document cleared before its buyer gets it."""
        return self._submit("/invoices/clearance/single", "1", credential, document)

    def time(self) -> Exchange:
        """Ask for nothing: any answer says in its headers what time it is there."""
        return self._call("HEAD", "/", {}, b"")

    def _submit(
        self, path: str, clearance: str, credential: Credential, document: Submission
    ) -> Exchange:
        headers = {"Authorization": credential.basic, "Clearance-Status": clearance}
        return self._call("POST", path, headers, document.body())

    def _call(self, method: str, path: str, headers: Mapping[str, str], body: bytes) -> Exchange:
        began = time.monotonic()
        status: int | None = None
        kept: dict[str, str] = {}
        content, failure, sent = b"", "", True
        try:
            # Not followed: a 303 means that another endpoint is to be asked, not this address.
            with (
                OutgoingClient(timeout=TIMEOUT, follow_redirects=False) as client,
                client.stream(
                    method,
                    self._environment.url + path,
                    content=body,
                    headers={**self._headers(), **headers},
                ) as response,
            ):
                kept = {k: v for k, v in response.headers.items() if k in _KEPT_HEADERS}
                content = _whole(response, until=began + _MAX_SECONDS)
                status = response.status_code
        except (httpx.ConnectError, httpx.ConnectTimeout, httpx.PoolTimeout) as error:
            failure, sent = _named(error), False
        except (httpx.HTTPError, _TooLong) as error:
            failure = _named(error)
        took = round((time.monotonic() - began) * 1000)
        return Exchange(path, body, status, kept, content, took, failure, sent)

    def _headers(self) -> dict[str, Any]:
        return {
            "Accept": "application/json",
            "Accept-Language": self._language,
            "Accept-Version": "V2",
            "Content-Type": "application/json",
        }


class _TooLong(Exception):
    """The answer does not end."""


def _whole(response: httpx.Response, *, until: float) -> bytes:
    parts: list[bytes] = []
    length = 0
    for part in response.iter_bytes():
        length += len(part)
        if length > _MAX_ANSWER:
            raise _TooLong(f"more than {_MAX_ANSWER} bytes")
        if time.monotonic() > until:
            raise _TooLong(f"more than {_MAX_SECONDS:.0f} seconds")
        parts.append(part)
    return b"".join(parts)


def _named(error: Exception) -> str:
    return f"{type(error).__name__}: {error}".rstrip(": ")
