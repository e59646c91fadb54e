"""Where everything lies that the addons and the kernel declare: routes, and resources' pages.

An addon's lie below `/<addon>` and `/api/v1/<addon>`, the kernel's where it says.
"""

from __future__ import annotations

from functools import lru_cache

from core.addons.catalog import Catalog
from core.web.resources.routes import resource_mounts
from core.web.routing import Mount, mount


@lru_cache(maxsize=2)
def mounts_of(catalog: Catalog) -> tuple[Mount, ...]:
    """Every route of every loaded addon, at its full path."""
    routes = [
        mount(owned.addon, owned.item, full_path(owned.addon, owned.item.path))
        for owned in catalog.contributions.routes
    ]
    return (*routes, *resource_mounts(catalog))


def full_path(addon: str, path: str) -> str:
    """The kernel names its paths in full, an addon those of its API; others go below its name."""
    if addon == "core" or path.startswith(f"/api/v1/{addon}/"):
        return path
    return f"/{addon}{path}"
