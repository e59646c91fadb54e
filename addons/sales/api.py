"""What other addons may use of sales.

Orders, invoices and payments are written by these functions wherever they are written: by pages,
actions, the API, imports and other addons. Each takes the session and never commits.
"""

from __future__ import annotations

from addons.sales.events import (
    CommissionApproved,
    CreditApplied,
    GiftCardAdjusted,
    GiftCardExpired,
    InvoiceLine,
    InvoicePosted,
    LineRole,
    OrderCancelled,
    OrderConfirmed,
    PaidInvoice,
    PaymentReceived,
    PaymentReversed,
    PointsValued,
    RetentionKept,
)
from addons.sales.extension_points import (
    DirectGoods,
    DirectLine,
    DirectOrder,
    DirectSupply,
    DirectWish,
    Handover,
    InvoiceStamps,
    PaymentGateway,
    PaymentOrder,
    StatementsOfAccount,
)
from addons.sales.permissions import EDIT_ORDERS, VIEW_INVOICES, VIEW_ORDERS
from addons.sales.services.applications import apply_credit, credit_on_account
from addons.sales.services.confirming import cancel_order, confirm_order
from addons.sales.services.coupons.showing import Shown, show_coupons
from addons.sales.services.coupons.tills import (
    PromotedReceipt,
    offline_coupons,
    use_at_tills,
)
from addons.sales.services.coupons.using import drop_coupon, use_coupon
from addons.sales.services.crediting import credit_invoice
from addons.sales.services.delivering import Wanted, deliver
from addons.sales.services.expecting import ORDER as ORDER_SOURCE
from addons.sales.services.gift_cards.redeeming import find_card, pay_with_card, refund_to_card
from addons.sales.services.gift_cards.selling import sell as sell_gift_cards
from addons.sales.services.gift_cards.tills import CardAtTill, settle_at_till
from addons.sales.services.invoices import create_invoice
from addons.sales.services.invoicing import invoice_orders
from addons.sales.services.loyalty.earning import EarningLine, Sold
from addons.sales.services.loyalty.earning_rules import (
    EarningRule,
    SoldAmount,
    factor_of,
    points_for,
)
from addons.sales.services.loyalty.offline import (
    offline_points,
    offline_programs,
    owners_of_points,
)
from addons.sales.services.loyalty.redeeming import pay_with_points, redeemable
from addons.sales.services.loyalty.statements import points_of, statement_lines
from addons.sales.services.loyalty.till_earning import (
    TillReceipt,
    TillReturn,
    earn_at_tills,
    take_back_at_tills,
)
from addons.sales.services.loyalty.tills import (
    PaidInPoints,
    PointsAtTill,
    lock_points,
    settle_points_at_till,
)
from addons.sales.services.orders import create_order
from addons.sales.services.papers import invoice_pdf
from addons.sales.services.payments import pay_invoices, post_payment, reverse_payment
from addons.sales.services.portal.confirmed import confirm_payment
from addons.sales.services.portal.intents import cancel_payment, refuse_payment
from addons.sales.services.posted import PostedInvoice, PostedLine, posted_invoices
from addons.sales.services.posting import post_invoice
from addons.sales.services.promotions.deciding import decide
from addons.sales.services.promotions.loading import rules_between, rules_on
from addons.sales.services.promotions.rules import (
    Basket,
    BasketLine,
    CouponShown,
    Decision,
    Rule,
    as_json,
    from_json,
)
from addons.sales.services.releasing import release_retention

__all__ = [
    "EDIT_ORDERS",
    "ORDER_SOURCE",
    "VIEW_INVOICES",
    "VIEW_ORDERS",
    "Basket",
    "BasketLine",
    "CardAtTill",
    "CommissionApproved",
    "CouponShown",
    "CreditApplied",
    "Decision",
    "DirectGoods",
    "DirectLine",
    "DirectOrder",
    "DirectSupply",
    "DirectWish",
    "EarningLine",
    "EarningRule",
    "GiftCardAdjusted",
    "GiftCardExpired",
    "Handover",
    "InvoiceLine",
    "InvoicePosted",
    "InvoiceStamps",
    "LineRole",
    "OrderCancelled",
    "OrderConfirmed",
    "PaidInPoints",
    "PaidInvoice",
    "PaymentGateway",
    "PaymentOrder",
    "PaymentReceived",
    "PaymentReversed",
    "PointsAtTill",
    "PointsValued",
    "PostedInvoice",
    "PostedLine",
    "PromotedReceipt",
    "RetentionKept",
    "Rule",
    "Shown",
    "Sold",
    "SoldAmount",
    "StatementsOfAccount",
    "TillReceipt",
    "TillReturn",
    "Wanted",
    "apply_credit",
    "as_json",
    "cancel_order",
    "cancel_payment",
    "confirm_order",
    "confirm_payment",
    "create_invoice",
    "create_order",
    "credit_invoice",
    "credit_on_account",
    "decide",
    "deliver",
    "drop_coupon",
    "earn_at_tills",
    "factor_of",
    "find_card",
    "from_json",
    "invoice_orders",
    "invoice_pdf",
    "lock_points",
    "offline_coupons",
    "offline_points",
    "offline_programs",
    "owners_of_points",
    "pay_invoices",
    "pay_with_card",
    "pay_with_points",
    "points_for",
    "points_of",
    "post_invoice",
    "post_payment",
    "posted_invoices",
    "redeemable",
    "refund_to_card",
    "refuse_payment",
    "release_retention",
    "reverse_payment",
    "rules_between",
    "rules_on",
    "sell_gift_cards",
    "settle_at_till",
    "settle_points_at_till",
    "show_coupons",
    "statement_lines",
    "take_back_at_tills",
    "use_at_tills",
    "use_coupon",
]
