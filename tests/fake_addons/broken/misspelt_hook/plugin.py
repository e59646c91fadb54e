"""A hook by a name that does not exist."""

from __future__ import annotations

from core.api import Permission, hookimpl


@hookimpl
def register_permission() -> list[Permission]:
    return []
