"""An addon's tables, read from its models and from the database that its migrations made."""

from __future__ import annotations

from collections.abc import Iterator

from sqlalchemy import Table

from core.addons import migrations
from core.db.base import registries
from tenants.authoring.finding import Finding, Subject
from tenants.authoring.scratch import scratch_tenant


def tables(subject: Subject) -> Iterator[Finding]:
    """Every table lies in the schema that bears the addon's name, and is registered."""
    registered = {
        getattr(owned.item, "__table__", None)
        for owned in subject.kernel.catalog.contributions.models
        if owned.addon == subject.name
    }
    for model in _models(subject):
        if model not in registered:
            message = f"{model.fullname}: return its class from register_models."
            yield Finding("tables", message, "plugin.py")
        if model.schema != subject.name:
            yield Finding(
                "tables",
                f"{model.fullname}: add {{'schema': '{subject.name}'}} to __table_args__.",
                "models",
            )


def foreign_keys(subject: Subject) -> Iterator[Finding]:
    """They go to the addon's own schema, to core, or to a hard dependency."""
    reachable = {subject.name, "core", *subject.addon.manifest.depends}
    for table in _models(subject):
        for key in table.foreign_keys:
            schema = key.target_fullname.split(".")[0]
            if schema not in reachable:
                yield Finding(
                    "foreign-keys",
                    f"{table.fullname}.{key.parent.name} refers to {key.target_fullname}: keep"
                    f" source_type and source_id instead, or name {schema} under depends.",
                    "models",
                )


def migrations_reach_models(subject: Subject) -> Iterator[Finding]:
    """On an empty database the migrations make just what the models describe."""
    with (
        scratch_tenant(subject) as tenant,
        subject.kernel.session(tenant, role="owner") as session,
    ):
        for difference in migrations.differences(session.connection(), subject.name):
            yield Finding(
                "migrations",
                f"Models and migrations differ: {difference}. Add a migration.",
                "migrations",
            )


def _models(subject: Subject) -> list[Table]:
    prefix = f"{subject.addon.package}."
    return [
        mapper.local_table
        for registry in registries()
        for mapper in registry.mappers
        if mapper.class_.__module__.startswith(prefix) and isinstance(mapper.local_table, Table)
    ]
