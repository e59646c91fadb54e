"""What all displays of a list share: its title, the switch between them, search and filters in use,
and links back to the list with exactly the same criteria.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any, Final

from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.web.displays.offered import display_links
from core.web.replies import Fragment, Page, Reply
from core.web.request import Request
from core.web.resources.links import ListAddress
from core.web.resources.views.asking import Asked

OWN: Final = ("measure", "chart", "day", "span")
"""Parameters of displays, which mean nothing to the list."""


def list_link(asked: Asked) -> ListAddress:
    """The list itself, with the criteria of the display and nothing of its own."""
    return replace(asked.address, path=asked.shape.url).without(*OWN)


def display_address(asked: Asked, name: str) -> ListAddress:
    """This display of the list as it was asked for."""
    path = f"{asked.shape.url}/{name}"
    return replace(asked.address, path=path).without()


def show(
    asked: Asked, session: Session, request: Request, name: str, context: Mapping[str, Any]
) -> Reply:
    """The page of a display, or for htmx the part of it that changes."""
    shape, create = asked.shape, asked.shape.resource.access.create
    here = display_address(asked, name)
    plain = list_link(asked)
    given = {
        "shape": shape,
        "resource": shape.resource,
        "display": name,
        "links": [
            (link, replace(plain, path=f"{shape.url}/{link.path}".rstrip("/")).url())
            for link in display_links(shape)
        ],
        "here": here.url(),
        "list_url": plain.url(),
        "narrowed": asked.criteria.narrowed,
        "search": asked.criteria.search,
        "searchable": bool(asked.fields.search),
        "carried": [item for item in here.items if item[0] != "q"],
        "cleared": f"{shape.url}/{name}",
        "problems": asked.problems,
        "may_create": create is not None and bool(shape.groups) and actor(session).may(create.code),
        **context,
    }
    status = 422 if asked.problems else 200
    if request.wants == "fragment":
        headers = {"HX-Push-Url": here.url()}
        return Fragment(f"core/displays/{name}.html", given, status=status, headers=headers)
    return Page("core/displays/frame.html", given, status=status)
