"""What the stand-in does wrong when it is asked to, one misbehaviour for each call to come."""

from __future__ import annotations

from dataclasses import dataclass, field
from threading import Event
from typing import Final


@dataclass(frozen=True, slots=True)
class Mischief:
    """How one call goes wrong. `processed` does what was asked before it fails to say so; a
    `held` call answers once it is let go; `cut` sends half of the answer and hangs up; a `status`
    is sent instead of what is true, with `body` of `content_type`."""

    status: int | None = None
    body: bytes = b""
    content_type: str = "application/json"
    headers: dict[str, str] = field(default_factory=dict)
    processed: bool = False
    cut: bool = False
    silent: bool = False
    held: Event | None = None


def server_error(status: int = 503, *, retry_after: str | None = None) -> Mischief:
    """Nothing received: 429, 500, 503, 504."""
    headers = {} if retry_after is None else {"Retry-After": retry_after}
    body = b'{"category":"HTTP-Errors","code":"%d","message":"Something went wrong."}' % status
    return Mischief(status, body, headers=headers)


HTML: Final = Mischief(200, b"<html><h1>Maintenance</h1></html>", content_type="text/html")
GARBAGE: Final = Mischief(200, b"\x00\xff{]", processed=True)
CUT: Final = Mischief(processed=True, cut=True)
HANG_UP: Final = Mischief(processed=True, silent=True)
CLEARANCE_OFF: Final = Mischief(
    303,
    b'{"message":"Clearance is deactiviated.'
    b' Please use the /invoices/reporting/single endpoint instead."}',
    headers={"Location": "/invoices/reporting/single"},
)
TOO_LARGE: Final = Mischief(413, b'{"message":"Payload too large"}')
EMPTY_SUCCESS: Final = Mischief(200, b'{"requestID":-2,"dispositionMessage":"NOT_COMPLIANT"}')
REFUSED: Final = Mischief(
    400,
    b'{"validationResults":{"status":"ERROR","infoMessages":[],"warningMessages":[],'
    b'"errorMessages":[{"type":"ERROR","code":"certificate-permissions","category":"X",'
    b'"message":"User only allowed to use the vat number","status":"ERROR"}]},'
    b'"clearanceStatus":"NOT_CLEARED","clearedInvoice":null}',
)
