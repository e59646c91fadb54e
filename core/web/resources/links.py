"""Addresses of a list: the same list with one thing changed, so that every state of it has an
address of its own that can be kept, sent and opened in another window.
"""

from __future__ import annotations

from collections.abc import Callable
from urllib.parse import urlencode

from core.web.request import Request

PLACE = frozenset({"cursor", "totals"})
"""What belongs to the place in a list, and goes when anything else about it changes."""


def list_address(request: Request, path: str, *without: str, keep_place: bool = False) -> str:
    """The list that was asked for, without these parameters, blank ones and its place."""
    return f"{path}{_query(request, without, keep_place=keep_place)}"


def address_maker(request: Request, path: str, parameter: str) -> Callable[[str], str]:
    """Makes addresses of the list that was asked for, with another value of one parameter. The
    values are cursors and names of columns, which need no quoting; "" leaves it out."""
    query = _query(request, (parameter,))
    start = f"{path}{query}{'&' if query else '?'}{parameter}="
    return lambda value: f"{start}{value}" if value else f"{path}{query}"


def _query(request: Request, without: tuple[str, ...], *, keep_place: bool = False) -> str:
    items = request.query.multi_items()
    if not items:
        return ""
    dropped = set(without) if keep_place else {*without, *PLACE}
    query = urlencode([(name, value) for name, value in items if value and name not in dropped])
    return f"?{query}" if query else ""
