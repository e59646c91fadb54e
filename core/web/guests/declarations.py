"""What the pages of guests contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import PUBLIC, MenuItem, Route, msg
from core.guests.declarations import MANAGE_GUESTS
from core.guests.troubles import GUESTS
from core.part import KernelPart
from core.web.guests import pages

PART: Final = KernelPart(
    routes=(
        Route("GET", GUESTS, pages.show_guests, MANAGE_GUESTS),
        Route("POST", f"{GUESTS}/{{id:int}}/let-in", pages.let_in, MANAGE_GUESTS),
        Route("POST", f"{GUESTS}/{{id:int}}/refuse", pages.refuse, MANAGE_GUESTS),
        Route("POST", f"{GUESTS}/{{id:int}}/end", pages.end, MANAGE_GUESTS),
        Route("GET", pages.ENTER, pages.show_door, PUBLIC),
        Route("POST", pages.ENTER, pages.enter, PUBLIC),
    ),
    menu=(
        MenuItem(
            msg("Who may look in"), GUESTS, MANAGE_GUESTS, msg("Settings"), "person-badge", 913
        ),
    ),
)
