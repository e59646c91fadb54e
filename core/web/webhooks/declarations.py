"""What the pages of webhooks contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import MenuItem, Route, msg
from core.part import KernelPart
from core.web.webhooks import pages
from core.webhooks.permissions import MANAGE_WEBHOOKS

_ONE: Final = f"{pages.WEBHOOKS}/{{id:int}}"
_ROUTES: Final = (
    ("GET", pages.WEBHOOKS, pages.list_webhooks),
    ("GET", f"{pages.WEBHOOKS}/new", pages.show_new),
    ("POST", f"{pages.WEBHOOKS}/new", pages.create),
    ("GET", _ONE, pages.show),
    ("POST", _ONE, pages.change),
    ("POST", f"{_ONE}/secret", pages.renew_secret),
    ("POST", f"{_ONE}/test", pages.test),
    ("POST", f"{_ONE}/switch", pages.switch),
    ("POST", f"{_ONE}/delete", pages.delete),
    ("POST", f"{_ONE}/replay", pages.replay_failed),
    ("POST", f"{_ONE}/deliveries/{{delivery:int}}/replay", pages.replay_one),
)

PART: Final = KernelPart(
    routes=tuple(
        Route(method, path, handler, MANAGE_WEBHOOKS)  # type: ignore[arg-type]
        for method, path, handler in _ROUTES
    ),
    menu=(
        MenuItem(
            msg("Webhooks"), pages.WEBHOOKS, MANAGE_WEBHOOKS, msg("Settings"), "broadcast", 914
        ),
    ),
)
