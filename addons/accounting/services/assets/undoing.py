"""Taking back the last thing that happened to an asset, while its date is not closed."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

from sqlalchemy import select
from sqlalchemy.orm import Session, aliased

from addons.accounting.models import JournalEntry
from addons.accounting.models.assets import Asset, AssetMove
from addons.accounting.services.reversal import reverse
from core.api import Conflict, phrase

_DATES = ("plan_from", "plan_until")
_AMOUNTS = ("salvage", "plan_value", "units")


def undo_last(session: Session, asset_id: int, reason: str) -> AssetMove:
    """Reverse the entry of the asset's last movement, and bring back the plan that it ended."""
    asset = session.scalars(
        select(Asset)
        .where(Asset.id == asset_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    move = last_move(session, asset)
    if move is None or move.kind == "acquired":
        raise Conflict(phrase("Nothing has happened to the asset since it was put into service."))
    if move.entry_id is None:
        raise Conflict(
            phrase("A change of life posts nothing."), fix=phrase("Change the life once more.")
        )
    reverse(session, move.entry_id, on=move.date, reason=reason)
    for name, value in move.before.items():
        setattr(asset, name, _value(name, value))
    if asset.state == "in_service":
        asset.disposed_on = None
    session.flush()
    return move


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


def _value(name: str, value: Any) -> Any:
    if value is None:
        return None
    if name in _DATES:
        return date.fromisoformat(value)
    return Decimal(value) if name in _AMOUNTS else value
