"""The views above a list, and whether the present state can be kept as one."""

from __future__ import annotations

from dataclasses import dataclass

from core.declare import msg
from core.i18n import phrase
from core.web.resources.links import PLAIN_VIEW, VIEW, ListAddress
from core.web.resources.views.asking import Asked
from core.web.resources.views.opening import state_items
from core.web.resources.views.store import View


@dataclass(frozen=True, slots=True)
class Tab:
    """A view as it is offered; `private` ones are seen by their owner alone."""

    title: str
    url: str
    current: bool
    private: bool


@dataclass(frozen=True, slots=True)
class Picker:
    """The tabs; `changed` says that what is shown is no view yet, `keepable` that it could be
    one, and `warning` what of the view is gone."""

    tabs: tuple[Tab, ...]
    current: View | None
    changed: bool
    keepable: bool
    warning: str


def picker(asked: Asked) -> Picker:
    """The views of this list for whoever asked."""
    opened = asked.opened
    views = opened.views
    everything = ListAddress(asked.shape.url, ((VIEW, PLAIN_VIEW),) if views.default else ())
    tabs = [Tab(asked.translate(msg("All")), everything.url(), opened.view is None, private=False)]
    for view in views.views:
        current = opened.view is not None and view.key == opened.view.key
        tabs.append(Tab(title_of(asked, view), view_address(asked, view), current, _own(view)))
    named = bool(state_items(opened.address.items))
    return Picker(
        tabs=tuple(tabs) if len(tabs) > 1 else (),
        current=opened.view,
        changed=opened.changed and (named or opened.view is not None),
        keepable=named and not asked.problems,
        warning=_warning(asked),
    )


def title_of(asked: Asked, view: View) -> str:
    """What a view is called by its reader: declared titles are translated."""
    return asked.translate(view.title) if view.origin == "declared" else view.title


def view_address(asked: Asked, view: View) -> str:
    """The address that opens a view as it is kept."""
    return ListAddress(asked.shape.url, ((VIEW, view.key),)).url()


def _own(view: View) -> bool:
    return view.origin == "own"


def _warning(asked: Asked) -> str:
    gone = asked.opened.gone
    if not gone:
        return ""
    return phrase(
        "This view speaks of what is no longer there, which was left out: {names}. Save the view"
        " to forget it.",
        names=", ".join(gone),
    )
