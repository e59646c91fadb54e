"""What the page of repairs contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import MenuItem, Route, msg
from core.part import KernelPart
from core.repairs.permissions import SEE_REPAIRS
from core.web.repairs import pages

PART: Final = KernelPart(
    routes=(
        Route("GET", pages.REPAIRS, pages.show_repairs, SEE_REPAIRS),
        Route("POST", f"{pages.REPAIRS}/check", pages.check_all, SEE_REPAIRS),
        Route("POST", f"{pages.REPAIRS}/{{addon}}", pages.apply_remedy, SEE_REPAIRS),
    ),
    menu=(MenuItem(msg("Repairs"), pages.REPAIRS, SEE_REPAIRS, msg("Settings"), "wrench", 913),),
)
