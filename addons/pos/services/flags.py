"""What may be odd about a receipt that was booked all the same, as sentences for a manager.

The names stand in the protocol of tills (docs/pos-sync.md); a sale bears those that hold for it.
"""

from __future__ import annotations

from typing import Final

from core.api import msg

FLAGS: Final = {
    "price": msg("A price is not the one that held."),
    "tax": msg("The taxes are not those that held."),
    "total": msg("The total is not what it works out to."),
    "stock": msg("Goods were not in the store, or their lot is not known."),
    "product_gone": msg("A product is no longer for sale."),
    "closed_period": msg("Its day is closed: it is booked on the first open one."),
    "late": msg("It came after its session was closed."),
    "credit_limit": msg("The customer owes more than was agreed."),
    "clock": msg("The till's clock was wrong, or it is very old."),
    "gift_card": msg("The gift card had less. The rest is owed, or missing."),
    "points": msg("There were fewer points, or more came back than had paid."),
    "coupon": msg("A coupon was used before, is not good, or was not shown."),
    "promotion": msg("A promotion was used more often than it goes."),
    "no_receipt": msg("Goods came back without a receipt."),
    "returned_more": msg("More came back than was sold."),
    "customer_gone": msg("The customer is not known any more."),
    "customer_twice": msg("The customer is perhaps known already."),
    "customer_details": msg("Some details of the new customer were not valid."),
}
