"""Asks for goods: purchases hear of it by an event, another warehouse sends them by a transfer."""

from __future__ import annotations

from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.inventory.events import ReplenishmentWanted
from addons.inventory.models import ReorderRule, Replenishment
from addons.inventory.services.reorder.forecasting import Suggestion, suggestions
from addons.inventory.services.transfers.checking import require_quantity
from addons.inventory.services.transfers.confirming import confirm
from addons.inventory.services.transfers.drafts import create_transfer
from addons.inventory.services.transfers.places import places_of
from core.api import Conflict, NotFound, emit, phrase


def ask_for(session: Session, rule_id: int, quantity: Decimal | None = None) -> Replenishment:
    """Ask for what a rule suggests now, or for another quantity. Raises Conflict where nothing is
    needed any more, for instance because somebody else has just asked."""
    rule = session.scalar(select(ReorderRule).where(ReorderRule.id == rule_id).with_for_update())
    if rule is None:
        raise NotFound(phrase("There is no such rule."))
    found = next(iter(suggestions(session, rule_id)), None)
    if found is None:
        raise Conflict(
            phrase("There is enough of it, or it was asked for already."),
            fix=phrase("Open the suggestions again."),
        )
    wanted = found.quantity if quantity is None else quantity
    require_quantity(wanted)
    return _ask(session, found, wanted)


def ask_by_themselves(session: Session) -> int:
    """Ask for what those rules suggest that ask by themselves; returns how much was asked for."""
    made = 0
    for found in suggestions(session):
        if found.automatic:
            rule = select(ReorderRule.id).where(ReorderRule.id == found.rule_id)
            session.scalar(rule.with_for_update())
            for still in suggestions(session, found.rule_id):
                _ask(session, still, still.quantity)
                made += 1
    return made


def dismiss(session: Session, replenishment: Replenishment) -> None:
    """Nobody will order it: it does not count as coming any more."""
    if replenishment.state != "open":
        raise Conflict(phrase("It is on its way or dismissed already."))
    replenishment.state = "dismissed"
    session.flush()


def _ask(session: Session, found: Suggestion, quantity: Decimal) -> Replenishment:
    reason = phrase(
        "Forecast {forecast}, minimum {minimum}",
        forecast=f"{found.forecast.normalize():f}",
        minimum=f"{found.minimum.normalize():f}",
    )
    asked = Replenishment(
        product_id=found.product_id,
        warehouse_id=found.warehouse_id,
        quantity=quantity,
        remaining=quantity,
        needed_by=found.needed_by,
        source=found.source,
        reason=reason,
    )
    session.add(asked)
    session.flush()
    if found.source == "warehouse":
        _send(session, asked, found)
        return asked
    emit(
        session,
        ReplenishmentWanted(
            asked.id,
            asked.product_id,
            asked.warehouse_id,
            quantity,
            asked.needed_by,
            reason,
        ),
    )
    return asked


def _send(session: Session, asked: Replenishment, found: Suggestion) -> None:
    """Have another warehouse send it: that is coming from now on, and not asked for any more."""
    start = places_of(session, found.from_warehouse_id)
    goal = places_of(session, found.warehouse_id)
    draft = create_transfer(
        session,
        {
            "kind": "internal",
            "warehouse_id": start.warehouse_id,
            "from_location_id": start.inside["stock"],
            "to_location_id": goal.inside["stock"],
            "lines": ({"product_id": asked.product_id, "quantity": asked.quantity},),
        },
    )
    confirm(session, draft.id)
    asked.transfer_id, asked.remaining, asked.state = draft.id, Decimal(0), "done"
    session.flush()
