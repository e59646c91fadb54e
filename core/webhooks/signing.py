"""Signatures by which a receiver knows who speaks: Standard Webhooks 1.0.0, symmetric.

`webhook-signature: v1,<base64 of HMAC-SHA-256(secret, "<id>.<timestamp>.<body>")>`, with the
secret handed over as `whsec_<base64>`. Source: https://www.standardwebhooks.com.
"""

from __future__ import annotations

import base64
import hmac
import secrets
from typing import Final

_PREFIX: Final = "whsec_"
_SECRET_BYTES: Final = 32


def new_secret() -> str:
    """A secret as the receiver is given it."""
    return _PREFIX + base64.b64encode(secrets.token_bytes(_SECRET_BYTES)).decode()


def headers(secret: str, *, message_id: str, timestamp: int, body: bytes) -> dict[str, str]:
    """What a message carries: its id, the seconds since 1970 in UTC, the signature of both and
    of the body's bytes."""
    key = base64.b64decode(secret.removeprefix(_PREFIX))
    signed = f"{message_id}.{timestamp}.".encode() + body
    signature = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
    return {
        "webhook-id": message_id,
        "webhook-timestamp": str(timestamp),
        "webhook-signature": f"v1,{signature}",
    }
