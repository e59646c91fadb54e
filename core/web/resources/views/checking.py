"""What is wrong with the views that a resource brings along, found before anybody opens one."""

from __future__ import annotations

from collections.abc import Iterator

from core.declare import ListView
from core.errors import InvalidInput
from core.web.resources.culture import PLAIN
from core.web.resources.links import PLAIN_VIEW
from core.web.resources.list_fields import all_fields
from core.web.resources.shape import Shape
from core.web.resources.views.opening import still_known
from core.web.resources.views.state import read_state
from core.web.resources.views.store import declared_items


def mistakes(shape: Shape) -> Iterator[str]:
    """A sentence for each mistake in a declared view."""
    names = [view.name for view in shape.resource.views]
    for view in shape.resource.views:
        if view.name == PLAIN_VIEW or not view.name.isidentifier() or names.count(view.name) > 1:
            yield f"view {view.name}: its name must be an identifier, the only one, and not “all”"
        yield from _mistakes_of(shape, view)


def _mistakes_of(shape: Shape, view: ListView) -> Iterator[str]:
    fields, items = all_fields(shape), declared_items(view)
    _, gone = still_known(fields, items, PLAIN)
    if gone:
        yield f"view {view.name}: the list has no {', '.join(gone)}, or not with such a value"
        return
    try:
        read_state(fields, items, PLAIN)
    except InvalidInput as error:
        yield f"view {view.name}: {error.message}"
