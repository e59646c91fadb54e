"""Where a change of value leads: to the document that did it, the transfer and the moves."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.models import LandedCost, Move, Revaluation, TransferLine, Valuation
from core.api import Related, msg

_DOCUMENTS: Final = {
    "inventory.landed_cost": "inventory.landed-costs",
    "inventory.revaluation": "inventory.revaluations",
    "inventory.opening_stock": "inventory.opening-stock",
    "purchases.order": "purchases.orders",
    "purchases.bill": "purchases.bills",
    "sales.order": "sales.orders",
}
_MOST: Final = 20


def of_valuation(session: Session, valuation: Valuation) -> list[Related]:
    """The document that asked for it, the transfers, and its moves, the first of them."""
    found = []
    resource = _DOCUMENTS.get(valuation.source_type)
    if resource is not None:
        found.append(Related(resource, valuation.source_id, msg("Document"), before=True))
    moves = select(Move.id).where(Move.valuation_id == valuation.id).order_by(Move.id)
    transfers = (
        select(TransferLine.transfer_id)
        .join(Move, Move.transfer_line_id == TransferLine.id)
        .where(Move.valuation_id == valuation.id)
        .distinct()
    )
    found += [
        Related("inventory.transfers", one, msg("Transfer"), before=True)
        for one in session.scalars(transfers.limit(_MOST))
    ]
    found += [
        Related("inventory.moves", one, msg("Move")) for one in session.scalars(moves.limit(_MOST))
    ]
    return found


def of_landed_cost(session: Session, landed: LandedCost) -> list[Related]:
    """The bill that it comes from, and what it changed."""
    return [
        Related("purchases.bills", landed.bill_id, msg("Bill"), before=True),
        Related("inventory.valuations", landed.valuation_id, msg("Change of value")),
        Related("inventory.valuations", landed.undo_valuation_id, msg("Taken off again")),
    ]


def of_revaluation(session: Session, asked: Revaluation) -> list[Related]:
    """What it changed."""
    return [Related("inventory.valuations", asked.valuation_id, msg("Change of value"))]
