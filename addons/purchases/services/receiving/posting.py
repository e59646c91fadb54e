"""Posting receipts and returns. Goods go through the stock, where somebody keeps one, and come
back as what it moved; services, and everything where nobody does, are written down here."""

from __future__ import annotations

from decimal import Decimal
from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.api import MovedLine, Movement, StockKeeping, read_lots, require_open, stock
from addons.purchases.models import Order, Receipt
from addons.purchases.permissions import OVER_RECEIVE
from addons.purchases.services.locking import lock
from addons.purchases.services.numbering import next_number
from addons.purchases.services.orders.expecting import SOURCE, expect_lines
from addons.purchases.services.orders.progress import in_line_unit
from addons.purchases.services.product_lines import measured, products_of
from addons.purchases.services.receiving.arrivals import Arrival
from addons.purchases.services.receiving.documents import create_receipt, require_draft
from addons.purchases.services.receiving.recording import most_receivable, record
from addons.purchases.services.receiving.sending_back import send_goods_back
from core.api import InvalidInput, actor, phrase, require_confirmation

_ZERO: Final = Decimal(0)


def post_receipt(session: Session, receipt: Receipt) -> Receipt:
    """Receive, or send back, what the draft says. Raises Conflict for more than the tolerance
    allows or than is there to return, and the books' error for a day that is closed."""
    order = lock(session, Order, receipt.order_id)
    receipt = lock(session, Receipt, receipt.id)
    require_draft(receipt)
    if not receipt.lines:
        raise InvalidInput.of("lines", phrase("A receipt needs a line."))
    require_open(session, receipt.date, "purchase")
    if receipt.date < order.date:
        raise InvalidInput.of(
            "date", phrase("The order is of {day}, after this day.", day=order.date)
        )
    quantities = _stock_quantities(session, receipt)
    back = receipt.kind == "return"
    if back:
        _require_kept(receipt, quantities)
    else:
        _ask_about_more(session, receipt, quantities)
    receipt.number = next_number(session, receipt.kind, receipt.date)
    receipt.state = "posted"
    session.flush()
    keeper = stock(session)
    goods = {
        line.order_line_id
        for line in receipt.lines
        if keeper is not None and line.order_line.kind == "goods"
    }
    if keeper is not None and goods:
        moved = {key: value for key, value in quantities.items() if key in goods}
        if back:
            send_goods_back(session, keeper, order, receipt, _moved(receipt, moved))
        else:
            _take_in(session, keeper, order, receipt, moved)
    sign = -1 if back else 1
    own = {key: sign * value for key, value in quantities.items() if key not in goods}
    closes = back and not receipt.replace
    arrival = Arrival(
        receipt.date, "purchases.receipt", receipt.id, receipt.number or "", own, closes
    )
    record(session, order, arrival)
    return receipt


def receive_all(session: Session, order: Order) -> Receipt:
    """Receive everything that is still open of an order, today."""
    return post_receipt(session, create_receipt(session, {"order_id": order.id}))


def _stock_quantities(session: Session, receipt: Receipt) -> dict[int, Decimal]:
    """Stock units by order line. A quantity that is all that is open counts as exactly that, so
    that a third of a dozen leaves no dust."""
    ordered = [line.order_line for line in receipt.lines]
    products = products_of(session, [{"product_id": line.product_id} for line in ordered])
    asked = [
        (line.order_line.product_id, line.quantity, line.order_line.unit_id)
        for line in receipt.lines
    ]
    found: dict[int, Decimal] = {}
    for line, size in zip(receipt.lines, measured(session, asked, products), strict=True):
        whole = line.order_line
        most = whole.stock_kept if receipt.kind == "return" else whole.stock_open
        exact = line.quantity == in_line_unit(whole, most)
        found[whole.id] = most if exact else size.stock_quantity
    return found


def _require_kept(receipt: Receipt, quantities: dict[int, Decimal]) -> None:
    for place, line in enumerate(receipt.lines):
        kept = line.order_line.stock_kept
        if quantities[line.order_line_id] > kept:
            raise InvalidInput.of(
                f"lines.{place}.quantity",
                phrase(
                    "Of {product} {kept} are here; more cannot be returned.",
                    product=line.label,
                    kept=in_line_unit(line.order_line, kept),
                ),
            )


def _ask_about_more(session: Session, receipt: Receipt, quantities: dict[int, Decimal]) -> None:
    """More than the tolerance allows is refused; who may receive it is asked first."""
    for place, line in enumerate(receipt.lines):
        most = most_receivable(session, line.order_line)
        if quantities[line.order_line_id] <= most:
            continue
        said = phrase(
            "At most {most} more of {product} may be received; this is {quantity}.",
            most=in_line_unit(line.order_line, most),
            product=line.label,
            quantity=line.quantity,
        )
        if not actor(session).may(OVER_RECEIVE.code):
            raise InvalidInput.of(
                f"lines.{place}.quantity",
                said,
                fix=phrase("Send the rest back, or ask somebody who may receive more."),
            )
        require_confirmation(session, said, key=f"purchases.over:{receipt.id}")


def _take_in(
    session: Session,
    keeper: StockKeeping,
    order: Order,
    receipt: Receipt,
    quantities: dict[int, Decimal],
) -> None:
    beyond = {
        line.id: quantities[line.id] - line.stock_open
        for line in order.lines
        if quantities.get(line.id, _ZERO) > line.stock_open
    }
    if beyond:
        more = [line for line in order.lines if line.id in beyond]
        expect_lines(session, keeper, order, more, more=beyond)
    keeper.move(
        session,
        Movement(
            SOURCE,
            order.id,
            "receipt",
            receipt.date,
            _moved(receipt, quantities),
            f"receipt:{receipt.id}",
        ),
    )


def _moved(receipt: Receipt, quantities: dict[int, Decimal]) -> tuple[MovedLine, ...]:
    return tuple(
        MovedLine(
            line.order_line_id,
            quantities[line.order_line_id],
            read_lots(line.lots, quantities[line.order_line_id], f"lines.{place}.lots"),
        )
        for place, line in enumerate(receipt.lines)
        if line.order_line_id in quantities
    )
