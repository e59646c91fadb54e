"""The addresses of the displays of a resource, and of the moves made in them."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from core.declare import Method, Permission, Route
from core.web.displays import board_page, calendar_page, moving, pivot_files, pivot_page
from core.web.displays.offered import offered
from core.web.resources.shape import Shape


def display_routes(shape: Shape, record: str) -> Iterator[Route]:
    """What this resource can be looked at as; `record` is the path of one."""
    found, url, read = offered(shape), shape.url, shape.resource.access.read

    def at(method: Method, path: str, permission: Permission, run: Any) -> Route:
        return Route(method, path, partial(run, shape), permission)

    if found.pivot is not None:
        yield at("GET", f"{url}/pivot", read, pivot_page.pivot_page)
        yield at("GET", f"{url}/pivot.csv", read, pivot_files.pivot_csv)
        yield at("GET", f"{url}/pivot.xlsx", read, pivot_files.pivot_xlsx)
    if found.board is not None:
        yield at("GET", f"{url}/board", read, board_page.board_page)
        # Whether the card may go there is asked of the action or of the field that takes it.
        yield at("POST", f"{record}/move", read, moving.move_card)
    if found.calendar is not None:
        yield at("GET", f"{url}/calendar", read, calendar_page.calendar_page)
        update = shape.resource.access.update
        if update is not None:
            yield at("POST", f"{record}/reschedule", update, moving.reschedule)
