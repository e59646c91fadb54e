"""The Host header, made one spelling or refused."""

from __future__ import annotations

import re

from core.errors import InvalidInput

_LABEL = r"(?!-)[a-z0-9-]{1,63}(?<!-)"
_NAME = re.compile(rf"{_LABEL}(\.{_LABEL})*")
_PORT = re.compile(r"[0-9]{1,5}")
MAX_LENGTH = 253


def normalize(header: str) -> str:
    """`Acme.Example.com.:8000` -> `acme.example.com`.

    International names arrive as punycode (`xn--`), as browsers send them. Raises InvalidInput
    for anything that is not a host name: brackets, spaces, control or non-ASCII characters.
    """
    host, colon, port = header.partition(":")
    host = host.lower().removesuffix(".")
    well_formed = len(host) <= MAX_LENGTH and _NAME.fullmatch(host) is not None
    if not well_formed or (colon and not _PORT.fullmatch(port)):
        raise InvalidInput.of(
            "Host", "The Host header is not a host name.", fix="Open the address you were given."
        )
    return host
