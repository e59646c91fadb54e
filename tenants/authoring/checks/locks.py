"""Migrations that would keep a company waiting, by the rules of the audit of packages."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Final

from addon_registry.audit.migrations import rules
from addon_registry.audit.subject import subject_at
from tenants.authoring.finding import Finding, Subject
from tenants.places import SHIPPED

_UNTIL: Final = {
    "accounting": "0019_invoiced_ahead",
    "catalog": "0012_label_designs",
    "contacts": "0004_stamps",
    "inventory": "0015_stamps",
    "pos": "0004_binding_again",
    "purchases": "0006_direct_and_consigned",
    "reporting": "0001_reports",
    "sales": "0015_at_tills",
    "vat": "0003_stamps",
    "zatca": "0001_zatca",
}
"""The newest migrations that shipped addons had when this check came: of these and of those before
them, no company has large tables."""


def locks(subject: Subject) -> Iterator[Finding]:
    """No migration locks or rewrites a table for as long as it is large."""
    folder = subject.addon.folder
    known = _UNTIL.get(subject.name, "") if folder.parent == SHIPPED.path else ""
    for found in rules.check(subject_at(folder)):
        step = found.place.path.rpartition("/")[2].removesuffix(".py")
        if found.severity == "error" and step > known:
            yield Finding("locks", f"{found.message} {found.mend}", str(found.place))
