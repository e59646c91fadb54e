"""`registry renew`: the registry's word holds on, and what nobody needs any more is removed."""

# pyright: reportPrivateImportUsage=false
# (tuf.api.metadata is where TUF documents its types; it declares no __all__)

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

from tuf.api.metadata import Metadata, Root, Timestamp

from addon_registry.repository import pruning, rotating, state
from addon_registry.repository.change import DAYS, Change
from addon_registry.repository.signing_keys import SigningKeys
from core.clock import utc_now


@dataclass(frozen=True, slots=True)
class Renewed:
    """The roles that were signed anew, those that should be soon but whose keys are not at hand
    (with the day on which they end), and how many superseded files were removed."""

    roles: tuple[str, ...]
    due: tuple[tuple[str, datetime], ...]
    removed: int


def renew(folder: Path, *, at_hand: SigningKeys, now: datetime | None = None) -> Renewed:
    """Sign the timestamp anew, and whatever has passed half of its time and whose keys are here.

    To be run regularly, well within the timestamp's days. Raises MissingKeys without the key of
    the timestamp, NoRepository if there is none.
    """
    at = now or utc_now()
    with state.held(folder) as current:
        roles = [
            role
            for role, metadata, asked in state.roles(current)
            if _is_old(metadata, at) and sum(k in at_hand for k in asked.keyids) >= asked.threshold
        ]
        change = Change(current, at_hand, at)
        for role in {*roles, Timestamp.type} - {Root.type}:
            change.sign_anew(role)
        if Root.type in roles:
            change.put_root(rotating.sign(rotating.next_root(current, at), at_hand))
        change.commit()
        renewed = state.read(folder)
        due = tuple((r, m.signed.expires) for r, m, _ in state.roles(renewed) if _is_old(m, at))
        return Renewed(
            tuple(sorted({*roles, Timestamp.type})), due, pruning.prune_replaced(renewed, at)
        )


def _is_old(metadata: Metadata[Any], now: datetime) -> bool:
    days = int(metadata.signed.unrecognized_fields[DAYS])
    return metadata.signed.expires - now < timedelta(days=days / 2)
