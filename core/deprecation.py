"""Marks what the platform will drop, so that those who use it hear of it in time.

The mark is read, never run: `addon check` names each line that uses what is marked, and the page
of repairs tells it to administrators (`core.addons.deprecations`). PEP 702 names the attribute
that other tools look for.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any, TypeVar

Marked = TypeVar("Marked", bound=Callable[..., Any])


@dataclass(frozen=True, slots=True)
class Deprecation:
    """Since which version of the platform something is on its way out, with which version it
    goes, and what is used instead."""

    since: str
    removed_in: str
    instead: str


def deprecated(*, since: str, removed_in: str, instead: str) -> Callable[[Marked], Marked]:
    """Mark a function or class of `core.api`. It works as before until `removed_in`."""

    def mark(marked: Marked) -> Marked:
        told: Any = marked
        told.__deprecation__ = Deprecation(since, removed_in, instead)
        told.__deprecated__ = f"deprecated since {since}, gone with {removed_in}: {instead}"
        return marked

    return mark


def deprecation_of(value: object) -> Deprecation | None:
    """The mark of a function or class, if it bears one of its own: subclasses are not meant."""
    found = getattr(value, "__dict__", {}).get("__deprecation__")
    return found if isinstance(found, Deprecation) else None
