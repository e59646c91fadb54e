"""Promotions on documents: decided anew while one is a draft, and as they were afterwards."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import delete, insert, select, update
from sqlalchemy.orm import Session

from addons.sales.models import (
    Invoice,
    InvoiceLine,
    OrderLine,
    PromotionGrant,
    PromotionStory,
    SalesOrder,
)
from addons.sales.services.amounts import ZERO, part_of, split, step_of
from addons.sales.services.coupons.showing import Shown
from addons.sales.services.promotions.baskets import Sold, basket_of
from addons.sales.services.promotions.deciding import decide
from addons.sales.services.promotions.loading import promotions_on, rules_of
from addons.sales.services.promotions.rules import CouponShown, Decision, as_json
from addons.sales.services.working_out import amount_before_promotions

Line = OrderLine | InvoiceLine


@dataclass(frozen=True, slots=True)
class Decided:
    """What was decided about these lines, to be kept once they are written."""

    lines: Sequence[Line]
    decision: Decision


def decide_order(session: Session, order: SalesOrder, coupons: Sequence[Shown] = ()) -> Decided:
    """Decide anew which promotions hold on a draft, and put what they give into its lines."""
    for line in order.lines:
        line.promotion_discount = ZERO
    return _decide(session, order, [line for line in order.lines if line.is_sold], coupons)


def decide_invoice(session: Session, invoice: Invoice, coupons: Sequence[Shown] = ()) -> Decided:
    """The same for an invoice that is written by hand: what comes from orders has its promotions
    from there."""
    lines = [
        line
        for line in invoice.lines
        if invoice.takes_promotions
        and line.kind == "product"
        and line.role == "sale"
        and line.order_id is None
    ]
    return _decide(session, invoice, lines, coupons)


def _decide(
    session: Session,
    document: SalesOrder | Invoice,
    lines: Sequence[Line],
    coupons: Sequence[Shown],
) -> Decided:
    for line in lines:
        line.promotion_discount = ZERO
    promotions = promotions_on(session, document.day) if lines and document.with_promotions else ()
    if not promotions:
        return Decided(lines, Decision())
    shown = tuple(CouponShown(one.promotion_id, one.code) for one in coupons)
    sold = Sold(lines, document.contact_id, document.day, document.currency, shown)
    rules = rules_of(session, promotions)
    decision = decide(rules, basket_of(session, sold, rules, promotions))
    for key, amount in decision.discounts().items():
        lines[int(key)].promotion_discount = amount
    return Decided(lines, decision)


def keep_decision(
    session: Session, document: SalesOrder | Invoice, decided: Decided, *, new: bool
) -> None:
    """Write down what was decided about a document that was flushed, in place of what was decided
    before, if it is not new."""
    of = "order_id" if isinstance(document, SalesOrder) else "invoice_id"
    of_line = "order_line_id" if isinstance(document, SalesOrder) else "invoice_line_id"
    for model in () if new else (PromotionGrant, PromotionStory):
        session.execute(delete(model).where(getattr(model, of) == document.id))
    grants = [
        {
            "promotion_id": grant.promotion_id,
            of: document.id,
            of_line: decided.lines[int(grant.key)].id,
            "amount": grant.amount,
            "quantity": grant.quantity,
        }
        for grant in decided.decision.grants
    ]
    if grants:
        session.execute(insert(PromotionGrant), grants)
    if decided.decision.judgements:
        content = as_json(decided.decision)
        session.execute(insert(PromotionStory).values({of: document.id, "content": content}))


@dataclass(frozen=True, slots=True)
class Frozen:
    """A line as it was when its promotions were decided."""

    product_id: int | None
    quantity: Decimal
    given: Decimal


def frozen_lines(order: SalesOrder) -> dict[int, Frozen]:
    """The lines of an order to which promotions gave something, before they are changed."""
    return {
        line.id: Frozen(line.product_id, line.quantity, line.promotion_discount)
        for line in order.lines
        if line.promotion_discount
    }


def follow_quantities(session: Session, order: SalesOrder, before: Mapping[int, Frozen]) -> None:
    """Let what promotions gave follow the quantities of an order that was frozen: of less there is
    less, in proportion; of more there is not more, and of another product nothing."""
    step = step_of(order.currency)
    less: dict[int, Decimal] = {}
    lines = {line.id: line for line in order.lines if line.id in before}
    for line_id, line in lines.items():
        was = before[line_id]
        given = was.given
        if line.product_id != was.product_id:
            given = ZERO
        elif line.quantity < was.quantity:
            given = part_of(was.given, was.quantity, ZERO, line.quantity, step)
        given = min(given, max(amount_before_promotions(line), ZERO))
        if given < was.given:
            less[line_id] = given
    for line_id, given in (_lower_grants(session, less, step) if less else {}).items():
        lines[line_id].promotion_discount = given


def _lower_grants(
    session: Session, less: Mapping[int, Decimal], step: Decimal
) -> dict[int, Decimal]:
    """Share what is left of each line's discount among the promotions that gave it; what the parts
    come to."""
    rows = session.execute(
        select(PromotionGrant.order_line_id, PromotionGrant.id, PromotionGrant.amount)
        .where(PromotionGrant.order_line_id.in_(less))
        .order_by(PromotionGrant.order_line_id, PromotionGrant.id)
    )
    of_line: dict[int, list[tuple[int, Decimal]]] = {}
    for line_id, grant_id, amount in rows:
        of_line.setdefault(line_id or 0, []).append((grant_id, amount))
    sums: dict[int, Decimal] = {}
    for line_id, grants in of_line.items():
        shares = split(less[line_id], [amount for _, amount in grants], step)
        parts = [min(share, held[1]) for share, held in zip(shares, grants, strict=True)]
        for (grant_id, _), part in zip(grants, parts, strict=True):
            session.execute(
                update(PromotionGrant).where(PromotionGrant.id == grant_id).values(amount=part)
            )
        sums[line_id] = sum(parts, ZERO)
    return sums
