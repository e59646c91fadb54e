"""From a path to the route that answers it, through a tree of path segments.

Built once per process from all that is mounted (core.web.mounting). Whether the owner of a
route is enabled for the tenant is asked later, in the tenant's session.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from core.declare import Permission, Route

_PARAMETER = re.compile(r"\{(?P<name>[a-z_]+)(?::(?P<type>[a-z]+))?\}")
_INTEGER = re.compile(r"[0-9]{1,18}")


class RoutingError(Exception):
    """Routes that cannot be served together; the message names them and their owners."""


@dataclass(frozen=True, slots=True)
class Mount:
    """A route at its full path, and the addon that must be enabled for it to exist. `writes` says
    whether it is refused while the addon can only be read."""

    addon: str
    method: str
    path: str
    handler: Callable[..., Any]
    permission: Permission
    upload: Callable[..., int] | None = None
    writes: bool = False
    body: int | None = None


@dataclass(frozen=True, slots=True)
class Match:
    """The routes at a path, by method, and what the braces in it stand for."""

    mounts: Mapping[str, Mount]
    params: Mapping[str, Any]

    @property
    def addon(self) -> str:
        """The owner of the path; all its methods belong to one addon."""
        return next(iter(self.mounts.values())).addon

    @property
    def route(self) -> str:
        """The path's pattern, the same for whatever the braces stand for."""
        return next(iter(self.mounts.values())).path


@dataclass(slots=True)
class _Node:
    literals: dict[str, _Node] = field(default_factory=dict)
    parameters: dict[str, tuple[str, _Node]] = field(default_factory=dict)
    mounts: dict[str, Mount] = field(default_factory=dict)


# In the order they are tried: the narrowest first.
_CONVERT: dict[str, Callable[[str], Any]] = {
    "int": lambda text: int(text) if _INTEGER.fullmatch(text) else None,
    "str": lambda text: text or None,
}


class Router:
    """Finds the routes at a path in time proportional to its length."""

    def __init__(self, mounts: Iterable[Mount]) -> None:
        self._root = _Node()
        for mount in mounts:
            _plant(self._root, mount)

    def find(self, path: str) -> Match | None:
        """What is mounted at this path, or None."""
        if path[:1] != "/":
            return None
        params: dict[str, Any] = {}
        node = _walk(self._root, path[1:].split("/"), 0, params)
        return Match(node.mounts, params) if node is not None else None


def mount(addon: str, route: Route, path: str) -> Mount:
    """A declared route, put at a full path."""
    writes = route.method != "GET" if route.writes is None else route.writes
    return Mount(
        addon,
        route.method,
        path,
        route.handler,
        route.permission,
        route.upload,
        writes and not route.never_blocked,
        route.body,
    )


def _plant(root: _Node, mount: Mount) -> None:
    node = root
    for segment in mount.path[1:].split("/"):
        parameter = _PARAMETER.fullmatch(segment)
        if parameter is None:
            node = node.literals.setdefault(segment, _Node())
            continue
        kind = parameter["type"] or "str"
        if kind not in _CONVERT:
            raise RoutingError(f"{mount.path}: {{{segment}}} is none of {', '.join(_CONVERT)}")
        name, child = node.parameters.setdefault(kind, (parameter["name"], _Node()))
        if name != parameter["name"]:
            raise RoutingError(f"{mount.path}: {segment} is called {name!r} by another route")
        node = child
    for other in node.mounts.values():
        if other.method == mount.method or other.addon != mount.addon:
            raise RoutingError(
                f"{mount.method} {mount.path} of {mount.addon} is already taken by {other.addon}"
            )
    node.mounts[mount.method] = mount


def _walk(node: _Node, segments: list[str], at: int, params: dict[str, Any]) -> _Node | None:
    if at == len(segments):
        return node if node.mounts else None
    segment = segments[at]
    child = node.literals.get(segment)
    if child is not None:
        found = _walk(child, segments, at + 1, params)
        if found is not None:
            return found
    for kind, convert in _CONVERT.items():
        if kind in node.parameters:
            name, child = node.parameters[kind]
            value = convert(segment)
            if value is not None:
                found = _walk(child, segments, at + 1, params)
                if found is not None:
                    params[name] = value
                    return found
    return None
