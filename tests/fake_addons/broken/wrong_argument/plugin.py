"""A hook with an argument that does not exist."""

from __future__ import annotations

from core.api import hookimpl


@hookimpl
def addon_enabled(tenant: str) -> None:
    return None
