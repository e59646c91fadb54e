"""Credit limits: what a customer owes and ordered against what he may, and who let him go on."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final

from sqlalchemy import func, select, text
from sqlalchemy.orm import Session

from addons.catalog.api import credit
from addons.sales.models import CreditOverride, SalesOrder
from addons.sales.permissions import OVERRIDE_CREDIT
from addons.sales.services.amounts import ZERO
from addons.sales.services.working_out import in_company
from core.api import Conflict, InvalidInput, actor, phrase, require_confirmation

_TURN: Final = text("SELECT pg_advisory_xact_lock(hashtextextended(:customer, 0))")


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer is good for, in the company's currency: what he owes, what he ordered that
    was not invoiced, and what this order adds."""

    limit: Decimal | None
    policy: str
    owed: Decimal
    ordered: Decimal
    added: Decimal

    @property
    def beyond(self) -> Decimal:
        """By how much the limit is passed; nothing where there is none."""
        if self.limit is None or self.policy == "none":
            return ZERO
        return max(self.owed + self.ordered + self.added - self.limit, ZERO)


def exposure_of(session: Session, order: SalesOrder, rate: Decimal) -> Exposure:
    """How far an order takes its customer. Where there is a limit, those who confirm orders of the
    same customer take turns from here to the commit, so that together they do not pass it."""
    standing = credit(session, order.contact_id)
    added = in_company(session, order.total - order.invoiced_total, rate)
    if standing.limit is None or standing.policy == "none":
        return Exposure(standing.limit, standing.policy, standing.owed, ZERO, added)
    session.execute(_TURN, {"customer": f"sales.credit:{order.contact_id}"})
    standing = credit(session, order.contact_id)
    return Exposure(standing.limit, standing.policy, standing.owed, _ordered(session, order), added)


def _ordered(session: Session, order: SalesOrder) -> Decimal:
    """What the customer's other binding orders come to that was not invoiced yet."""
    left = func.greatest(SalesOrder.total - SalesOrder.invoiced_total, 0)
    found = session.scalar(
        select(func.sum(left * func.coalesce(SalesOrder.rate, 1))).where(
            SalesOrder.contact_id == order.contact_id,
            SalesOrder.state.in_(("confirmed", "held")),
            SalesOrder.id != order.id,
        )
    )
    return in_company(session, found or ZERO, Decimal(1))


def require_credit(session: Session, order: SalesOrder, rate: Decimal) -> None:
    """Let an order through within the limit. Beyond it, where the policy warns, whoever confirms is
    asked; where it stops, only somebody with the right to it goes on, and gives a reason. Either
    way it is written down. Raises NeedsConfirmation, Conflict or InvalidInput."""
    found = exposure_of(session, order, rate)
    if not found.beyond:
        return
    told = phrase(
        "{name} may owe {limit}. With this order it would be {amount}, {beyond} too much.",
        name=order.contact_name,
        limit=f"{found.limit:f}",
        amount=f"{found.owed + found.ordered + found.added:f}",
        beyond=f"{found.beyond:f}",
    )
    if found.policy == "warn":
        require_confirmation(session, told, key=f"sales.credit:{order.id}")
    elif not actor(session).may(OVERRIDE_CREDIT.code):
        raise Conflict(
            told, fix=phrase("Take a payment first, or ask somebody who may go beyond the limit.")
        )
    elif not order.credit_reason.strip():
        raise InvalidInput.of(
            "credit_reason",
            told,
            fix=phrase("You may go beyond the limit: write down why, and confirm again."),
        )
    who = actor(session)
    session.add(
        CreditOverride(
            order_id=order.id,
            contact_id=order.contact_id,
            contact_name=order.contact_name,
            credit_limit=found.limit,
            owed=found.owed,
            ordered=found.ordered,
            amount=found.added,
            reason=order.credit_reason.strip() or phrase("Asked, and answered yes"),
            user_id=who.user_id,
            user_name=who.name,
        )
    )
