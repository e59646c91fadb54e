"""The addresses of printing below every resource."""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Any

from core.declare import Method, Route
from core.web.printing import receipts, record_prints, run_pages
from core.web.printing.forms import forms_of
from core.web.resources.shape import Shape


def print_routes(shape: Shape, record: str) -> Iterator[Route]:
    """The routes of a resource whose records lie at the path `record`."""
    yield _route(shape, "POST", f"{record}/print", record_prints.print_record)
    yield _route(shape, "POST", f"{shape.url}/bulk/print", run_pages.print_many)
    kinds = {form.kind for form in forms_of(shape)}
    if "receipt" in kinds:
        yield _route(shape, "POST", f"{record}/receipt", receipts.print_receipt)
    if "label" in kinds:
        yield _route(shape, "POST", f"{record}/label", receipts.print_label)


def _route(shape: Shape, method: Method, path: str, run: Any) -> Route:
    return Route(method, path, partial(run, shape), shape.resource.access.read)
