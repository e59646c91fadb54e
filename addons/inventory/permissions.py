"""Who may do what with goods, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_STOCK: Final = Permission("inventory.stock.view", msg("See goods, locations and transfers"))
VIEW_VALUE: Final = Permission("inventory.value.view", msg("See what goods cost and are worth"))
MOVE_GOODS: Final = Permission("inventory.goods.move", msg("Receive, deliver and move goods"))
COUNT_STOCK: Final = Permission("inventory.count.edit", msg("Count goods"))
APPROVE_COUNT: Final = Permission("inventory.count.approve", msg("Approve differences of counts"))
EDIT_VALUE: Final = Permission(
    "inventory.value.edit", msg("Enter landed costs, revaluations and opening stock")
)
SET_UP_STOCK: Final = Permission(
    "inventory.setup.edit", msg("Set up warehouses, locations and rules")
)

PERMISSIONS: Final = (
    VIEW_STOCK,
    VIEW_VALUE,
    MOVE_GOODS,
    COUNT_STOCK,
    APPROVE_COUNT,
    EDIT_VALUE,
    SET_UP_STOCK,
)

ROLES: Final = (
    Role(
        "inventory.manager",
        msg("Inventory manager"),
        tuple(permission.code for permission in PERMISSIONS),
    ),
    Role(
        "inventory.storekeeper",
        msg("Storekeeper"),
        (VIEW_STOCK.code, MOVE_GOODS.code, COUNT_STOCK.code),
    ),
    Role("inventory.reader", msg("Inventory reader"), (VIEW_STOCK.code,)),
)
