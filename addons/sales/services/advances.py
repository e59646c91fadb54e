"""Advances: what is invoiced before anything is delivered, with its taxes, and taken off again when
the goods themselves are invoiced."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from decimal import Decimal
from typing import Final

from sqlalchemy import bindparam, func, select
from sqlalchemy.dialects.postgresql import ARRAY, BIGINT
from sqlalchemy.orm import Session, aliased

from addons.sales.models import Invoice, InvoiceLine, SalesOrder
from addons.sales.services.amounts import (
    EXACT,
    HUNDRED,
    ZERO,
    require_percent,
    split,
    step_of,
    to_step,
)
from addons.sales.services.blank_lines import new_line
from addons.sales.services.invoices import blank_invoice, work_out_invoice
from addons.sales.services.locking import lock_order
from addons.sales.services.working_out import amount_of
from core.api import (
    Conflict,
    InvalidInput,
    fetch_rows,
    phrase,
)

# Built once: every invoice for an order asks it, and hardly any order has an advance.
_TAKEN_BACK: Final = aliased(InvoiceLine)
_NOTE: Final = aliased(Invoice)
_ADVANCES: Final = (
    select(InvoiceLine.id)
    .join(Invoice, Invoice.id == InvoiceLine.invoice_id)
    .where(
        InvoiceLine.order_id == func.any(bindparam("orders", type_=ARRAY(BIGINT))),
        InvoiceLine.role == "advance",
        InvoiceLine.advance_line_id.is_(None),
        Invoice.kind == "invoice",
        Invoice.state == "posted",
        ~(
            select(_TAKEN_BACK.id)
            .join(_NOTE, _NOTE.id == _TAKEN_BACK.invoice_id)
            .where(_TAKEN_BACK.corrects_line_id == InvoiceLine.id, _NOTE.state == "posted")
            .exists()
        ),
    )
)


def invoice_advance(
    session: Session,
    order: SalesOrder,
    *,
    percent: Decimal | None = None,
    amount: Decimal | None = None,
) -> Invoice:
    """A draft that asks for a part of an order ahead: a percentage, or an amount in the terms of
    its prices. It bears the taxes of what it is for, a line for each set of them.

    Raises InvalidInput for more than the order comes to with the advances there are, Conflict for
    an order that is not confirmed.
    """
    order = lock_order(session, order.id)
    if not order.is_open:
        raise Conflict(
            phrase("{number} is not confirmed.", number=order.number or ""),
            fix=phrase("Confirm it first."),
        )
    weights = _by_taxes(order)
    wanted = _allowed(session, order, sum(weights.values(), ZERO), percent, amount)
    invoice = blank_invoice(session, basis="advance")
    for name in (
        "contact_id",
        "contact_name",
        "currency",
        "salesperson_id",
        "team_id",
        "branch_id",
        "reference",
    ):
        setattr(invoice, name, getattr(order, name))
    parts = split(wanted, list(weights.values()), step_of(order.currency))
    invoice.lines = [
        new_line(
            role="advance",
            position=place,
            description=phrase("Advance on order {number}", number=order.number or ""),
            quantity=Decimal(1),
            price=part,
            taxes=taxes,
            order_id=order.id,
        )
        for place, (taxes, part) in enumerate(zip(weights, parts, strict=True), start=1)
        if part
    ]
    work_out_invoice(session, invoice)
    session.add(invoice)
    session.flush()
    return invoice


def _allowed(
    session: Session,
    order: SalesOrder,
    whole: Decimal,
    percent: Decimal | None,
    amount: Decimal | None,
) -> Decimal:
    """What is asked for, which may not exceed the order with the advances there are."""
    wanted = _wanted(whole, percent, amount, step_of(order.currency))
    asked = sum((line.price * line.quantity for line in advance_lines(session, [order.id])), ZERO)
    if not wanted or wanted + asked > whole:
        raise InvalidInput.of(
            "percent" if percent is not None else "amount",
            phrase(
                "Advances lie between nothing and {left} {currency}.",
                left=f"{whole - asked:f}",
                currency=order.currency,
            ),
        )
    return wanted


def _by_taxes(order: SalesOrder) -> dict[str, Decimal]:
    """What the order's lines come to in the terms of their prices, by their taxes."""
    found: dict[str, Decimal] = {}
    for line in order.lines:
        if line.is_sold:
            amount = amount_of(line) - line.shared_discount
            found[line.taxes] = found.get(line.taxes, ZERO) + amount
    return {taxes: amount for taxes, amount in found.items() if amount > 0}


def _wanted(
    whole: Decimal, percent: Decimal | None, amount: Decimal | None, step: Decimal
) -> Decimal:
    if percent is not None:
        require_percent(percent, "percent")
        return to_step(EXACT.divide(EXACT.multiply(whole, percent), HUNDRED), step)
    if amount is None or not amount.is_finite() or amount <= 0:
        raise InvalidInput.of("amount", phrase("Say how much, or which percentage."))
    return to_step(amount, step)


def advance_lines(session: Session, order_ids: Collection[int]) -> Sequence[InvoiceLine]:
    """The lines that asked for advances on these orders in posted invoices, the oldest first;
    those that credit notes took back are left out."""
    rows = fetch_rows(session, _ADVANCES, {"orders": sorted(set(order_ids))})
    ids = [row.id for row in rows]
    if not ids:
        return ()
    wanted = select(InvoiceLine).where(InvoiceLine.id.in_(ids)).order_by(InvoiceLine.id)
    return session.scalars(wanted).all()


def take_off_advances(session: Session, invoice: Invoice, orders: Sequence[SalesOrder]) -> None:
    """Add the lines that take advances off again: as much as there is of each, and not more than
    the invoice asks for with the same taxes."""
    asked = advance_lines(session, [order.id for order in orders])
    if not asked:
        return
    used = used_advances(session, [line.id for line in asked])
    room: dict[str, Decimal] = {}
    for line in invoice.lines:
        if line.kind == "product":
            room[line.taxes] = room.get(line.taxes, ZERO) + amount_of(line)
    step = step_of(invoice.currency)
    for advance in asked:
        left = advance.price * advance.quantity - used.get(advance.id, ZERO)
        part = min(left, to_step(max(room.get(advance.taxes, ZERO), ZERO), step))
        if part <= 0:
            continue
        room[advance.taxes] -= part
        invoice.lines.append(
            new_line(
                role="advance",
                description=advance.description,
                quantity=Decimal(-1),
                price=part,
                taxes=advance.taxes,
                order_id=advance.order_id,
                advance_line_id=advance.id,
            )
        )


def used_advances(session: Session, advance_ids: Collection[int]) -> dict[int, Decimal]:
    """What invoices, drafts among them, took off of these advances, less what credit notes gave
    back."""
    if not advance_ids:
        return {}
    back = aliased(InvoiceLine)
    note = aliased(Invoice)
    returned = (
        select(back.id)
        .join(note, note.id == back.invoice_id)
        .where(back.corrects_line_id == InvoiceLine.id, note.state == "posted")
        .exists()
    )
    rows = session.execute(
        select(InvoiceLine.advance_line_id, InvoiceLine.price).where(
            InvoiceLine.advance_line_id.in_(set(advance_ids)),
            InvoiceLine.corrects_line_id.is_(None),
            ~returned,
        )
    )
    found: dict[int, Decimal] = {}
    for advance_id, price in rows:
        if advance_id is None:
            continue
        found[advance_id] = found.get(advance_id, ZERO) + price
    return found
