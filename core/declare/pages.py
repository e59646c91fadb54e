"""Pieces of pages: routes, menu entries, slots, templates, tiles and search hits."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final, Literal

from core.declare.api_calls import ApiCall
from core.declare.rights import SIGNED_IN, Permission, msg

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.web.request import Request


Method = Literal["GET", "POST", "PUT", "PATCH", "DELETE"]


@dataclass(frozen=True, slots=True)
class Route:
    """A page or call of its own below `/<addon>`: `handler(session, request)` returns a Reply
    (core.web.replies). Runs in a thread, in one transaction, committed when it returns.

    `upload(session)` says how many bytes of files may be sent to it at once. It is asked before
    any of them is read, for an actor who holds the permission, so that strangers fill no disk
    and a file that is too large is refused at its announcement. Without it the limit is that of
    ordinary forms (core.web.incoming.MAX_UPLOAD), for whoever sends one. `body` is how many bytes
    of a body that is no form it takes, where that is more than core.web.incoming.MAX_BODY.

    A company whose licence for the addon lapsed can read and not write: routes that write are
    refused. A route `writes` unless its method is GET; say it where that is wrong, as for a form
    that asks for what cannot be saved, or a POST that only looks something up. One that is
    `never_blocked` goes on even then: a till must be able to sell. `api` puts a call below
    `/api/v1/<addon>/` into the description of the API, for those who may use it.
    """

    method: Method
    path: str
    handler: Callable[[Session, Request], Any]
    permission: Permission
    name: str = ""
    upload: Callable[[Session], int] | None = None
    writes: bool | None = None
    never_blocked: bool = False
    body: int | None = None
    api: ApiCall | None = None


@dataclass(frozen=True, slots=True)
class MenuItem:
    """An entry of the menu, shown to those who hold its permission.

    Entries with a `group` stand together at the end of their section under that heading, folded
    until somebody opens it or is on one of their pages: `SETUP_GROUP` for what is set up once,
    `ANALYSIS_GROUP` for what is looked at now and then. With `company_only` it is left out of the
    control plane's menu.
    """

    title: str
    url: str
    permission: Permission
    section: str = ""
    icon: str = ""
    order: int = 100
    group: str = ""
    company_only: bool = False


SETUP_GROUP: Final = msg("Set-up")
ANALYSIS_GROUP: Final = msg("Analysis")


@dataclass(frozen=True, slots=True)
class Slot:
    """A piece of HTML put into a named place of somebody else's page.

    `context(session, given)` gets what the page hands over and returns the template's
    variables, or None to show nothing.
    """

    place: str
    template: str
    context: Callable[[Session, Mapping[str, Any]], Mapping[str, Any] | None]
    permission: Permission = SIGNED_IN
    order: int = 100


@dataclass(frozen=True, slots=True)
class TemplateFolder:
    """A folder of Jinja templates; its only child is a folder that bears the addon's name."""

    path: Path


@dataclass(frozen=True, slots=True)
class FoundRecord:
    """A hit of the global search."""

    title: str
    url: str
    kind: str


@dataclass(frozen=True, slots=True)
class Tile:
    """A figure on the start page, or a day, which is written as its reader writes days. `reads`
    names the resources whose changes refresh it; a `name` keeps it where people put it when its
    title changes."""

    title: str
    value: str | date
    url: str
    order: int = 100
    reads: tuple[str, ...] = ()
    name: str = ""
