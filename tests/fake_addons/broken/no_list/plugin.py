"""A hook that returns one value instead of a list."""

from __future__ import annotations

from core.api import Permission, hookimpl


@hookimpl
def register_permissions() -> list[Permission]:
    return Permission("no_list.a.read", "Read")  # type: ignore[return-value]
