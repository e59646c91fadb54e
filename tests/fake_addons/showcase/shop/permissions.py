"""Who may do what in the shop."""

from __future__ import annotations

from core.api import Permission

READ_CUSTOMERS = Permission("shop.customer.read", "See customers")
WRITE_CUSTOMERS = Permission("shop.customer.write", "Change customers")
READ_PRODUCTS = Permission("shop.product.read", "See products")
READ_ORDERS = Permission("shop.order.read", "See orders")
WRITE_ORDERS = Permission("shop.order.write", "Change orders")
CONFIRM_ORDERS = Permission("shop.order.confirm", "Confirm orders")

ALL = [
    READ_CUSTOMERS,
    WRITE_CUSTOMERS,
    READ_PRODUCTS,
    READ_ORDERS,
    WRITE_ORDERS,
    CONFIRM_ORDERS,
]
