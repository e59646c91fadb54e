"""Its permissions are not to be had."""

from __future__ import annotations

from core.api import Permission, hookimpl


@hookimpl
def register_permissions() -> list[Permission]:
    raise ValueError("no permissions today")
