"""From the bytes of a call to its operations, bounded in every way before anything is believed."""

from __future__ import annotations

import json
import zlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, NoReturn

import orjson

from addons.pos.errors import BatchTooLarge, Unreadable
from core.api import phrase

MOST_BYTES: Final = 64 * 2**20
"""What a batch may come to when it is unpacked."""
MOST_SENT: Final = 16 * 2**20
"""What a batch may come to as it is sent."""
_GZIP: Final = zlib.MAX_WBITS | 16
_MOST_UNSYNCED: Final = 2**31 - 1


@dataclass(frozen=True, slots=True)
class Batch:
    """Operations as they came, and what the device says of itself."""

    operations: Sequence[Any]
    app: str
    sent_at: str
    unsynced: int
    persisted: bool | None


def read_batch(body: bytes, encoding: str) -> Batch:
    """What a call brings. Raises Unreadable (400) for what is no batch, and BatchTooLarge (413)
    for what unpacks to more than `MOST_BYTES`, before it is unpacked any further."""
    document = _parsed(_unpacked(body, encoding.strip().lower()))
    operations = document.get("operations") if isinstance(document, dict) else None
    if not isinstance(document, dict) or not isinstance(operations, list):
        raise _no_batch("there is no list of operations in it")
    unsynced = document.get("unsynced")
    persisted = document.get("persisted")
    counted = isinstance(unsynced, int) and not isinstance(unsynced, bool)
    return Batch(
        operations,
        _text(document, "app")[:40],
        _text(document, "sent_at")[:40],
        min(max(unsynced, 0), _MOST_UNSYNCED) if counted else 0,  # type: ignore[type-var]
        persisted if isinstance(persisted, bool) else None,
    )


def _unpacked(body: bytes, encoding: str) -> bytes:
    if encoding in ("", "identity"):
        return body
    if encoding != "gzip":
        raise _no_batch(f"its encoding {encoding[:20]!r} is not known")
    opened = zlib.decompressobj(_GZIP)
    try:
        plain = opened.decompress(body, MOST_BYTES + 1)
    except zlib.error as error:
        raise _no_batch(f"it cannot be unpacked ({error})") from error
    if len(plain) > MOST_BYTES:
        raise BatchTooLarge(
            phrase(
                "What was sent unpacks to more than {megabytes} MB.", megabytes=MOST_BYTES // 2**20
            ),
            fix=phrase("Send fewer operations at a time."),
        )
    if not opened.eof:
        raise _no_batch("it ends too early")
    return plain


def _parsed(plain: bytes) -> Any:
    try:
        return orjson.loads(plain)
    except orjson.JSONDecodeError as error:
        first = error
    # Half of a character, as when a text was cut in the middle of an emoji, spoils one operation
    # and not its neighbours: the strict reader refuses all, this one reads on.
    try:
        return json.loads(plain, parse_constant=_no_constant)
    except (ValueError, RecursionError):
        raise _no_batch(str(first)) from first


def _no_constant(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


def _text(document: Mapping[str, Any], name: str) -> str:
    value = document.get(name)
    return value if isinstance(value, str) and _is_plain(value) else ""


def _is_plain(text: str) -> bool:
    return text.isprintable()


def _no_batch(why: str) -> Unreadable:
    return Unreadable(
        phrase("This is no batch of operations: {why}.", why=why),
        fix=phrase("Send it again; nothing of it was stored."),
    )
