"""The menu as HTML, kept: it is the same for all who may open the same entries of a company."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from jinja2 import Environment
from markupsafe import Markup

from core.web.shell import Shell

_TEMPLATE: Final = "core/shell/menu.html"
_MOST: Final = 2000
"""Menus kept; a few kilobytes each. Then the process starts afresh."""

Key = tuple[str, str, str, tuple[int, ...]]


class Menus:
    """Renders menus; one per process. Threads may both render one, which harms nothing."""

    def __init__(self) -> None:
        self._kept: dict[Key, Markup] = {}

    def html(
        self, environment: Environment, shell: Shell, locale: str, context: Mapping[str, Any]
    ) -> Markup:
        """The menu of this page. Entries live as long as the process, so their ids name them."""
        key = (locale, shell.company, shell.place, tuple(map(id, shell.entries)))
        kept = self._kept.get(key)
        if kept is None:
            if len(self._kept) >= _MOST:
                self._kept.clear()
            text = environment.get_template(_TEMPLATE).render(context)
            kept = self._kept[key] = Markup(text)  # noqa: S704, the template has escaped it
        return kept
