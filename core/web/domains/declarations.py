"""What the page of domains and its calls contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import MenuItem, Permission, Route, msg
from core.part import KernelPart
from core.web.domains import api, pages

MANAGE: Final = Permission("core.domain.manage", msg("Add and remove domains of the company's own"))

PART: Final = KernelPart(
    permissions=(MANAGE,),
    routes=(
        Route("GET", pages.DOMAINS, pages.show, MANAGE),
        Route("POST", pages.DOMAINS, pages.add, MANAGE),
        Route("POST", f"{pages.DOMAINS}/{{host}}/check", pages.check, MANAGE),
        Route("POST", f"{pages.DOMAINS}/{{host}}/drop", pages.drop, MANAGE),
        *api.routes(MANAGE),
    ),
    menu=(MenuItem(msg("Domains"), pages.DOMAINS, MANAGE, msg("Settings"), "globe", 914),),
)
