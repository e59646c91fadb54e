"""The list of a resource: a whole page, or for htmx the part of it that changes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.web.blocking import is_writable
from core.web.bulk.offering import bulk_tools
from core.web.importing.access import may_import
from core.web.replies import Fragment, Page, Reply
from core.web.request import Request
from core.web.resources.keyset import read_cursor
from core.web.resources.links import PLAIN_VIEW, VIEW, ListAddress
from core.web.resources.list_filters import chips
from core.web.resources.list_rows import rows_html, titles_in
from core.web.resources.list_table import count_words, heads, paging, totals
from core.web.resources.listing import read_list
from core.web.resources.shape import Shape
from core.web.resources.views.asking import Asked, ask
from core.web.resources.views.group_pages import group_part, groups_content
from core.web.resources.views.layouts import layout_links
from core.web.resources.views.panels import panel_context
from core.web.resources.views.picker import picker

DENSITY_COOKIE: Final = "density"


def list_page(shape: Shape, session: Session, request: Request) -> Reply:
    """The page; for htmx its results, one of its panels, or what is in one of its groups."""
    asked = ask(session, shape, request)
    part = request.query.get("part", "") if request.wants == "fragment" else ""
    if part == "panel":
        panel = panel_context(session, request, asked)
        return Fragment("core/resources/list_panel.html", {"shape": shape, "panel": panel})
    if part == "group" and not asked.problems:
        return Fragment("core/resources/list_group.html", group_part(session, request, asked))
    context = {**frame(session, request, asked), **_content(session, request, asked)}
    status = 422 if asked.problems else 200
    if request.wants == "fragment":
        # The address bar gets the list without the empty parameters of its form.
        url = asked.address.url()
        is_there = request.headers.get("hx-current-url", "").endswith(url)
        pushed = {} if is_there else {"HX-Push-Url": url}
        return Fragment("core/resources/list_results.html", context, status=status, headers=pushed)
    return Page("core/resources/list.html", context, status=status)


def frame(session: Session, request: Request, asked: Asked, layout: str = "list") -> dict[str, Any]:
    """What stands around the records in every layout: views, search, filters, what can be done.
    The template of another layout extends `core/resources/list.html` with this context."""
    shape, address = asked.shape, asked.address
    panel = request.query.get("panel", "") if request.wants == "page" else ""
    return {
        "shape": shape,
        "resource": shape.resource,
        "layout": layout,
        "layouts": layout_links(shape, address),
        "address": address,
        "exports": {form: address.below(f"export.{form}") for form in ("xlsx", "pdf", "csv")},
        "state": [item for item in address.without("q").items if item[0] != VIEW or item[1]],
        "picker": picker(asked),
        "chips": chips(session, asked),
        "plain_url": plain_address(asked).url(),
        "problems": asked.problems,
        "search": next((value for name, value in address.items if name == "q"), ""),
        "searchable": bool(asked.fields.search),
        "grouping": len(asked.state.grouping),
        "sorted": any(name == "sort" for name, _ in address.items),
        "panel": panel_context(session, request, asked) if panel else None,
        "compact": request.cookies.get(DENSITY_COOKIE) == "compact",
        **_tools(session, shape, layout),
    }


def plain_address(asked: Asked) -> ListAddress:
    """The list as it is declared, whatever view opens first."""
    items = ((VIEW, PLAIN_VIEW),) if asked.opened.views.default else ()
    return ListAddress(asked.shape.url, items)


def _content(session: Session, request: Request, asked: Asked) -> Mapping[str, Any]:
    """What comes from the database."""
    content: dict[str, Any] = {
        "heads": heads(asked),
        "rows": "",
        "groups": None,
        "paging": {},
        "count": "",
        "totals": (),
        "totals_link": "",
        "narrowed": True,
    }
    if asked.problems:
        return content
    content["narrowed"] = asked.criteria.narrowed
    if asked.state.grouped:
        return {**content, **groups_content(session, request, asked)}
    position = read_cursor(request.query.get("cursor", ""), asked.criteria.order)
    columns = asked.state.columns
    listing = read_list(session, asked.shape, asked.criteria, columns, position)
    rows = listing.page.rows
    titles = titles_in(session, columns, rows)
    html = rows_html(asked.shape, columns, rows, asked.culture, asked.translate, titles)
    return content | {
        "rows": html,
        "paging": paging(asked, listing.page, position is None),
        "count": count_words(request.locale, listing.count, asked.translate),
        **totals(session, request, asked, listing.count),
    }


def _tools(session: Session, shape: Shape, layout: str) -> Mapping[str, Any]:
    """What the actor may do here besides reading."""
    who, create = actor(session), shape.resource.access.create
    writable = is_writable(session, shape.addon, shape.resource)
    may_create = create is not None and bool(shape.groups) and who.may(create.code)
    return {
        "may_create": writable and may_create,
        "may_import": writable and may_import(who, shape),
        "bulk": bulk_tools(shape, who, writable=writable) if layout == "list" else None,
    }
