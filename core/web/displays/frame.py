"""What all displays of a list share: the list's own frame of views, search and filters around other
contents, and links back to the list with exactly the same criteria.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session
from starlette.datastructures import QueryParams

from core.web.replies import Fragment, Page, Reply
from core.web.request import Request
from core.web.resources.links import ListAddress
from core.web.resources.lists import frame, plain_address
from core.web.resources.shape import Shape
from core.web.resources.views.asking import Asked, ask
from core.web.resources.views.layouts import LAYOUTS, layout_links
from core.web.resources.views.panels import panel_context
from core.web.resources.views.picker import Picker

MEASURE: Final = "pivot-measure"
CHART: Final = "pivot-chart"
DAY: Final = "calendar-day"
SPAN: Final = "calendar-span"
OWN: Final = (MEASURE, CHART, DAY, SPAN)
"""Parameters of displays, which mean nothing to the list; no attribute has such a name."""


def ask_display(session: Session, shape: Shape, request: Request, name: str) -> Asked:
    """The list as it was asked for, at the address of one of its displays."""
    items = request.query.multi_items()
    # How a display is looked at is no state of the list: it neither opens nor changes a view.
    listed = QueryParams([(key, value) for key, value in items if key not in OWN])
    asked = ask(session, shape, replace(request, query=listed))
    own = tuple((key, value) for key, value in items if key in OWN and value)
    address = asked.address.without("in")
    here = replace(address, path=f"{shape.url}/{name}", items=(*address.items, *own))
    state = asked.state
    if state.path:
        # A group that the list was in: displays are of all its groups.
        kept = state.criteria.conditions[: -len(state.path)]
        state = replace(state, criteria=replace(state.criteria, conditions=kept), path=())
    return replace(asked, state=state, opened=replace(asked.opened, address=here))


def list_link(asked: Asked) -> ListAddress:
    """The list itself, with the criteria of the display and nothing of its own."""
    return replace(asked.address, path=asked.shape.url).without(*OWN)


def panel(asked: Asked, session: Session, request: Request) -> Reply | None:
    """The panel that a button above the records opens, if that is all that was asked for."""
    if request.wants != "fragment" or request.query.get("part") != "panel":
        return None
    given = panel_context(session, request, asked)
    context = {"shape": asked.shape, "panel": given, "path": asked.address.path}
    return Fragment("core/resources/list_panel.html", context)


def show(
    asked: Asked, session: Session, request: Request, name: str, context: Mapping[str, Any]
) -> Reply:
    """The page of a display, or for htmx the part of it that changes."""
    shape, here = asked.shape, asked.address
    plain = list_link(asked)
    # What a list is grouped by, a display shows in its own way: not as a filter in use.
    around = frame(session, request, replace(asked, state=replace(asked.state, grouping=())), name)
    given = {
        **around,
        "picker": _here(around["picker"], shape.url, here.path),
        "plain_url": replace(plain_address(asked), path=here.path).url(),
        "layouts": layout_links(shape, plain),
        "exports": {form: plain.below(f"export.{form}") for form in around["exports"]},
        "narrowed": asked.criteria.narrowed,
        "display_title": next(way.title for way in LAYOUTS if way.name == name),
        **context,
    }
    status = 422 if asked.problems else 200
    if request.wants == "fragment":
        headers = {"HX-Push-Url": here.url()}
        return Fragment("core/displays/results.html", given, status=status, headers=headers)
    return Page("core/displays/frame.html", given, status=status)


def _here(picker: Picker, list_path: str, path: str) -> Picker:
    """The views, opened in this display and not in the list."""
    tabs = (replace(tab, url=f"{path}{tab.url.removeprefix(list_path)}") for tab in picker.tabs)
    return replace(picker, tabs=tuple(tabs))
