"""What the page about the data contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.custody.declarations import SEE_DATA, TAKE_DATA
from core.declare import MenuItem, Route, msg
from core.part import KernelPart
from core.web.custody import pages

PART: Final = KernelPart(
    routes=(
        Route("GET", pages.DATA, pages.show_data, SEE_DATA),
        Route("POST", f"{pages.DATA}/backups", pages.ask_backup, TAKE_DATA),
        Route("POST", f"{pages.DATA}/takeouts", pages.begin_takeout, TAKE_DATA),
        Route("GET", f"{pages.DATA}/takeouts/{{id:int}}", pages.download, TAKE_DATA),
    ),
    menu=(
        MenuItem(
            msg("Where is my data?"), pages.DATA, SEE_DATA, msg("Settings"), "database-lock", 912
        ),
    ),
)
