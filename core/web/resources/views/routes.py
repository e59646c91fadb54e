"""Where views of a list are kept, changed and chosen: below the list, for all who may read it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.declare import Route
from core.web.resources.shape import Shape
from core.web.resources.views import saving


def view_routes(shape: Shape) -> Iterator[Route]:
    """The routes of a resource's views."""
    read, url = shape.resource.access.read, f"{shape.url}/views"
    for path, run in (
        (url, saving.create_view),
        (f"{url}/default", saving.choose_default),
        (f"{url}/{{id:int}}", saving.change_view),
        (f"{url}/{{id:int}}/delete", saving.delete_view),
    ):
        yield Route("POST", path, partial(run, shape), read)
