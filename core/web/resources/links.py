"""Addresses of a list: the same list with one thing changed, so that every state of it has an
address of its own that can be kept, sent and opened in another window.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Final
from urllib.parse import urlencode

PLACE: Final = frozenset({"cursor", "totals", "page"})
"""What belongs to the place in a list, and goes when anything else about it changes."""
VIEW: Final = "view"
PLAIN_VIEW: Final = "all"
"""The list as it is declared, whatever view opens first."""
PASSING: Final = frozenset({"part", "panel", "formats"})
"""What asks for a piece of a page, and is no part of the list's state."""


@dataclass(frozen=True, slots=True)
class ListAddress:
    """A list that was asked for: its path and the parameters that say how it is looked at,
    without blank ones."""

    path: str
    items: tuple[tuple[str, str], ...]

    @classmethod
    def of(cls, path: str, items: list[tuple[str, str]]) -> ListAddress:
        """The address of these parameters."""
        kept = [(name, value) for name, value in items if value and name not in PASSING]
        return cls(path, tuple(kept))

    def url(self) -> str:
        """As a link has it."""
        query = urlencode(self.items)
        return f"{self.path}?{query}" if query else self.path

    def query(self) -> str:
        """The parameters alone."""
        return urlencode(self.items)

    def below(self, path: str) -> ListAddress:
        """The same state at another path, such as an export's."""
        return replace(self, path=f"{self.path}/{path}" if path else self.path)

    def without(self, *names: str) -> ListAddress:
        """Without these parameters, and at the list's beginning."""
        dropped = {*names, *PLACE}
        items = tuple(item for item in self.items if item[0] not in dropped)
        if items and all(name == VIEW for name, _ in items):
            # The name of a view alone would open it again, with what was just taken away.
            items = ((VIEW, PLAIN_VIEW),)
        return replace(self, items=items)

    def having(self, name: str, *values: str) -> ListAddress:
        """With these values of one parameter in place of those it had."""
        dropped = {name, *PLACE}
        items = [item for item in self.items if item[0] not in dropped]
        items += [(name, value) for value in values if value]
        return replace(self, items=tuple(items)).without()

    def maker(self, name: str) -> Callable[[str], str]:
        """Makes links with another value of one parameter, for many links quickly. The values
        are cursors and names of columns, which need no quoting; "" leaves it out."""
        plain = self.without(name).url()
        start = f"{plain}{'&' if '?' in plain else '?'}{name}="
        return lambda value: f"{start}{value}" if value else plain
