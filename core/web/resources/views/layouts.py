"""The ways to look at the same records: a list, and whatever else is registered here.

A layout answers at `<list>/<path>` with the state of the list in its address, so that filters
and views go along when somebody switches.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from core.declare import msg
from core.web.displays.offered import offered
from core.web.resources.links import ListAddress
from core.web.resources.shape import Shape


@dataclass(frozen=True, slots=True)
class Layout:
    """One way; `path` is "" for the list itself. `suits(shape)` says for which resources."""

    name: str
    title: str
    icon: str
    path: str
    suits: Callable[[Shape], bool]


@dataclass(frozen=True, slots=True)
class LayoutLink:
    """A layout as the switcher shows it."""

    name: str
    title: str
    icon: str
    url: str


LAYOUTS: Final[tuple[Layout, ...]] = (
    Layout("list", msg("List"), icon="list-ul", path="", suits=lambda shape: True),
    Layout(
        "board",
        msg("Board"),
        icon="kanban",
        path="board",
        suits=lambda shape: offered(shape).board is not None,
    ),
    Layout(
        "calendar",
        msg("Calendar"),
        icon="calendar3",
        path="calendar",
        suits=lambda shape: offered(shape).calendar is not None,
    ),
    Layout(
        "pivot",
        msg("Pivot and charts"),
        icon="grid-3x3",
        path="pivot",
        suits=lambda shape: offered(shape).pivot is not None,
    ),
)
"""In the order of the switcher."""


def layout_links(shape: Shape, address: ListAddress) -> tuple[LayoutLink, ...]:
    """The layouts of a resource, each with the present state; none where there is but the list."""
    found = [layout for layout in LAYOUTS if layout.suits(shape)]
    if len(found) < 2:
        return ()
    state = ListAddress(shape.url, address.items).without("in")
    return tuple(
        LayoutLink(layout.name, layout.title, layout.icon, state.below(layout.path).url())
        for layout in found
    )
