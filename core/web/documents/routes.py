"""The addresses of what a document's pages do besides reading and saving: below its form, and
below its record.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.declare import Permission, Route
from core.web.documents import cells, checking, draft_pages, duplicating, presence
from core.web.resources.shape import Shape

_FORM_CALLS = (
    ("/check", checking.check),
    ("/paste", cells.paste),
    ("/scan", cells.scan),
    (draft_pages.DRAFT, draft_pages.keep_draft),
    (draft_pages.DISCARD, draft_pages.discard_draft),
)


def document_routes(shape: Shape, record: str) -> Iterator[Route]:
    """All of them; `record` is the path of one record, with its key in braces."""
    access = shape.resource.access
    tell = partial(presence.tell, shape)
    yield Route("POST", f"{record}/presence", tell, access.read, writes=False)
    if access.create is not None and shape.groups:
        yield from _below_form(shape, f"{shape.url}/new", access.create)
        if shape.resource.duplicate.run is not None:
            copy = partial(duplicating.duplicate, shape)
            yield Route("POST", f"{record}/duplicate", copy, access.create)
    if access.update is not None and shape.groups:
        yield from _below_form(shape, f"{record}/edit", access.update)


def _below_form(shape: Shape, form: str, permission: Permission) -> Iterator[Route]:
    for path, run in _FORM_CALLS:
        # What somebody has typed is kept for them, whether or not it can be saved today.
        yield Route("POST", f"{form}{path}", partial(run, shape), permission, writes=False)
