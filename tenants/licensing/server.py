"""Speaks to the vendor's licence server, if one is set: JSON over HTTPS, one POST.

Sent are `{"licences": [text, …], "lists": {key id: version}}`: the signed licences that end soon
or ended lately, and which lists of revocations are known. Answered is `{"licences": [{"replaces":
serial, "licence": text}, …], "lists": [text, …]}`. Nothing else leaves the deployment, and nothing
that comes back counts before its signature was verified.
"""

from __future__ import annotations

import time
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any, Final
from urllib.parse import urlsplit

import httpx

from core.declare import msg
from core.errors import AppError
from core.i18n import phrase
from core.outgoing import OutgoingClient

_TIMEOUT: Final = httpx.Timeout(20, connect=5)
_PATIENCE: Final = 60.0
"""Seconds that a whole answer may take, however steadily it drips."""
_LARGEST: Final = 8 * 2**20
_LOOPBACK: Final = frozenset({"localhost", "127.0.0.1", "::1"})


@dataclass(frozen=True, slots=True)
class LicenceServer:
    """Where licences are renewed from. Without an address, nobody is ever asked."""

    url: str = field(
        default="",
        metadata={
            "title": msg("Address"),
            "help": msg(
                "Empty: licences are added by hand. Licences that end soon are sent there, and"
                " nothing else."
            ),
        },
    )
    token: str = field(
        default="",
        metadata={"title": msg("Token"), "help": msg("What it knows us by."), "secret": True},
    )


@dataclass(frozen=True, slots=True)
class Offered:
    """A licence that is to follow another, as signed text."""

    replaces: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """What the server sent: licences, and lists of revocations."""

    licences: tuple[Offered, ...] = ()
    lists: tuple[str, ...] = ()


class ServerSilent(AppError):
    """The licence server cannot be asked, or its answer cannot be read; nothing has changed."""

    status = 503
    code = "licence-server"


def ask(server: LicenceServer, licences: Sequence[str], lists: Mapping[str, int]) -> Answer:
    """What the server has for these licences; raises ServerSilent with a sentence on why not."""
    require_safe(server.url)
    headers = {"accept": "application/json"}
    if server.token:
        headers["authorization"] = f"Bearer {server.token}"
    asked = {"licences": list(licences), "lists": dict(lists)}
    try:
        with (
            OutgoingClient(timeout=_TIMEOUT, follow_redirects=False, trust_env=False) as client,
            client.stream("POST", server.url, json=asked, headers=headers) as response,
        ):
            body = _bounded(response)
            status = response.status_code
    except (httpx.HTTPError, httpx.InvalidURL) as error:
        raise _silent(
            phrase("The licence server cannot be reached: {why}.", why=_why(error))
        ) from error
    if status in (401, 403):
        raise _silent(phrase("The licence server does not know our token."))
    if status != 200:
        raise _silent(phrase("The licence server answered with status {status}.", status=status))
    return _read(body)


def require_safe(url: str) -> None:
    """Raise ServerSilent for an address that is none, or would send licences in the clear."""
    parts = urlsplit(url)
    local = parts.scheme == "http" and parts.hostname in _LOOPBACK
    if not parts.hostname or not (parts.scheme == "https" or local):
        raise _silent(phrase("The address of the licence server has to begin with https://."))


def _bounded(response: httpx.Response) -> bytes:
    found, deadline = bytearray(), time.monotonic() + _PATIENCE
    for chunk in response.iter_bytes():
        if time.monotonic() > deadline:
            raise _silent(phrase("The licence server's answer takes too long."))
        found += chunk
        if len(found) > _LARGEST:
            raise _silent(phrase("The licence server's answer is too large to be one."))
    return bytes(found)


def _read(body: bytes) -> Answer:
    try:
        told = httpx.Response(200, content=body).json()
        offered = tuple(_offered(one) for one in told.get("licences", []))
        lists = tuple(_text(one) for one in told.get("lists", []))
    except (ValueError, TypeError, AttributeError, KeyError) as error:
        raise _silent(phrase("The licence server's answer cannot be read.")) from error
    return Answer(offered, lists)


def _offered(one: Any) -> Offered:
    return Offered(_text(one["replaces"]), _text(one["licence"]))


def _text(value: Any) -> str:
    if not isinstance(value, str):
        raise TypeError("no text")
    return value


def _silent(message: str) -> ServerSilent:
    return ServerSilent(
        message, fix=phrase("Licences go on as they are. It is asked again in a few hours.")
    )


def _why(error: Exception) -> str:
    return str(error).strip().partition("\n")[0] or type(error).__name__
