"""Whose fault an exception is, as far as its traceback can tell."""

from __future__ import annotations

import traceback
from collections.abc import Iterator

from core.addons.catalog import Catalog, LoadedAddon


def addon_at_fault(catalog: Catalog, error: BaseException, asked: str) -> str:
    """The addon whose code raised it; `asked`, which was asked to do something, if none of any
    addon's was on the way.

    A third party's code on the way is blamed before an addon that ships with the platform: what
    the latter is called with is the former's to know.
    """
    on_the_way = [addon for addon in _addons_of(catalog, error) if addon.name != "core"]
    for addon in on_the_way:
        if addon.digest:
            return addon.name
    return on_the_way[0].name if on_the_way else asked


def place_of(catalog: Catalog, error: BaseException) -> str:
    """File and line in an addon where it was raised, such as `todo/services/late.py:17`; nothing
    if no addon's code was on the way."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        addon = _owner(catalog, frame.f_globals.get("__name__", ""))
        if addon is not None and addon.name != "core":
            file = frame.f_code.co_filename.rpartition(f"/{addon.folder.name}/")[2]
            return f"{addon.folder.name}/{file}:{frame.f_lineno}"
    return ""


def described(catalog: Catalog, error: BaseException) -> str:
    """The kind of error and where it was raised, without a word of what it says: that may hold
    what somebody typed."""
    place = place_of(catalog, error)
    return f"{type(error).__name__}, {place}" if place else type(error).__name__


def _addons_of(catalog: Catalog, error: BaseException) -> Iterator[LoadedAddon]:
    """The addons on the way, where it was raised first."""
    for frame, _ in reversed(list(traceback.walk_tb(error.__traceback__))):
        addon = _owner(catalog, frame.f_globals.get("__name__", ""))
        if addon is not None:
            yield addon


def _owner(catalog: Catalog, module: str) -> LoadedAddon | None:
    for addon in catalog.addons.values():
        if module == addon.package or module.startswith(f"{addon.package}."):
            return addon
    return None
