"""Reversing the entry of what happened to an asset: the asset goes back to what it was before.

Wherever the entry is reversed, on the asset's page or among the entries, register and ledger say
the same. Only the last thing that happened can be taken back: what came after stands on it.
"""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from addons.accounting.models import JournalEntry
from addons.accounting.models.assets import Asset, AssetMove
from core.api import Conflict, phrase

# Depreciation is posted anew by the next run, and needs nothing to be brought back.
_CHANGING: Final = ("sale", "scrapped", "part_disposal", "revaluation")
_DATES: Final = ("plan_from", "plan_until")
_AMOUNTS: Final = ("salvage", "plan_value", "units")


def require_last_move(session: Session, entry: JournalEntry) -> None:
    """Raise Conflict where the entry changed an asset to which something happened since, or where
    it took such a change back already."""
    if entry.reverses_id is not None and _move_of(session, entry.reverses_id) is not None:
        raise Conflict(
            phrase("Entry {number} put an asset back to what it was.", number=entry.number),
            fix=phrase("Dispose of the asset, or value it, once more on its own page."),
        )
    move = _move_of(session, entry.id)
    if move is None:
        return
    last = last_move(session, locked_asset(session, move.asset_id))
    if last is not None and last.id != move.id:
        raise Conflict(
            phrase(
                "Something has happened to the asset since entry {number}.", number=entry.number
            ),
            fix=phrase("Take back what came after it first, on the asset's page."),
        )


def bring_back(session: Session, entry_id: int) -> None:
    """Give the asset that an entry changed the plan and the state that it had before."""
    move = _move_of(session, entry_id)
    if move is None:
        return
    asset = locked_asset(session, move.asset_id)
    for name, value in move.before.items():
        setattr(asset, name, _value(name, value))
    if asset.state == "in_service":
        asset.disposed_on = None
    session.flush()


def locked_asset(session: Session, asset_id: int) -> Asset:
    """The asset, for this transaction alone."""
    return session.scalars(
        select(Asset)
        .where(Asset.id == asset_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()


def last_move(session: Session, asset: Asset) -> AssetMove | None:
    """The last movement that stands."""
    undoing = aliased(JournalEntry)
    return session.scalar(
        select(AssetMove)
        .outerjoin(undoing, undoing.reverses_id == AssetMove.entry_id)
        .where(AssetMove.asset_id == asset.id, undoing.id.is_(None))
        .order_by(AssetMove.id.desc())
        .limit(1)
    )


def _move_of(session: Session, entry_id: int) -> AssetMove | None:
    return session.scalar(
        select(AssetMove).where(AssetMove.entry_id == entry_id, AssetMove.kind.in_(_CHANGING))
    )


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DATES:
        return date.fromisoformat(value)
    return Decimal(value) if name in _AMOUNTS else value
