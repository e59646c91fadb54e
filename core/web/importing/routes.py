"""The addresses of a resource at which files are brought into it."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial

from core.declare import Route
from core.web.importing import api, examples, pages
from core.web.importing.arriving import upload_limit
from core.web.resources.shape import Shape


def import_routes(shape: Shape) -> Iterator[Route]:
    """What a resource that declares `importing` has besides its other addresses. Whoever reads it
    gets there; that they may write is asked in the handlers, since either right will do."""
    if shape.resource.importing is None or not shape.groups:
        return
    read, page = shape.resource.access.read, f"{shape.url}/import"
    yield Route("GET", page, partial(pages.upload_page, shape), read)
    yield Route("POST", page, partial(pages.upload, shape), read, upload=upload_limit)
    yield Route("GET", f"{page}/example.csv", partial(examples.example_csv, shape), read)
    yield Route("GET", f"{page}/example.xlsx", partial(examples.example_xlsx, shape), read)
    calls = f"{shape.api_url}/imports"
    one = f"{calls}/{{import_id:int}}"
    yield Route("POST", calls, partial(api.create_import, shape), read, upload=upload_limit)
    yield Route("GET", one, partial(api.get_import, shape), read)
    yield Route("POST", f"{one}/undo", partial(api.undo_import, shape), read)
