"""Who may do what with taxes, and the roles that the addon offers."""

from __future__ import annotations

from typing import Final

from core.api import Permission, Role, msg

VIEW_TAXES: Final = Permission("vat.taxes.view", msg("See taxes, tax returns and the VAT audit"))
EDIT_TAXES: Final = Permission("vat.taxes.edit", msg("Change taxes, tax groups and positions"))
PREPARE_RETURN: Final = Permission("vat.return.prepare", msg("Prepare and adjust tax returns"))
FILE_RETURN: Final = Permission("vat.return.file", msg("File and amend tax returns"))
PAY_RETURN: Final = Permission(
    "vat.return.pay", msg("Record payments and refunds of tax returns, and take them back")
)

PERMISSIONS: Final = (VIEW_TAXES, EDIT_TAXES, PREPARE_RETURN, FILE_RETURN, PAY_RETURN)

ROLES: Final = (
    Role(
        "vat.accountant",
        msg("Tax accountant"),
        tuple(permission.code for permission in PERMISSIONS),
        adds_to="accounting.accountant",
    ),
    Role(
        "vat.bookkeeper",
        msg("Tax bookkeeper"),
        (VIEW_TAXES.code, PREPARE_RETURN.code),
        adds_to="accounting.bookkeeper",
    ),
    Role("vat.auditor", msg("Tax auditor"), (VIEW_TAXES.code,), adds_to="accounting.auditor"),
)
