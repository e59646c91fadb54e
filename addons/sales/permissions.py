"""Who may sell, deliver, invoice and take payments, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_ORDERS: Final = Permission("sales.order.view", msg("See quotations and orders"))
EDIT_ORDERS: Final = Permission("sales.order.edit", msg("Write quotations and orders"))
CONFIRM_ORDERS: Final = Permission("sales.order.confirm", msg("Confirm, hold and cancel orders"))
DELIVER: Final = Permission("sales.delivery.post", msg("Deliver orders and take goods back"))
VIEW_INVOICES: Final = Permission("sales.invoice.view", msg("See invoices and payments"))
EDIT_INVOICES: Final = Permission("sales.invoice.edit", msg("Write invoices"))
POST_INVOICES: Final = Permission("sales.invoice.post", msg("Post invoices and credit notes"))
EDIT_PAYMENTS: Final = Permission("sales.payment.edit", msg("Enter payments of customers"))
POST_PAYMENTS: Final = Permission("sales.payment.post", msg("Post and reverse payments"))
CHANGE_PRICE: Final = Permission("sales.price.change", msg("Sell at another price than the list's"))
ANY_DISCOUNT: Final = Permission("sales.discount.any", msg("Give any discount"))
OVERRIDE_CREDIT: Final = Permission("sales.credit.override", msg("Sell beyond a credit limit"))
SEE_MARGIN: Final = Permission("sales.margin.view", msg("See costs and margins of sales"))
ISSUE_CARDS: Final = Permission("sales.gift_card.issue", msg("Give gift cards"))
ADJUST_CARDS: Final = Permission(
    "sales.gift_card.adjust", msg("Adjust, block and replace gift cards")
)
ADJUST_POINTS: Final = Permission("sales.points.adjust", msg("Adjust loyalty points"))
EDIT_PROMOTIONS: Final = Permission("sales.promotion.edit", msg("Set up promotions and coupons"))
SET_UP: Final = Permission("sales.setup.edit", msg("Set up sales"))
VIEW_CONTRACTS: Final = Permission("sales.contract.view", msg("See recurring invoices"))
EDIT_CONTRACTS: Final = Permission(
    "sales.contract.edit", msg("Write, pause and end contracts of recurring invoices")
)
VIEW_COMMISSIONS: Final = Permission("sales.commission.view", msg("See commissions"))
SET_UP_COMMISSIONS: Final = Permission(
    "sales.commission.edit", msg("Set up commissions and work them out")
)
APPROVE_COMMISSIONS: Final = Permission("sales.commission.approve", msg("Approve commissions"))
VIEW_TARGETS: Final = Permission("sales.target.view", msg("See targets of sales"))
EDIT_TARGETS: Final = Permission("sales.target.edit", msg("Set targets of sales"))

PERMISSIONS: Final = (
    VIEW_ORDERS,
    EDIT_ORDERS,
    CONFIRM_ORDERS,
    DELIVER,
    VIEW_INVOICES,
    EDIT_INVOICES,
    POST_INVOICES,
    EDIT_PAYMENTS,
    POST_PAYMENTS,
    CHANGE_PRICE,
    ANY_DISCOUNT,
    OVERRIDE_CREDIT,
    SEE_MARGIN,
    ISSUE_CARDS,
    ADJUST_CARDS,
    ADJUST_POINTS,
    EDIT_PROMOTIONS,
    SET_UP,
    VIEW_CONTRACTS,
    EDIT_CONTRACTS,
    VIEW_COMMISSIONS,
    SET_UP_COMMISSIONS,
    APPROVE_COMMISSIONS,
    VIEW_TARGETS,
    EDIT_TARGETS,
)

_OTHERS: Final = ("contacts.contact.view", "contacts.contact.edit", "catalog.product.view")

ROLES: Final = (
    Role(
        "sales.manager",
        msg("Sales manager"),
        (*(permission.code for permission in PERMISSIONS), *_OTHERS),
    ),
    Role(
        "sales.salesperson",
        msg("Salesperson"),
        (
            VIEW_ORDERS.code,
            EDIT_ORDERS.code,
            CONFIRM_ORDERS.code,
            VIEW_INVOICES.code,
            *_OTHERS,
        ),
    ),
    Role(
        "sales.clerk",
        msg("Sales clerk"),
        (
            VIEW_ORDERS.code,
            EDIT_ORDERS.code,
            CONFIRM_ORDERS.code,
            DELIVER.code,
            VIEW_INVOICES.code,
            EDIT_INVOICES.code,
            POST_INVOICES.code,
            EDIT_PAYMENTS.code,
            POST_PAYMENTS.code,
            VIEW_CONTRACTS.code,
            EDIT_CONTRACTS.code,
            *_OTHERS,
        ),
    ),
    Role(
        "sales.earner",
        msg("Own commissions and targets"),
        (VIEW_COMMISSIONS.code, VIEW_TARGETS.code),
        reach="own",
    ),
    Role("sales.reader", msg("Sales reader"), (VIEW_ORDERS.code, VIEW_INVOICES.code)),
)
