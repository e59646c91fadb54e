"""What stands on the outside of an operation: whose it is, its place in the order, and its hash.

An operation whose place is clear is stored whatever is in it, so that those behind it are not held
up: what cannot be right is quarantined at once, with the reason.
"""

from __future__ import annotations

import hashlib
import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final, TypeGuard

import orjson

from core.api import phrase

MOST_OF_ONE: Final = 64 * 1024
"""Bytes of one operation in its canonical form, without what the till signed of it."""
MOST_SIGNED: Final = 512 * 1024
"""Bytes of one operation with what the till signed: an invoice of some 180 lines, which is as many
as an operation holds without it."""
SIGNED: Final = "einvoice"
"""Where the payload of a sale has what the till signed of it."""
TYPES: Final[Mapping[str, frozenset[int]]] = {
    name: frozenset({1})
    for name in ("session_opened", "sale", "refund", "cash_move", "session_closed", "logged")
}
"""The types that are understood, with the versions of their payload."""
NO_HASH: Final = "0" * 64
_ULID: Final = re.compile(r"[0-7][0-9A-HJKMNP-TV-Z]{25}")
_HASH: Final = re.compile(r"[0-9a-f]{64}")
_MOST_SEQ: Final = 2**53
_OUTSIDE: Final = ("sync_id", "register", "binding", "seq", "type", "version", "occurred_at",
                   "prev_hash")  # fmt: skip

Said = Mapping[str, str]
"""A problem as it is told to a client: field, message, fix."""


@dataclass(frozen=True, slots=True)
class Envelope:
    """An operation as it will be stored. `content` is JSON; `problem` is why it cannot be booked
    as it is."""

    sync_id: str
    seq: int
    type: str
    version: int
    occurred_at: datetime
    prev_hash: str
    hash: str
    content: bytes
    problem: Said | None


@dataclass(frozen=True, slots=True)
class Refused:
    """An operation that has no place here: not stored."""

    sync_id: str
    seq: int | None
    problem: Said


def said(field: str, message: str, fix: str = "") -> Said:
    """A problem as a client reads it."""
    return {"field": field, "message": message, "fix": fix}


def read_envelope(
    raw: Any, *, register: int, binding: int, received: datetime
) -> Envelope | Refused:
    """An operation of the binding with this ordinal at this register. Refused where it is
    somebody else's, or nobody can say which it is."""
    if not isinstance(raw, dict):
        return Refused("", None, said("", phrase("An operation is an object.")))
    sync_id, seq = raw.get("sync_id"), raw.get("seq")
    shown = sync_id if isinstance(sync_id, str) and len(sync_id) <= 64 else ""
    place = seq if _is_whole(seq) and 1 <= seq < _MOST_SEQ else None
    refusal = None
    if not _ULID.fullmatch(shown):
        refusal = said("sync_id", phrase("A sync_id is a ULID of 26 letters and digits."))
    elif place is None:
        refusal = said("seq", phrase("The number in the series is a whole number from 1 on."))
    elif raw.get("register") != register or isinstance(raw.get("register"), bool):
        refusal = said("register", phrase("This is not an operation of the device's register."))
    elif raw.get("binding") != binding or isinstance(raw.get("binding"), bool):
        refusal = said(
            "binding",
            phrase("This is not an operation of this device."),
            phrase("What an earlier device holds comes by recovery file."),
        )
    if refusal is not None or place is None:
        return Refused(shown, place, refusal or said("seq", ""))
    return _taken(raw, shown, place, received)


def hash_of(canonical: bytes) -> str:
    """The hash of an operation, of its canonical form (RFC 8785)."""
    return hashlib.sha256(canonical).hexdigest()


def canonical_form(content: Any) -> bytes:
    """The canonical form of JSON without fractions and with ASCII keys: keys sorted, no white
    space, the escapes of RFC 8785. Raises TypeError for half of a character."""
    return orjson.dumps(content, option=orjson.OPT_SORT_KEYS)


def _taken(raw: dict[str, Any], sync_id: str, seq: int, received: datetime) -> Envelope:
    try:
        digest = hash_of(canonical_form(raw))
    except TypeError:
        digest = hash_of(canonical_form(_mended(raw)))
    content, problem = _kept(raw)
    kind, version = raw.get("type"), raw.get("version")
    occurred_at = _moment(raw.get("occurred_at"))
    prev_hash = raw.get("prev_hash")
    chained = isinstance(prev_hash, str) and _HASH.fullmatch(prev_hash) is not None
    problem = problem or _wrong(raw, occurred_at, chained)
    return Envelope(
        sync_id,
        seq,
        kind[:40] if isinstance(kind, str) and kind.isprintable() else "?",
        version if _is_whole(version) and 0 <= version < 2**31 else 0,
        occurred_at or received,
        prev_hash if chained and isinstance(prev_hash, str) else NO_HASH,
        digest,
        content,
        problem,
    )


def _kept(raw: dict[str, Any]) -> tuple[bytes, Said | None]:
    """What is stored of an operation, and why it cannot be booked as it is.

    What the till signed never keeps its sale out of the books: where it is too large, or holds
    what no database keeps, its size is kept in its place."""
    content, problem = _storable(raw)
    if problem is None and len(content) <= MOST_OF_ONE:
        return content, None
    bare, signed = _without_signed(raw)
    if signed is not None:
        rest, problem_of_rest = _storable(bare)
        if problem_of_rest is None and len(rest) <= MOST_OF_ONE:
            if problem is None and len(content) <= MOST_SIGNED:
                return content, None
            size = {SIGNED: {"size": len(content) - len(rest)}}
            return canonical_form({**bare, "payload": {**bare["payload"], **size}}), None
    if len(content) <= MOST_OF_ONE:
        return content, problem
    too_large = said(
        "payload",
        phrase("It is larger than {kilobytes} KB.", kilobytes=MOST_OF_ONE // 1024),
        phrase("Its payload was not kept: write it down anew on the page of repairs."),
    )
    return canonical_form(_outside_of(raw, len(content))), too_large


def _storable(raw: dict[str, Any]) -> tuple[bytes, Said | None]:
    """The canonical form, mended where no database keeps it as it is, and then why."""
    try:
        content = canonical_form(raw)
    except TypeError:
        problem = said("payload", phrase("It holds a text with half of a character."))
        return canonical_form(_mended(raw)), problem
    if b"\\u0000" in content and _has_nul(raw):
        problem = said("payload", phrase("It holds a character that no text has (NUL)."))
        return canonical_form(_mended(raw)), problem
    return content, None


def _without_signed(raw: dict[str, Any]) -> tuple[dict[str, Any], Any]:
    """The operation without what the till signed of it, and that; None where it signed nothing."""
    payload = raw.get("payload")
    if not isinstance(payload, dict) or payload.get(SIGNED) is None:
        return raw, None
    rest = {name: value for name, value in payload.items() if name != SIGNED}
    return {**raw, "payload": rest}, payload[SIGNED]


def _wrong(raw: Mapping[str, Any], occurred_at: datetime | None, chained: bool) -> Said | None:
    kind, version = raw.get("type"), raw.get("version")
    if not isinstance(kind, str) or kind not in TYPES:
        return said(
            "type",
            phrase("Operations of this type are not known here."),
            phrase("It is kept. Update the server, and replay it."),
        )
    if not _is_whole(version) or version not in TYPES[kind]:
        return said(
            "version",
            phrase("This version of the operation is not known here."),
            phrase("It is kept. Update the server, and replay it."),
        )
    if occurred_at is None:
        return said("occurred_at", phrase("This is no time in UTC, such as 2026-11-23T08:30:00Z."))
    if not chained:
        return said("prev_hash", phrase("The hash of the operation before is missing."))
    if not isinstance(raw.get("payload"), dict):
        return said("payload", phrase("There is nothing in it."))
    return None


def _is_whole(value: Any) -> TypeGuard[int]:
    return isinstance(value, int) and not isinstance(value, bool)


def _moment(value: Any) -> datetime | None:
    if not isinstance(value, str) or len(value) > 40:
        return None
    try:
        found = datetime.fromisoformat(value)
    except ValueError:
        return None
    return found if found.tzinfo is not None and 1 < found.year < 9999 else None


def _outside_of(raw: Mapping[str, Any], size: int) -> dict[str, Any]:
    """The envelope alone, of what is too large to keep."""
    kept: dict[str, Any] = {}
    for name in _OUTSIDE:
        value = raw.get(name)
        kept[name] = value[:200] if isinstance(value, str) else value if _is_whole(value) else None
    return {**_mended(kept), "payload": None, "size": size}


def _has_nul(value: Any) -> bool:
    if isinstance(value, str):
        return "\0" in value
    if isinstance(value, dict):
        return any("\0" in key or _has_nul(inner) for key, inner in value.items())
    return isinstance(value, list) and any(_has_nul(inner) for inner in value)


def _mended(value: Any) -> Any:
    """The same with U+FFFD for what no database keeps: NUL, and halves of characters."""
    if isinstance(value, str):
        whole = value.encode("utf-8", "replace").decode("utf-8", "replace")
        return whole.replace("\0", "\ufffd")
    if isinstance(value, dict):
        return {_mended(key): _mended(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_mended(inner) for inner in value]
    return value
