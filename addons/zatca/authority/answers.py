"""What an answer means for the document that was sent.

The table of the developer portal, and what is known of answers that it does not tell: a time-out
may have been processed, a 200 may hold no verdict, a gateway in between may answer in HTML. Only
what the authority clearly said is final; everything else is asked again with the same bytes.
"""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass
from datetime import UTC, datetime
from email.utils import parsedate_to_datetime
from enum import StrEnum
from typing import Any, Final

import orjson

from addons.zatca.authority.client import Exchange


class Outcome(StrEnum):
    """What became of a document that was sent."""

    ACCEPTED = "accepted"
    DUPLICATE = "duplicate"
    """It was reported before: ours, if we have sent it before."""
    USE_REPORTING = "use_reporting"
    """Clearance is switched off; the same document is to be reported."""
    REJECTED = "rejected"
    UNAUTHORIZED = "unauthorized"
    TOO_LARGE = "too_large"
    NOT_RECEIVED = "not_received"
    UNKNOWN = "unknown"
    """It may have been processed, or not."""


@dataclass(frozen=True, slots=True)
class Message:
    """One finding of the authority, in its own words."""

    code: str
    category: str
    text: str


@dataclass(frozen=True, slots=True)
class Answer:
    """The meaning of an exchange. `cleared` is the stamped document, byte for byte; `retry_after`
    how many seconds the authority asks us to wait."""

    outcome: Outcome
    errors: tuple[Message, ...] = ()
    warnings: tuple[Message, ...] = ()
    cleared: bytes | None = None
    retry_after: float | None = None


_NOT_RECEIVED: Final = frozenset({408, 425, 429, 500, 502, 503, 504})
_DONE: Final = frozenset({"REPORTED", "CLEARED"})
_UNDONE: Final = frozenset({"NOT_REPORTED", "NOT_CLEARED"})


def submitted(exchange: Exchange, now: datetime) -> Answer:
    """What became of a document that was reported or sent for clearance."""
    status = exchange.status
    wait = retry_after(exchange, now)
    if status is None:
        return Answer(
            Outcome.UNKNOWN if exchange.sent else Outcome.NOT_RECEIVED,
            errors=(Message("", "network", exchange.failure),),
        )
    if status in _NOT_RECEIVED:
        return Answer(Outcome.NOT_RECEIVED, errors=_complaints(exchange), retry_after=wait)
    if status == 401:
        return Answer(Outcome.UNAUTHORIZED, errors=_complaints(exchange))
    if status == 413:
        return Answer(Outcome.TOO_LARGE, errors=_complaints(exchange))
    if status == 303 and exchange.endpoint.endswith("/clearance/single"):
        return Answer(Outcome.USE_REPORTING)
    content = _object(exchange.body)
    if content is None:
        # Not the authority's words: something between us, or an answer cut short.
        return Answer(Outcome.UNKNOWN, errors=_complaints(exchange), retry_after=wait)
    return _verdict(status, content, exchange)


def _verdict(status: int, content: dict[str, Any], exchange: Exchange) -> Answer:
    results = content.get("validationResults")
    told = content.get("clearanceStatus") or content.get("reportingStatus")
    errors = _messages(results, "errorMessages")
    warnings = _messages(results, "warningMessages")
    if status == 409:
        return Answer(Outcome.DUPLICATE, errors=errors)
    if status in (200, 202, 208) and told in _DONE:
        cleared = _cleared(content)
        if told == "CLEARED" and cleared is None:
            # Asked again, the authority answers 208 with the document.
            return Answer(Outcome.UNKNOWN, errors=errors, warnings=warnings)
        return Answer(Outcome.ACCEPTED, warnings=warnings, cleared=cleared)
    if status == 400 or (status in (200, 202) and told in _UNDONE):
        return Answer(Outcome.REJECTED, errors=errors or _complaints(exchange), warnings=warnings)
    return Answer(Outcome.UNKNOWN, errors=errors or _complaints(exchange), warnings=warnings)


def compliance_passed(exchange: Exchange) -> Answer:
    """Whether a compliance document passed: with warnings it does."""
    content = _object(exchange.body)
    results = content.get("validationResults") if content else None
    if exchange.status in (200, 202) and isinstance(results, dict):
        errors = _messages(results, "errorMessages")
        if not errors and results.get("status") in ("PASS", "WARNING"):
            return Answer(Outcome.ACCEPTED, warnings=_messages(results, "warningMessages"))
    if exchange.status in (200, 202, 400) and content is not None:
        errors = _messages(results, "errorMessages") or _complaints(exchange)
        return Answer(Outcome.REJECTED, errors=errors)
    if exchange.status == 401:
        return Answer(Outcome.UNAUTHORIZED, errors=_complaints(exchange))
    return Answer(Outcome.UNKNOWN, errors=_complaints(exchange))


@dataclass(frozen=True, slots=True)
class Issued:
    """A certificate that was issued. Where `compliant` is False (428 upon renewal), it is one for
    compliance, and the documents are to be shown anew. `request_id` is what the production
    certificate is asked for with."""

    token: str
    secret: str
    request_id: str
    compliant: bool = True


@dataclass(frozen=True, slots=True)
class NotIssued:
    """Why there is no certificate. `again` is whether asking once more could help."""

    errors: tuple[Message, ...]
    again: bool


def issued(exchange: Exchange) -> Issued | NotIssued:
    """What became of a request for a certificate. An answer counts only with a token and a
    secret: errors have come as 200 too."""
    content = _object(exchange.body)
    if exchange.status in (200, 428) and content is not None:
        token, secret = content.get("binarySecurityToken"), content.get("secret")
        if isinstance(token, str) and token and isinstance(secret, str) and secret:
            number = str(content.get("requestID", ""))
            compliant = content.get("dispositionMessage") != "NOT_COMPLIANT"
            return Issued(token, secret, number, compliant and exchange.status == 200)
    again = exchange.status is None or exchange.status in _NOT_RECEIVED
    return NotIssued(_complaints(exchange), again)


def retry_after(exchange: Exchange, now: datetime) -> float | None:
    """Seconds, or a date (RFC 9110, 10.2.3); None where nothing sensible is said."""
    said = exchange.headers.get("retry-after", "").strip()
    if said.isdecimal() and said.isascii():
        return float(said[:9])
    try:
        then = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    if then.tzinfo is None:
        then = then.replace(tzinfo=UTC)
    return max(0.0, (then - now).total_seconds())


def _cleared(content: dict[str, Any]) -> bytes | None:
    text = content.get("clearedInvoice")
    if not isinstance(text, str) or not text:
        return None
    try:
        return base64.b64decode(text, validate=True)
    except binascii.Error:
        return None


def _messages(results: Any, kind: str) -> tuple[Message, ...]:
    told = results.get(kind) if isinstance(results, dict) else None
    if not isinstance(told, list):
        return ()
    return tuple(
        Message(_text(each.get("code")), _text(each.get("category")), _text(each.get("message")))
        for each in told
        if isinstance(each, dict)
    )


def _complaints(exchange: Exchange) -> tuple[Message, ...]:
    """Whatever can be said of an answer that holds no verdict, in its many shapes."""
    content = _object(exchange.body)
    if content is None:
        said = exchange.failure or exchange.body[:300].decode(errors="replace").strip()
        return (Message(str(exchange.status or ""), "HTTP", said.replace("\x00", "")),)
    results = content.get("validationResults")
    if found := _messages(results, "errorMessages") or _messages(content, "errors"):
        return found
    plain = content.get("errors")
    if isinstance(plain, list) and plain:
        return tuple(Message("", "", str(each)) for each in plain)
    code = _text(content.get("code")) or _text(content.get("errorCode"))
    said = _text(content.get("message")) or _text(content.get("dispositionMessage"))
    return (Message(code or str(exchange.status or ""), _text(content.get("category")), said),)


def _object(body: bytes) -> dict[str, Any] | None:
    try:
        content = orjson.loads(body)
    except orjson.JSONDecodeError:
        return None
    return content if isinstance(content, dict) else None


def _text(value: Any) -> str:
    return value.replace("\x00", "")[:2000] if isinstance(value, str) else ""
