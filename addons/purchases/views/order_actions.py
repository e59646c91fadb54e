"""What can be done with an order."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.purchases.models import Order
from addons.purchases.permissions import (
    APPROVE_ORDERS,
    CLOSE_ORDERS,
    EDIT_BILLS,
    EDIT_ORDERS,
    RECEIVE,
)
from addons.purchases.services.bills.writing import create_bill
from addons.purchases.services.orders import approving, closing
from addons.purchases.services.receiving.posting import receive_all
from core.api import Action, Made, msg, phrase


def _confirm(session: Session, order: Order) -> str:
    done = approving.confirm_order(session, order)
    if done.state == "to_approve":
        return phrase("The order waits for an approval.")
    return phrase("Ordered as {number}.", number=done.number)


def _approve(session: Session, order: Order) -> str:
    return phrase("Approved as {number}.", number=approving.approve_order(session, order).number)


def _reject(session: Session, order: Order) -> str:
    approving.reject_order(session, order)
    return phrase("Sent back to the buyer.")


def _reopen(session: Session, order: Order) -> str:
    approving.reopen_order(session, order)
    return phrase("The order is a draft again.")


def _cancel(session: Session, order: Order) -> str:
    closing.cancel_order(session, order)
    return phrase("Cancelled.")


def _close(session: Session, order: Order) -> str:
    closing.close_short(session, order)
    return phrase("Nothing more is expected of the order.")


def _receive_all(session: Session, order: Order) -> str:
    return phrase("Received as {number}.", number=receive_all(session, order).number)


def _bill(session: Session, order: Order) -> Made:
    bill = create_bill(session, {"order_id": order.id})
    said = phrase(
        "A draft bill of {total} {currency} was written.", total=bill.total, currency=bill.currency
    )
    return Made("purchases.bills", bill.id, said)


ACTIONS: Final = (
    Action(
        "confirm",
        msg("Place the order"),
        EDIT_ORDERS,
        _confirm,
        when=lambda order: order.state == "draft",
        style="primary",
        bulk=True,
    ),
    Action(
        "approve",
        msg("Approve"),
        APPROVE_ORDERS,
        _approve,
        when=lambda order: order.state == "to_approve",
        style="primary",
        bulk=True,
    ),
    Action(
        "receive",
        msg("Receive everything"),
        RECEIVE,
        _receive_all,
        when=lambda order: order.open_for_receipt,
        style="primary",
        confirm=msg("This receives, today, everything that is still open. Receive it?"),
        bulk=True,
    ),
    Action(
        "bill",
        msg("Write the bill"),
        EDIT_BILLS,
        _bill,
        when=lambda order: order.state == "approved" and order.receipt_progress != "none",
        bulk=True,
    ),
    Action(
        "reject",
        msg("Send back"),
        APPROVE_ORDERS,
        _reject,
        when=lambda order: order.state == "to_approve",
        bulk=True,
    ),
    Action(
        "reopen",
        msg("Reopen"),
        EDIT_ORDERS,
        _reopen,
        when=lambda order: (
            order.state == "to_approve"
            or (order.state == "approved" and order.receipt_progress == "none")
        ),
    ),
    Action(
        "close",
        msg("Close short"),
        CLOSE_ORDERS,
        _close,
        when=lambda order: order.open_for_receipt,
        confirm=msg("What is still missing will not be expected any more. Close the order?"),
        bulk=True,
    ),
    Action(
        "cancel",
        msg("Cancel"),
        CLOSE_ORDERS,
        _cancel,
        when=lambda order: (
            order.state in ("draft", "to_approve")
            or (order.state == "approved" and order.receipt_progress == "none")
        ),
        confirm=msg("The order will not be carried out. Cancel it?"),
        style="danger",
        bulk=True,
    ),
)
MOVES: Final = (("approved", "approve"), ("cancelled", "cancel"))
