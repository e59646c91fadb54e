"""Where everything lies that the addons and the kernel declare: routes, and resources' pages.

An addon's lie below `/<addon>` and `/api/v1/<addon>`, the kernel's where it says.
"""

from __future__ import annotations

from collections.abc import Iterator

import structlog

from core.addons.catalog import Catalog
from core.declare import Route
from core.web.resources.routes import routes_of
from core.web.resources.shaping import DeclarationError
from core.web.routing import Mount

log = structlog.get_logger(__name__)


def mounts_of(catalog: Catalog) -> Iterator[Mount]:
    """Every route of every loaded addon, at its full path."""
    for owned in catalog.contributions.routes:
        yield _mount(owned.addon, owned.item, full_path(owned.addon, owned.item.path))
    for owned in catalog.contributions.resources:
        try:
            routes = routes_of(owned)
        except DeclarationError as error:
            # One addon's mistake costs its own pages, not the whole process.
            log.error("resource left out", addon=owned.addon, reason=str(error))
            continue
        for route in routes:
            yield _mount(owned.addon, route, route.path)


def full_path(addon: str, path: str) -> str:
    """The kernel names its paths in full, an addon those of its API; others go below its name."""
    if addon == "core" or path.startswith(f"/api/v1/{addon}/"):
        return path
    return f"/{addon}{path}".rstrip("/")


def _mount(addon: str, route: Route, path: str) -> Mount:
    return Mount(addon, route.method, path, route.handler, route.permission)
