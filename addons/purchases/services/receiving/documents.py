"""Receipts and returns while they are drafts."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from addons.purchases.models import Order, OrderLine, Receipt, ReceiptLine
from addons.purchases.services.line_editing import edited_lines, require_quantity
from addons.purchases.services.orders.naming_lines import name_lines
from addons.purchases.services.orders.progress import in_line_unit
from addons.purchases.services.orders.writing import order_title
from core.api import Conflict, InvalidInput, phrase, today

_FIELDS: Final = ("kind", "order_id", "date", "delivery_note", "reason", "replace")


def create_receipt(session: Session, values: Mapping[str, Any]) -> Receipt:
    """A draft of a receipt or return. Without lines it holds all that is open of the order, or all
    that can be sent back. Raises Conflict where there is nothing."""
    receipt = Receipt(state="draft", kind="receipt", date=today(session))
    return _filled(session, receipt, values)


def update_receipt(session: Session, receipt: Receipt, values: Mapping[str, Any]) -> Receipt:
    """Change a draft; lines that are given replace all that were there."""
    require_draft(receipt)
    return _filled(session, receipt, values)


def delete_receipt(session: Session, receipt: Receipt) -> None:
    """Throw a draft away."""
    require_draft(receipt)
    session.delete(receipt)
    session.flush()


def require_draft(receipt: Receipt) -> None:
    """Raise Conflict for one that is posted."""
    if receipt.state != "draft":
        raise Conflict(
            phrase("{number} is posted.", number=receipt.number),
            fix=phrase("Write a return of what should not have been received."),
        )


def receipt_title(receipt: Receipt) -> str:
    """The number; of a draft whose goods they are."""
    return receipt.number or phrase(
        "Draft {id}, {supplier}", id=receipt.id, supplier=receipt.contact_name
    )


def _filled(session: Session, receipt: Receipt, values: Mapping[str, Any]) -> Receipt:
    with session.no_autoflush:
        for name in _FIELDS:
            if name in values:
                setattr(receipt, name, values[name])
        order = None if receipt.order_id is None else session.get(Order, receipt.order_id)
        if order is None:
            raise InvalidInput.of("order_id", phrase("Choose an order."))
        if order.state not in ("approved", "done"):
            raise InvalidInput.of(
                "order_id",
                phrase("{order} is not binding.", order=order_title(order)),
                fix=phrase("Approve it before anything is received."),
            )
        receipt.order, receipt.contact_name = order, order.contact_name
        receipt.branch_id = order.branch_id
        receipt.date = receipt.date or today(session)
        receipt.delivery_note = receipt.delivery_note or ""
        receipt.reason, receipt.replace = receipt.reason or "", bool(receipt.replace)
        sent = values.get("lines")
        if not sent and not receipt.lines:
            sent = _all_of(receipt, order)
        if sent is not None:
            given = [dict(line) for line in sent]
            name_lines(given, receipt.lines, order.lines)
            _write_lines(receipt, order, given)
    session.add(receipt)
    session.flush()
    return receipt


def _all_of(receipt: Receipt, order: Order) -> list[dict[str, Any]]:
    """Every line with what is open of it, or with what can go back."""
    back = receipt.kind == "return"
    found = [(line, line.stock_kept if back else line.stock_open) for line in order.lines]
    lines = [
        {"order_line_id": line.id, "quantity": in_line_unit(line, stock)}
        for line, stock in found
        if stock
    ]
    if not lines:
        raise Conflict(
            phrase("Nothing of {order} can be returned.", order=order_title(order))
            if back
            else phrase("Nothing more is expected of {order}.", order=order_title(order))
        )
    return lines


def _write_lines(receipt: Receipt, order: Order, sent: list[dict[str, Any]]) -> None:
    known: dict[int, OrderLine] = {line.id: line for line in order.lines}

    def fill(line: ReceiptLine, values: dict[str, Any], place: str) -> None:
        for name in ("position", "order_line_id", "quantity", "lots"):
            if name in values:
                setattr(line, name, values[name])
        ordered = known.get(line.order_line_id)
        if ordered is None:
            raise InvalidInput.of(f"{place}.order_line_id", phrase("Choose a line of the order."))
        line.order_line, line.label = ordered, ordered.label
        line.product_id = ordered.product_id
        line.quantity = require_quantity(line.quantity, f"{place}.quantity")
        line.lots = line.lots or ""

    kept = edited_lines(receipt.lines, sent, ReceiptLine, fill)
    ids = [line.order_line_id for line in kept]
    for place, one in enumerate(ids):
        if one in ids[:place]:
            raise InvalidInput.of(f"lines.{place}.order_line_id", phrase("Named twice."))
    receipt.lines = kept
