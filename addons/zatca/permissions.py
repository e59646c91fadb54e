"""Who may do what with electronic invoices, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_DOCUMENTS: Final = Permission(
    "zatca.documents.view", msg("See electronic invoices, their archive and their exchanges")
)
MEND_DOCUMENTS: Final = Permission(
    "zatca.documents.mend", msg("Send electronic invoices again, and mend what was refused")
)
VIEW_DEVICES: Final = Permission("zatca.devices.view", msg("See devices that sign invoices"))
EDIT_DEVICES: Final = Permission(
    "zatca.devices.edit", msg("Register, renew and revoke devices that sign invoices")
)
MARK_INVOICES: Final = Permission(
    "zatca.invoices.mark", msg("Mark invoices that the authority calls special")
)
EDIT_SELLERS: Final = Permission("zatca.sellers.edit", msg("Say who the seller on invoices is"))

PERMISSIONS: Final = (
    VIEW_DOCUMENTS,
    MEND_DOCUMENTS,
    MARK_INVOICES,
    VIEW_DEVICES,
    EDIT_DEVICES,
    EDIT_SELLERS,
)

ROLES: Final = (
    Role(
        "zatca.accountant",
        msg("Accountant of electronic invoices"),
        tuple(permission.code for permission in PERMISSIONS),
    ),
    Role(
        "zatca.bookkeeper",
        msg("Bookkeeper of electronic invoices"),
        (VIEW_DOCUMENTS.code, MEND_DOCUMENTS.code, MARK_INVOICES.code, VIEW_DEVICES.code),
    ),
    Role(
        "zatca.auditor",
        msg("Auditor of electronic invoices"),
        (VIEW_DOCUMENTS.code, VIEW_DEVICES.code),
    ),
)
