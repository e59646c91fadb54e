"""Taking back the last thing that happened to an asset, while its date is not closed."""

from __future__ import annotations

from sqlalchemy.orm import Session

from addons.accounting.models.assets import AssetMove
from addons.accounting.services.assets.reversals import last_move, locked_asset
from addons.accounting.services.reversal import reverse
from core.api import Conflict, phrase


def undo_last(session: Session, asset_id: int, reason: str) -> AssetMove:
    """Reverse the entry of the asset's last movement, which brings back the plan that it ended."""
    move = last_move(session, locked_asset(session, asset_id))
    if move is None or move.kind == "acquired":
        raise Conflict(phrase("Nothing has happened to the asset since it was put into service."))
    if move.entry_id is None:
        raise Conflict(
            phrase("A change of life posts nothing."), fix=phrase("Change the life once more.")
        )
    reverse(session, move.entry_id, on=move.date, reason=reason)
    return move
