"""What the catalogue contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.addons.permissions import MANAGE_ADDONS, SEE_ADDONS
from core.declare import Job, MenuItem, Route, Schedule, msg
from core.part import KernelPart
from core.web.catalogue import pages, review_calls
from core.web.catalogue.pages import CATALOGUE
from core.web.catalogue.reporting import JOB, tell_the_seller

_ADDON: Final = f"{CATALOGUE}/{{name}}"

PART: Final = KernelPart(
    routes=(
        Route("GET", CATALOGUE, pages.show_catalogue, SEE_ADDONS),
        Route("GET", _ADDON, pages.show_addon, SEE_ADDONS),
        Route("GET", f"{_ADDON}/pictures/{{number:int}}", pages.show_picture, SEE_ADDONS),
        Route("POST", f"{_ADDON}/ask", pages.ask, MANAGE_ADDONS),
        Route("POST", f"{_ADDON}/trial", pages.start_trial, MANAGE_ADDONS),
        Route("POST", f"{_ADDON}/review", pages.write_review, MANAGE_ADDONS),
        Route("POST", f"{_ADDON}/review/remove", pages.remove_review, MANAGE_ADDONS),
        *review_calls.ROUTES,
    ),
    menu=(
        MenuItem(msg("Catalogue"), CATALOGUE, SEE_ADDONS, msg("Settings"), icon="shop", order=901),
    ),
    jobs=(
        Job(
            JOB,
            msg("Tell the seller which addons are on"),
            tell_the_seller,
            schedule=Schedule("17 2 * * *"),
        ),
    ),
)
