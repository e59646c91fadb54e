"""All addresses of a resource, in full: its pages below `/<addon>/<resource>`, its JSON below
`/api/v1/<addon>/<resource>`.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import replace
from functools import partial
from typing import Any

import structlog

from core.addons.catalog import Catalog, Owned
from core.declare import Method, Permission, Resource, Route
from core.web.bulk.routes import bulk_routes
from core.web.conversation.routes import conversation_routes
from core.web.displays.routes import display_routes
from core.web.documents.routes import document_routes
from core.web.importing.routes import import_routes
from core.web.printing.mounting import print_routes
from core.web.resources import (
    action_pages,
    api,
    exporting,
    form_pages,
    history_pages,
    lists,
    record_pages,
    references,
)
from core.web.resources.effective import handler
from core.web.resources.kinds_figures import Integer
from core.web.resources.shape import Shape
from core.web.resources.shaping import DeclarationError, shape_of
from core.web.resources.suggesting import suggestions, suggests
from core.web.resources.views.routes import view_routes
from core.web.routing import Mount, mount

log = structlog.get_logger(__name__)


def resource_mounts(catalog: Catalog) -> list[Mount]:
    """Where the resources of all addons lie. One that cannot be served is left out, and the log
    says why: nobody else's pages have to wait for it to be mended."""
    mounts: list[Mount] = []
    for owned in catalog.contributions.resources:
        try:
            mounts += [mount(owned.addon, route, route.path) for route in routes_of(owned)]
        except DeclarationError as error:
            log.error("resource left out", addon=owned.addon, reason=str(error))
    return mounts


def routes_of(owned: Owned[Resource]) -> list[Route]:
    """The routes of an addon's resource; raises DeclarationError if it cannot be served."""
    shape = shape_of(owned)
    record = record_path(shape, shape.url)
    bulk = [*bulk_routes(shape, record), *display_routes(shape, record)]
    documents = document_routes(shape, record)
    files = import_routes(shape)
    writing = [*_changes(shape), *bulk, *documents, *files, *_calls(shape)]
    talk = conversation_routes(shape, record, record_path(shape, shape.api_url))
    # Views, prints and what is said beside a record leave the records as they are.
    reading = [replace(route, writes=False) for route in (*_pages(shape), *talk)]
    never_blocked = owned.item.never_blocked
    # Each is asked for the shape as the request's tenant has it.
    return [
        replace(route, handler=handler(route.handler, shape), never_blocked=never_blocked)
        for route in (*reading, *writing)
    ]


def record_path(shape: Shape, base: str) -> str:
    """The path of one record, with its key in braces."""
    kind = "int" if isinstance(shape.key.key, Integer) else "str"
    return f"{base}/{{id:{kind}}}"


def _route(shape: Shape, permission: Permission, method: Method, path: str, run: Any) -> Route:
    return Route(method, path, partial(run, shape), permission)


def _asking(shape: Shape, permission: Permission, path: str, run: Any) -> Route:
    """A page that asks for what its button will write."""
    return Route("GET", path, partial(run, shape), permission, writes=True)


def _pages(shape: Shape) -> Iterator[Route]:
    read = partial(_route, shape, shape.resource.access.read, "GET")
    record = record_path(shape, shape.url)
    yield read(shape.url, lists.list_page)
    yield read(f"{shape.url}/export.csv", exporting.export_csv)
    yield read(f"{shape.url}/export.xlsx", exporting.export_xlsx)
    yield read(f"{shape.url}/export.pdf", exporting.export_pdf)
    yield from view_routes(shape)
    yield read(f"{shape.url}/lookup", references.lookup)
    if suggests(shape):
        yield read(f"{shape.url}/suggestions", suggestions)
    yield read(record, record_pages.record_page)
    yield from print_routes(shape, record)
    yield read(f"{record}/history", history_pages.history_page)


def _changes(shape: Shape) -> Iterator[Route]:
    access, record = shape.resource.access, record_path(shape, shape.url)
    if access.create is not None and shape.groups:
        new = f"{shape.url}/new"
        yield _asking(shape, access.create, new, form_pages.new_page)
        yield _route(shape, access.create, "POST", new, form_pages.create)
    if access.update is not None and shape.groups:
        edit = f"{record}/edit"
        yield _asking(shape, access.update, edit, form_pages.edit_page)
        yield _route(shape, access.update, "POST", edit, form_pages.update)
    if access.delete is not None:
        delete = f"{record}/delete"
        yield _asking(shape, access.delete, delete, action_pages.confirm_delete)
        yield _route(shape, access.delete, "POST", delete, action_pages.run_delete)
    for action in shape.resource.actions:
        path = f"{record}/actions/{action.name}"
        ask = partial(action_pages.confirm_action, shape, action)
        run = partial(action_pages.run_action, shape, action)
        yield Route("GET", path, ask, action.permission, writes=True)
        yield Route("POST", path, run, action.permission)


def _calls(shape: Shape) -> Iterator[Route]:
    resource, url = shape.resource, shape.api_url
    access, record = resource.access, record_path(shape, url)
    yield _route(shape, access.read, "GET", url, api.list_documents)
    yield _route(shape, access.read, "GET", record, api.get_document)
    if access.create is not None and shape.groups:
        yield _route(shape, access.create, "POST", url, api.create_document)
    if access.update is not None and shape.groups:
        yield _route(shape, access.update, "PATCH", record, api.update_document)
    if access.delete is not None:
        yield _route(shape, access.delete, "DELETE", record, api.delete_document)
    for action in resource.actions:
        run = partial(api.act, shape, action)
        yield Route("POST", f"{record}/actions/{action.name}", run, action.permission)
