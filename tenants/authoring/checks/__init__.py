"""The checks of DESIGN's rules, one file per subject; `ALL` is their order."""

from __future__ import annotations

from typing import Final

from tenants.authoring.checks import code, database, declarations, deprecations, life, locks, texts
from tenants.authoring.finding import Check

ALL: Final[tuple[Check, ...]] = (
    Check("files", code.files),
    Check("imports", code.imports),
    Check("layers", code.layers),
    Check("deprecations", deprecations.deprecations),
    Check("resources", declarations.resources),
    Check("events", declarations.events),
    Check("templates", texts.templates),
    Check("translations", texts.translations),
    Check("tables", database.tables),
    Check("foreign-keys", database.foreign_keys),
    Check("locks", locks.locks),
    Check("migrations", database.migrations_reach_models),
    Check("invariants", life.invariants),
    Check("life", life.enable_disable_purge),
)
"""Manifest, names, hooks, permissions, options, schedules, and the shape of events are checked
before an addon is loaded at all; what is wrong with them is reported as "manifest" or "loading"."""
