"""The addresses of a resource at which many of its records are changed, or one cell of one."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from core.declare import Method, Permission, Route
from core.web.bulk import dialogs, inline
from core.web.resources.shape import Shape


def bulk_routes(shape: Shape, record: str) -> Iterator[Route]:
    """What the resource declares, for many records; `record` is the path of one."""
    access, url = shape.resource.access, f"{shape.url}/bulk"

    def at(method: Method, path: str, permission: Permission, run: Any, *given: Any) -> Route:
        return Route(method, path, partial(run, shape, *given), permission)

    count = partial(dialogs.count_matching, shape)
    yield Route("POST", f"{url}/count", count, access.read, writes=False)
    if access.update is not None and shape.groups:
        cell = f"{record}/cells/{{name}}"
        yield at("POST", f"{url}/edit", access.update, dialogs.edit_many)
        show = partial(inline.show_cell, shape)
        yield Route("GET", cell, show, access.update, writes=True)
        yield at("POST", cell, access.update, inline.save_cell)
    if access.delete is not None:
        yield at("POST", f"{url}/delete", access.delete, dialogs.delete_many)
    for action in shape.resource.actions:
        if action.bulk:
            path = f"{url}/actions/{action.name}"
            yield at("POST", path, action.permission, dialogs.act_on_many, action)
