"""Who may ask, buy, approve, receive, bill and pay, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_REQUESTS: Final = Permission("purchases.request.view", msg("See purchase requests"))
EDIT_REQUESTS: Final = Permission("purchases.request.edit", msg("Ask for purchases"))
APPROVE_REQUESTS: Final = Permission("purchases.request.approve", msg("Approve purchase requests"))
VIEW_PURCHASES: Final = Permission("purchases.order.view", msg("See purchases"))
EDIT_ORDERS: Final = Permission("purchases.order.edit", msg("Ask for quotations and write orders"))
APPROVE_ORDERS: Final = Permission("purchases.order.approve", msg("Approve purchase orders"))
CLOSE_ORDERS: Final = Permission("purchases.order.close", msg("Cancel and close purchase orders"))
RECEIVE: Final = Permission("purchases.receipt.post", msg("Receive and return what was ordered"))
OVER_RECEIVE: Final = Permission(
    "purchases.receipt.over", msg("Receive more than the tolerance allows")
)
EDIT_PRICES: Final = Permission(
    "purchases.price.edit", msg("Keep supplier prices, agreements and templates")
)
EDIT_BILLS: Final = Permission("purchases.bill.edit", msg("Write suppliers' bills"))
POST_BILLS: Final = Permission("purchases.bill.post", msg("Post suppliers' bills"))
RELEASE_BILLS: Final = Permission(
    "purchases.bill.release", msg("Release bills that differ from their orders for payment")
)
PAY: Final = Permission("purchases.payment.post", msg("Pay suppliers"))
SET_LIMITS: Final = Permission("purchases.limit.edit", msg("Set who may approve how much"))

PERMISSIONS: Final = (
    VIEW_REQUESTS,
    EDIT_REQUESTS,
    APPROVE_REQUESTS,
    VIEW_PURCHASES,
    EDIT_ORDERS,
    APPROVE_ORDERS,
    CLOSE_ORDERS,
    RECEIVE,
    OVER_RECEIVE,
    EDIT_PRICES,
    EDIT_BILLS,
    POST_BILLS,
    RELEASE_BILLS,
    PAY,
    SET_LIMITS,
)
_LOOK_UP: Final = ("contacts.contact.view", "catalog.product.view")
_BUYER: Final = (
    VIEW_REQUESTS,
    EDIT_REQUESTS,
    APPROVE_REQUESTS,
    VIEW_PURCHASES,
    EDIT_ORDERS,
    CLOSE_ORDERS,
    RECEIVE,
    EDIT_PRICES,
)

ROLES: Final = (
    Role(
        "purchases.manager",
        msg("Purchasing manager"),
        (*(permission.code for permission in PERMISSIONS), *_LOOK_UP),
    ),
    Role(
        "purchases.buyer",
        msg("Buyer"),
        (*(permission.code for permission in _BUYER), *_LOOK_UP),
    ),
    Role(
        "purchases.requester",
        msg("Requester"),
        (VIEW_REQUESTS.code, EDIT_REQUESTS.code, "catalog.product.view"),
        reach="own",
    ),
    Role(
        "purchases.receiver",
        msg("Receiver of goods"),
        (VIEW_PURCHASES.code, RECEIVE.code, *_LOOK_UP),
    ),
    Role(
        "purchases.bills",
        msg("Bills clerk"),
        (VIEW_PURCHASES.code, EDIT_BILLS.code, POST_BILLS.code, PAY.code, *_LOOK_UP),
    ),
)
