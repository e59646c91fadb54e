"""What is wrong with an addon's declarations, each problem as a sentence.

These are the checks that a process makes before it accepts an addon. The longer list, with
imports, migrations and templates, belongs to `aorabooks addon check`.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import MISSING, fields, is_dataclass
from typing import Any

from croniter import croniter

from core import declare
from core.addons.manifest import Manifest
from core.db.audit import AUDIT_CHOICES
from core.db.grants import data_rights

Declared = Mapping[str, tuple[Any, ...]]


class DeclarationError(Exception):
    """An addon declares something impossible; the message says what."""


def problems_of(
    manifest: Manifest,
    declared: Declared,
    others: Mapping[str, Declared],
    revisions: tuple[str, ...],
) -> list[str]:
    """Every problem of one addon, given its migrations and what the addons before it declared."""
    return [
        *_tables(manifest, declared, revisions),
        *_names(manifest.name, declared),
        *_permissions(manifest, declared, others),
        *_values(declared),
        *_schedules(declared),
        *_events(manifest.name, declared),
        *_extensions(declared, others),
    ]


def is_frozen(value: type) -> bool:
    """Whether a class is a frozen dataclass."""
    return is_dataclass(value) and value.__dataclass_params__.frozen  # type: ignore[attr-defined]


def _tables(manifest: Manifest, declared: Declared, revisions: tuple[str, ...]) -> Iterator[str]:
    reachable = {manifest.name, "core", *manifest.depends}
    for model in declared["models"]:
        table = getattr(model, "__table__", None)
        if table is None:
            yield f"{model.__name__} in register_models is no table"
            continue
        if table.schema != manifest.name:
            yield f"table {table.fullname} is outside the addon's schema {manifest.name!r}"
        for key in table.foreign_keys:
            schema = key.target_fullname.split(".")[0]
            if schema not in reachable:
                yield f"{table.fullname} refers to {key.target_fullname}; name {schema} in depends"
        if table.info.get("audit", "all") not in AUDIT_CHOICES:
            yield f"{table.fullname}: audit is one of {', '.join(sorted(AUDIT_CHOICES))}"
        try:
            data_rights(table)
        except ValueError as error:
            yield str(error)
    if declared["models"] and not revisions:
        yield "it has tables, but no migration in migrations/versions"


def _names(name: str, declared: Declared) -> Iterator[str]:
    codes = [
        *(("permission", item.code) for item in declared["permissions"]),
        *(("role", item.code) for item in declared["roles"]),
        *(("job", item.name) for item in declared["jobs"]),
        *(("card", item.name) for item in declared["cards"]),
        *(("onboarding step", item.name) for item in declared["onboarding"]),
    ]
    for kind, code in codes:
        if not code.startswith(f"{name}."):
            yield f"{kind} {code!r} must begin with {name + '.'!r}"
    doubles = [
        *codes,
        *(("resource", item.name) for item in declared["resources"]),
        *(("route", f"{item.method} {item.path}") for item in declared["routes"]),
        *(("report", item.name) for item in declared["reports"]),
        *(("import kind", item.kind) for item in declared["imports"]),
        *(("invariant", item.name) for item in declared["invariants"]),
        *(("option", field.name) for item in declared["options"] for field in _fields(item.type)),
    ]
    for (kind, code), count in Counter(doubles).items():
        if count > 1:
            yield f"{kind} {code!r} is declared {count} times"


def _permissions(
    manifest: Manifest, declared: Declared, others: Mapping[str, Declared]
) -> Iterator[str]:
    visible = {manifest.name: declared, **{n: others[n] for n in manifest.depends if n in others}}
    visible.setdefault("core", others.get("core", {}))
    known = {declare.PUBLIC.code, declare.SIGNED_IN.code}
    for of_addon in visible.values():
        known |= {permission.code for permission in of_addon.get("permissions", ())}
    for place, permission in _asked(declared):
        if permission is not None and permission.code not in known:
            yield f"{place} asks for the permission {permission.code!r}, which nobody declares"
    roles = {role.code for of_addon in visible.values() for role in of_addon.get("roles", ())}
    for role in declared["roles"]:
        for code in role.permissions:
            if code not in known:
                yield f"role {role.code!r} grants {code!r}, which nobody declares"
        if role.adds_to and role.adds_to not in roles:
            yield f"role {role.code!r} adds to {role.adds_to!r}, which nobody declares"


def _asked(declared: Declared) -> Iterator[tuple[str, declare.Permission | None]]:
    for route in declared["routes"]:
        yield f"route {route.method} {route.path}", route.permission
    for slot in declared["slots"]:
        yield f"slot in {slot.place!r}", slot.permission
    for kind in ("menu", "reports", "imports"):
        for item in declared[kind]:
            yield f"{kind} {item.title!r}", item.permission
    for kind in ("cards", "onboarding"):
        for item in declared[kind]:
            yield f"{kind} {item.name!r}", getattr(item, "permission", None)
    for resource in declared["resources"]:
        access = resource.access
        for permission in (access.read, access.create, access.update, access.delete):
            yield f"resource {resource.name!r}", permission
        for action in resource.actions:
            yield f"action {resource.name}.{action.name}", action.permission


def _values(declared: Declared) -> Iterator[str]:
    for options in declared["options"]:
        if not is_frozen(options.type):
            yield f"options {options.type.__name__} must be a frozen dataclass"
        for field in _fields(options.type):
            if field.default is MISSING and field.default_factory is MISSING:
                yield f"option {options.type.__name__}.{field.name} needs a default"


def _schedules(declared: Declared) -> Iterator[str]:
    for job in declared["jobs"]:
        if job.schedule is not None and not croniter.is_valid(job.schedule.cron):
            yield (
                f"job {job.name!r}: {job.schedule.cron!r} is no cron expression such as"
                " '0 20 * * *', minute, hour, day, month and weekday"
            )


def _events(name: str, declared: Declared) -> Iterator[str]:
    for event in declared["events"]:
        if not is_frozen(event):
            yield f"event {event.__name__} must be a frozen dataclass"
        if not event.event_name.startswith(f"{name}."):
            yield f"event {event.event_name!r} must begin with {name + '.'!r}"
    for code, count in Counter(event.event_name for event in declared["events"]).items():
        if count > 1:
            yield f"event {code!r} is declared {count} times"


def extension_problems(
    extensions: Iterable[declare.Extension], others: Mapping[str, Declared]
) -> list[str]:
    """What is wrong with extensions beside those that are declared already."""
    return list(_each_extension(extensions, others))


def _extensions(declared: Declared, others: Mapping[str, Declared]) -> Iterator[str]:
    return _each_extension(declared["extensions"], others)


def _each_extension(
    extensions: Iterable[declare.Extension], others: Mapping[str, Declared]
) -> Iterator[str]:
    taken = {(e.point, e.key) for other in others.values() for e in other["extensions"]}
    for extension in extensions:
        title = f"extension {extension.key!r} of {extension.point.__name__}"
        if not getattr(extension.point, "_is_protocol", False):
            yield f"{title}: {extension.point.__name__} is no Protocol"
        if (extension.point, extension.key) in taken:
            yield f"{title} is already declared"
        taken.add((extension.point, extension.key))
        for member in sorted(vars(extension.point)):
            if not member.startswith("_") and not hasattr(extension.implementation, member):
                yield f"{title} lacks {member}"


def _fields(options: type) -> tuple[Any, ...]:
    return fields(options) if is_dataclass(options) else ()
