"""Where electronic invoicing stands in the menu: with the taxes."""

from __future__ import annotations

from typing import Final

from addons.zatca.permissions import VIEW_DEVICES, VIEW_DOCUMENTS
from core.api import SETUP_GROUP, MenuItem, msg

_SECTION: Final = msg("Tax")

MENU: Final = (
    MenuItem(
        msg("Electronic invoices"), "/zatca/documents", VIEW_DOCUMENTS, _SECTION, "qr-code", 22
    ),
    MenuItem(
        msg("Without electronic invoice"),
        "/zatca/waiting",
        VIEW_DOCUMENTS,
        _SECTION,
        "hourglass",
        23,
    ),
    MenuItem(msg("Archive"), "/zatca/archive", VIEW_DOCUMENTS, _SECTION, "archive", 24),
    MenuItem(
        msg("Special invoices"),
        "/zatca/special-invoices",
        VIEW_DOCUMENTS,
        _SECTION,
        "bookmark-star",
        25,
        SETUP_GROUP,
    ),
    MenuItem(
        msg("Exchanges"), "/zatca/exchanges", VIEW_DOCUMENTS, _SECTION, "arrow-left-right", 26,
        SETUP_GROUP,
    ),
    MenuItem(msg("Devices"), "/zatca/devices", VIEW_DEVICES, _SECTION, "cpu", 27, SETUP_GROUP),
    MenuItem(
        msg("Sellers"), "/zatca/sellers", VIEW_DOCUMENTS, _SECTION, "building", 28, SETUP_GROUP
    ),
)  # fmt: skip
