"""Addresses of a list: the same list with one thing changed, so that every state of it has an
address of its own that can be kept, sent and opened in another window.
"""

from __future__ import annotations

from collections.abc import Iterable
from urllib.parse import urlencode

from core.web.request import Request

PLACE = frozenset({"cursor", "totals"})
"""What belongs to the place in a list, and goes when anything else about it changes."""


def with_query(path: str, items: Iterable[tuple[str, str]]) -> str:
    """A path with these parameters."""
    query = urlencode([(name, value) for name, value in items if value])
    return f"{path}?{query}" if query else path


def changed(request: Request, path: str, *, without: Iterable[str] = (), **values: str) -> str:
    """The list asked for, with parameters set or left out, from its first page on."""
    dropped = {*without, *values, *PLACE}
    kept = [item for item in request.query.multi_items() if item[0] not in dropped]
    return with_query(path, [*kept, *values.items()])


def criteria_only(request: Request) -> list[tuple[str, str]]:
    """What narrows and orders the list, without the place in it."""
    return [item for item in request.query.multi_items() if item[0] not in PLACE and item[1]]
