"""What the page about licences contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.addons.permissions import SEE_ADDONS
from core.declare import MenuItem, Route, msg
from core.part import KernelPart
from core.web.licences import pages

PART: Final = KernelPart(
    routes=(Route("GET", pages.LICENCES, pages.show_licences, SEE_ADDONS),),
    menu=(
        MenuItem(
            msg("Licences"),
            pages.LICENCES,
            SEE_ADDONS,
            msg("Settings"),
            "patch-check",
            order=902,
            company_only=True,
        ),
    ),
)
