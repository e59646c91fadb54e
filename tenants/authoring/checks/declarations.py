"""Resources that can be served, and events that others can rely on."""

from __future__ import annotations

import importlib
from collections.abc import Iterator
from types import ModuleType

from core.web.resources.routes import routes_of
from core.web.resources.shaping import DeclarationError
from tenants.authoring.finding import Finding, Subject


def resources(subject: Subject) -> Iterator[Finding]:
    """Every column, field, line and filter of a resource is there in its model."""
    for owned in subject.kernel.catalog.contributions.resources:
        if owned.addon == subject.name:
            try:
                routes_of(owned)
            except DeclarationError as error:
                yield Finding("resources", str(error), "views.py")


def events(subject: Subject) -> Iterator[Finding]:
    """Every event is exported by the addon's api, where others can import it."""
    package = subject.addon.package
    declared = [
        owned.item
        for owned in subject.kernel.catalog.contributions.events
        if owned.addon == subject.name
    ]
    exported = _exported(package) if declared else set()
    for event in declared:
        if event.__name__ not in exported:
            yield Finding(
                "events",
                f"{event.__name__} is not exported: import it in api.py and name it in __all__.",
                "api.py",
            )


def _exported(package: str) -> set[str]:
    try:
        api: ModuleType = importlib.import_module(f"{package}.api")
    except ModuleNotFoundError:
        return set()
    return set(getattr(api, "__all__", ()))
