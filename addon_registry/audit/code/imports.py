"""Imports against the manifest: through `core.api` and the `api` of addons that it names.

A package of others must be the platform's own, or stand in the addon's `requirements.txt`.
"""

from __future__ import annotations

import sys
from collections.abc import Collection, Iterator
from functools import lru_cache
from importlib.metadata import packages_distributions
from typing import Final

from addon_registry.audit.finding import Finding, Place, error, warning
from addon_registry.audit.subject import Subject
from addon_registry.package import requirements
from core.addons.doors import PLATFORM, allowed
from core.addons.imports import imports_of
from core.i18n.phrases import phrase

RULE: Final = "imports"
_ADDON: Final = "aorabooks-addon-"
_OWN: Final = PLATFORM | {"addons"}


def check(subject: Subject, known: Collection[str]) -> Iterator[Finding]:
    """Imports past a door, and of packages that nobody promised. `known` names the addons."""
    manifest = subject.manifest
    addons = frozenset({*known, *manifest.depends, *manifest.reacts_to}) - PLATFORM
    for module in subject.modules:
        for imported, line in imports_of(module.tree, f"{manifest.name}.{module.name}"):
            place = Place(module.path, line)
            # Migrations are history: what they build on may have left the api since.
            if not allowed(manifest, module.name, imported, addons=addons):
                if not module.is_migration:
                    yield _past_a_door(place, imported)
            else:
                yield from _of_others(subject, place, imported.split(".")[0], addons)


def _past_a_door(place: Place, imported: str) -> Finding:
    return error(
        RULE,
        place,
        phrase("{imported} may not be imported.", imported=imported),
        phrase(
            "Use core.api, or the api of an addon that the manifest names under depends"
            " (under reacts_to: in reactions/<that addon>.py)."
        ),
    )


def _of_others(
    subject: Subject, place: Place, top: str, addons: frozenset[str]
) -> Iterator[Finding]:
    if top in provided() or top in addons or top in _OWN or top == subject.manifest.name:
        return
    listed = requirements.FILE_NAME in subject.files
    # A package may bear another name than what is imported of it.
    found = warning if listed else error
    yield found(
        RULE,
        place,
        phrase("{package} is not part of the platform.", package=top),
        phrase("See that requirements.txt names its package, with a version and its digests.")
        if listed
        else phrase("Put it into requirements.txt, with a version and its digests."),
    )


@lru_cache(maxsize=1)
def provided() -> frozenset[str]:
    """Top-level names of the standard library and of what is installed with the platform, addons
    that were installed the same way left out."""
    installed = {
        name
        for name, distributions in packages_distributions().items()
        if not all(each.startswith(_ADDON) for each in distributions)
    }
    return frozenset(sys.stdlib_module_names) | installed
