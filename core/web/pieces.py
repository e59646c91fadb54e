"""The parts that are the same on many pages, kept as HTML: the bar, the menu, the tools of a list.

They made up a third of the work of a page, and change with little: the menu with what is open
to the user and where they are, the bar with the user's session, the tools with the address.
"""

from __future__ import annotations

from collections.abc import Hashable, Mapping
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from core.web.shell import Shell

_MOST: Final = 2000
"""Pieces kept, a few kilobytes each; then it starts afresh."""
_LONGEST: Final = 20_000
"""Letters of a piece that is kept: longer ones come of addresses that nobody opens twice."""


class Pieces:
    """Renders and keeps them; one per process. Two threads may render one, which harms nothing."""

    def __init__(self, environment: Environment) -> None:
        self._environment = environment
        self._kept: dict[Hashable, Markup] = {}

    def menu(self, shell: Shell, locale: str, context: Mapping[str, Any]) -> Markup:
        """The menu. Its entries live as long as the process, so their ids name them."""
        entries = tuple(map(id, shell.entries))
        frame = (shell.company, shell.brand.revision, shell.place, shell.folded)
        key = ("menu", locale, *frame, entries)
        return self._html("core/shell/menu.html", key, context)

    def topbar(self, shell: Shell, locale: str, context: Mapping[str, Any]) -> Markup:
        """The bar. The token tells one session from another; before sign-in there is none."""
        who = (shell.actor.name, shell.actor.user_id, shell.csrf_token, shell.unread)
        key = ("topbar", locale, shell.company, shell.brand.revision, who)
        return self._html("core/shell/topbar.html", key, context)

    def dialogs(self, shell: Shell, locale: str, context: Mapping[str, Any]) -> Markup:
        """The palette and the overlay of keys."""
        return self._html(
            "core/shell/palette.html", ("dialogs", locale, shell.actor.user_id), context
        )

    def kept(
        self, words: tuple[str, str], context: Mapping[str, Any], template: str, *given: Hashable
    ) -> Markup:
        """A part of a page that comes out the same whenever these values do: they must be all
        that its template depends on beside `words`, the language and the addon whose sense they
        have, or one reader sees another's."""
        return self._html(template, (template, words, *given), context)

    def _html(self, template: str, key: Hashable, context: Mapping[str, Any]) -> Markup:
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            text = self._environment.get_template(template).render(context)
            kept = Markup(text)  # noqa: S704, the template has escaped it
            if len(text) <= _LONGEST:
                self._kept[key] = kept
        return kept
