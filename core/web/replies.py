"""What a handler answers: values that say what to show, not how it is sent.

The endpoint adapter renders them inside the handler's transaction and sends them after its
commit, so a template may read relationships, and nothing is shown that was not saved.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any, BinaryIO


@dataclass(frozen=True, slots=True)
class Cookie:
    """A cookie to set, for this host alone. `max_age` None lasts as long as the browser is
    open, 0 deletes it. `scripts` lets the page's own scripts read it."""

    name: str
    value: str = ""
    max_age: int | None = None
    scripts: bool = False


@dataclass(frozen=True, slots=True, kw_only=True)
class Reply:
    """Base of all replies: what each of them can carry besides its content."""

    status: int = 200
    headers: Mapping[str, str] = field(default_factory=dict)
    cookies: tuple[Cookie, ...] = ()


@dataclass(frozen=True, slots=True)
class Page(Reply):
    """A whole page, from a template that extends `core/base.html`. Its forms go to this host; one
    that leads elsewhere, such as to where a customer pays, names that origin in `forms_to`."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    forms_to: str = ""


@dataclass(frozen=True, slots=True)
class Fragment(Reply):
    """A piece of a page, put in by htmx; or, by its media type, a text of another kind that is
    written from a template."""

    template: str
    context: Mapping[str, Any] = field(default_factory=dict)
    media_type: str = "text/html"


@dataclass(frozen=True, slots=True)
class Json(Reply):
    """Data. Decimal becomes a string, dates and times ISO 8601 in UTC."""

    data: Any
    media_type: str = "application/json"


@dataclass(frozen=True, slots=True)
class Redirect(Reply):
    """Go on to another page of this host; `message` is shown there once."""

    url: str
    message: str = ""


@dataclass(frozen=True, slots=True)
class File(Reply):
    """A download. An iterable is run inside the transaction and kept on disk when large, so
    it may read from the session; an open file is sent from its present position."""

    content: bytes | Iterable[bytes] | BinaryIO
    name: str
    media_type: str = "application/octet-stream"
    inline: bool = False


@dataclass(frozen=True, slots=True)
class Empty(Reply):
    """Done, and there is nothing to show."""

    status: int = 204
