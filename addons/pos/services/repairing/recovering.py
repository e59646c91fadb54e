"""Recovery files: what a device holds that cannot send any more, brought in by a person.

They go the way of every batch: the same series, chain and names, so that nothing is booked twice if
the device sends it after all. No token is needed, but a right.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.pos.models import Binding
from addons.pos.services.devices.binding import bring_back
from addons.pos.services.operations.receiving import MOST_AT_ONCE, receive
from addons.pos.services.operations.unpacking import Batch, read_batch
from core.api import InvalidInput, actor, phrase

_GZIP: Final = b"\x1f\x8b"
_MOST: Final = 200_000
_HASH: Final = re.compile(r"[0-9a-f]{64}")


@dataclass(frozen=True, slots=True)
class Recovered:
    """What a file brought: new operations, those that were known, and those that were refused."""

    new: int
    known: int
    refused: Sequence[dict[str, Any]]


def bring_in(session: Session, content: bytes) -> Recovered:
    """Take the operations of a recovery file. Raises Unreadable and BatchTooLarge as a batch does,
    and InvalidInput for a file of a device that never was here. One that holds all of a device that
    came after the backup from which the server was put back is of such a device."""
    batch = read_batch(content, "gzip" if content.startswith(_GZIP) else "")
    if len(batch.operations) > _MOST:
        raise InvalidInput.of("file", phrase("This is more than any till holds."))
    results: list[dict[str, Any]] = []
    for register, ordinal in _devices(batch):
        binding = session.scalar(
            select(Binding)
            .where(Binding.register_id == register, Binding.ordinal == ordinal)
            .with_for_update(key_share=True)
        )
        own = [one for one in batch.operations if _device(one) == (register, ordinal)]
        own.sort(key=lambda one: one["seq"] if isinstance(one.get("seq"), int) else 0)
        if binding is None:
            binding = _brought_back(session, register, ordinal, own[0])
        results += _take(session, binding, own)
    counted = [one["status"] for one in results]
    return Recovered(
        counted.count("accepted") + counted.count("quarantined"),
        counted.count("duplicate"),
        [one for one in results if one["status"] in ("rejected", "conflict")],
    )


def _brought_back(session: Session, register: int, ordinal: int, first: Any) -> Binding:
    """A device of which a server that came back from a backup does not know, by all that it did."""
    chain = first.get("prev_hash")
    whole = first.get("seq") == 1 and isinstance(chain, str) and _HASH.fullmatch(chain)
    found = bring_back(session, register, ordinal, chain) if whole else None
    if found is None:
        raise InvalidInput.of(
            "file",
            phrase("No such device was ever bound to a till here."),
            fix=phrase("Look whether the file is of this company."),
        )
    return found


def _take(session: Session, binding: Binding, own: Sequence[Any]) -> list[dict[str, Any]]:
    results: list[dict[str, Any]] = []
    seen, unsynced, persisted = binding.last_seen_at, binding.unsynced, binding.persisted
    for first in range(0, len(own), MOST_AT_ONCE):
        part = Batch(own[first : first + MOST_AT_ONCE], binding.app, "", unsynced, persisted)
        by = actor(session).user_id
        results += receive(session, binding, part, brought_by=by)["results"]
    # It was a person who came, and not the device.
    binding.last_seen_at = seen
    session.flush()
    return results


def _devices(batch: Batch) -> list[tuple[int, int]]:
    found = {device for one in batch.operations if (device := _device(one)) is not None}
    if not found:
        raise InvalidInput.of("file", phrase("There are no operations in it."))
    return sorted(found)


def _device(one: Any) -> tuple[int, int] | None:
    if not isinstance(one, dict):
        return None
    register, ordinal = one.get("register"), one.get("binding")
    if not isinstance(register, int) or not isinstance(ordinal, int):
        return None
    return (register, ordinal) if 0 < register < 2**63 and 0 < ordinal < 2**31 else None
