"""What a text in a form could be completed to, asked for while somebody types.

A field of text that has `suggest` is an input with a list, as one that looks a record up; what is
chosen takes the place of the text, and may be typed on.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from sqlalchemy.orm import Session

from core.errors import NotFound
from core.i18n import phrase
from core.web.replies import Fragment, Reply
from core.web.request import Request
from core.web.resources.shape import Input, Shape

_LONGEST: Final = 500


def suggestions_url(shape: Shape, input_name: str) -> str:
    """Where an input asks; those of lines are named with their grid, without the row:
    `lines.3.dimensions` asks as `lines.dimensions`."""
    grid, _, rest = input_name.partition(".")
    name = f"{grid}.{rest.rpartition('.')[2]}" if rest else grid
    return f"{shape.url}/suggestions?field={name}"


def suggests(shape: Shape) -> bool:
    """Whether any of the resource's fields has suggestions."""
    return any(item.suggest is not None for _, item in _inputs(shape))


def suggestions(shape: Shape, session: Session, request: Request) -> Reply:
    """The options under an input, as the text in it asks for."""
    wanted = request.query.get("field", "")
    item = next((item for name, item in _inputs(shape) if name == wanted), None)
    if item is None or item.suggest is None:
        raise NotFound(phrase("There is nothing to suggest here."))
    text = request.query.get("q", "").replace("\x00", "")[:_LONGEST]
    found = item.suggest(session, text)
    return Fragment("core/resources/suggestions.html", {"found": found})


def _inputs(shape: Shape) -> Iterator[tuple[str, Input]]:
    yield from ((item.name, item) for item in shape.inputs)
    for grid in shape.grids:
        yield from ((f"{grid.name}.{item.name}", item) for item in grid.inputs)
