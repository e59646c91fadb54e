"""Who may look after the tills, and the roles that the addon offers.

What a cashier may do at a till is said of the cashier (`pos.cashier`) and holds without a network;
these are the rights of the back office.
"""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_SALES: Final = Permission("pos.sale.view", msg("See the sales of the tills"))
VIEW_SESSIONS: Final = Permission("pos.session.view", msg("See the sessions and the cash of tills"))
CLOSE_SESSIONS: Final = Permission(
    "pos.session.close", msg("Close sessions of tills and approve differences")
)
SET_UP: Final = Permission("pos.setup.edit", msg("Set up tills, cashiers and ways to pay"))
BIND_DEVICES: Final = Permission("pos.device.bind", msg("Bind and revoke devices of tills"))
REPAIR: Final = Permission(
    "pos.operation.repair", msg("Mend, replay and drop what a till's sync could not book")
)

PERMISSIONS: Final = (
    VIEW_SALES,
    VIEW_SESSIONS,
    CLOSE_SESSIONS,
    SET_UP,
    BIND_DEVICES,
    REPAIR,
)

_OTHERS: Final = ("contacts.contact.view", "catalog.product.view")

ROLES: Final = (
    Role(
        "pos.manager",
        msg("Till manager"),
        (*(permission.code for permission in PERMISSIONS), *_OTHERS),
    ),
    Role(
        "pos.supervisor",
        msg("Till supervisor"),
        (
            VIEW_SALES.code,
            VIEW_SESSIONS.code,
            CLOSE_SESSIONS.code,
            BIND_DEVICES.code,
            *_OTHERS,
        ),
    ),
    Role("pos.reader", msg("Till reader"), (VIEW_SALES.code, VIEW_SESSIONS.code)),
)
