"""Which state a list opens in: that of its address, or of the view that the address names, or of
the view that opens first for the actor."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from sqlalchemy.orm import Session

from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.web.request import Request
from core.web.resources.criteria import read_criteria
from core.web.resources.culture import Culture
from core.web.resources.links import PASSING, PLACE, PLAIN_VIEW, VIEW, ListAddress
from core.web.resources.list_fields import ListFields
from core.web.resources.showing import culture_for
from core.web.resources.views.grouping import groupable
from core.web.resources.views.store import View, Views, views_of

_NO_STATE: Final = frozenset({VIEW, *PASSING, *PLACE})
_LISTS: Final = ("columns", "sort", "group")
Items = list[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Opened:
    """A list as it opens. `address` says all of its state; `view` is the one it comes from, and
    `changed` whether it was altered since; `gone` names what the view speaks of in vain."""

    address: ListAddress
    views: Views
    view: View | None = None
    changed: bool = False
    gone: tuple[str, ...] = ()


def open_list(session: Session, fields: ListFields, request: Request) -> Opened:
    """The list that a request asks for; raises NotFound for a view that is not open to the
    actor."""
    shape, items = fields.shape, request.query.multi_items()
    named = request.query.get(VIEW, "")
    views = views_of(session, shape, named)
    if has_state(items):
        return _explicit(shape.url, items, views, named)
    view = views.find(named or views.default)
    if named not in ("", PLAIN_VIEW) and view is None:
        raise NotFound(
            phrase("There is no such view, or it is not shared with you."),
            fix="Open the list without it, and choose among the views above it.",
        )
    rest = [item for item in items if item[0] != VIEW]
    if view is None:
        shown = [*rest, (VIEW, named)] if named else rest
        return Opened(ListAddress.of(shape.url, shown), views)
    kept, gone = still_known(fields, list(view.items), culture_for(request))
    address = ListAddress.of(shape.url, [*kept, (VIEW, view.key), *rest])
    return Opened(address, views, view, changed=bool(gone), gone=gone)


def has_state(items: Items) -> bool:
    """Whether an address says how the list is looked at, other than by a view's name."""
    return any(value and name not in _NO_STATE for name, value in items)


def state_items(items: Items | tuple[tuple[str, str], ...]) -> Items:
    """The parameters that a view keeps."""
    return [(name, value) for name, value in items if name not in _NO_STATE and name != "in"]


def still_known(
    fields: ListFields, items: Items, culture: Culture
) -> tuple[Items, tuple[str, ...]]:
    """What of a view's parameters still means something, and the names of what does not: a
    column of an older version, a field that was deleted, a value that is no choice any more.
    Columns that the actor may not see go without a word."""
    kept: Items = []
    gone: list[str] = []
    groups = {item.name for item in groupable(fields)}
    known = {"columns": set(fields.columns), "sort": set(fields.sortable), "group": groups}
    for name, text in items:
        if name in _LISTS:
            names = text.split(",")
            there = [n for n in names if n.removeprefix("-").partition(":")[0] in known[name]]
            gone += [n.removeprefix("-") for n in names if n not in (*there, *fields.hidden)]
            kept += [(name, ",".join(there))] if there else []
        elif _is_readable(fields, (name, text), culture):
            kept.append((name, text))
        else:
            gone.append(name.partition("__")[0])
    return kept, tuple(dict.fromkeys(gone))


def _explicit(url: str, items: Items, views: Views, named: str) -> Opened:
    view = views.find(named)
    rest = [item for item in items if item[0] != VIEW]
    if view is None and views.default:
        named = PLAIN_VIEW
    shown = [*rest, (VIEW, named)] if view is not None or named == PLAIN_VIEW else rest
    changed = view is None or sorted(state_items(rest)) != sorted(view.items)
    return Opened(ListAddress.of(url, shown), views, view, changed)


def _is_readable(fields: ListFields, item: tuple[str, str], culture: Culture) -> bool:
    try:
        read_criteria(fields, [item], culture)
    except InvalidInput:
        return False
    return True
