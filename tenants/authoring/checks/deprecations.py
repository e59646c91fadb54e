"""What an addon uses that a later version of the platform will not have."""

from __future__ import annotations

from collections.abc import Iterator

from core.addons.deprecations import uses_of
from tenants.authoring.finding import Finding, Subject


def deprecations(subject: Subject) -> Iterator[Finding]:
    """Each line that uses something marked in `core.api`, and what to use instead."""
    digest = subject.kernel.catalog.addons[subject.name].digest
    for use in uses_of(subject.addon.folder, digest):
        mark = use.deprecation
        yield Finding(
            "deprecations",
            f"{use.name} is deprecated since {mark.since} and goes with {mark.removed_in}:"
            f" {mark.instead}",
            use.place,
            severity="warning",
        )
