"""What is wrong with an addon's declarations, each problem as a sentence.

These are the checks that a process makes before it accepts an addon. The longer list, with
imports, migrations and templates, belongs to `aorabooks addon check`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from typing import Any

from core import declare
from core.addons.manifest import Manifest

Declared = Mapping[str, tuple[Any, ...]]


def problems_of(
    manifest: Manifest, declared: Declared, others: Mapping[str, Declared]
) -> list[str]:
    """Every problem of one addon, given what the addons before it declared."""
    return [
        *_tables(manifest.name, declared),
        *_names(manifest.name, declared),
        *_permissions(manifest, declared, others),
    ]


def _tables(name: str, declared: Declared) -> Iterator[str]:
    for model in declared["models"]:
        if model.__table__.schema != name:
            yield f"table {model.__table__.fullname} is outside the addon's schema {name!r}"


def _names(name: str, declared: Declared) -> Iterator[str]:
    codes = [
        *(("permission", item.code) for item in declared["permissions"]),
        *(("role", item.code) for item in declared["roles"]),
        *(("job", item.name) for item in declared["jobs"]),
    ]
    for kind, code in codes:
        if not code.startswith(f"{name}."):
            yield f"{kind} {code!r} must begin with {name + '.'!r}"
    doubles = [
        *codes,
        *(("resource", item.name) for item in declared["resources"]),
        *(("route", f"{item.method} {item.path}") for item in declared["routes"]),
    ]
    for (kind, code), count in Counter(doubles).items():
        if count > 1:
            yield f"{kind} {code!r} is declared {count} times"


def _permissions(
    manifest: Manifest, declared: Declared, others: Mapping[str, Declared]
) -> Iterator[str]:
    visible = (manifest.name, "core", *manifest.depends)
    known = {declare.PUBLIC.code, declare.SIGNED_IN.code}
    for addon in visible:
        of_addon = declared if addon == manifest.name else others.get(addon, {})
        known |= {permission.code for permission in of_addon.get("permissions", ())}
    for place, permission in _asked(declared):
        if permission is not None and permission.code not in known:
            yield f"{place} asks for the permission {permission.code!r}, which nobody declares"
    for role in declared["roles"]:
        for code in role.permissions:
            if code not in known:
                yield f"role {role.code!r} grants {code!r}, which nobody declares"


def _asked(declared: Declared) -> Iterator[tuple[str, declare.Permission | None]]:
    for route in declared["routes"]:
        yield f"route {route.method} {route.path}", route.permission
    for kind in ("menu", "slots", "reports", "imports"):
        for item in declared[kind]:
            yield f"{kind} {getattr(item, 'title', item)!r}", item.permission
    for resource in declared["resources"]:
        access = resource.access
        for permission in (access.read, access.create, access.update, access.delete):
            yield f"resource {resource.name!r}", permission
        for action in resource.actions:
            yield f"action {resource.name}.{action.name}", action.permission
