"""What one part of the kernel declares, in the same values that addons use.

Each package of the kernel has a `declarations.py` whose `PART` is such a value; `core.plugin`
joins them, so that the kernel reaches the catalog through the same hooks as any addon.
"""

from __future__ import annotations

from dataclasses import dataclass

from core import declare


@dataclass(frozen=True, slots=True)
class KernelPart:
    """The contributions of one package of the kernel; the fields bear the hooks' names."""

    models: tuple[type, ...] = ()
    permissions: tuple[declare.Permission, ...] = ()
    roles: tuple[declare.Role, ...] = ()
    options: tuple[declare.OptionSet, ...] = ()
    resources: tuple[declare.Resource, ...] = ()
    routes: tuple[declare.Route, ...] = ()
    menu: tuple[declare.MenuItem, ...] = ()
    slots: tuple[declare.Slot, ...] = ()
    jobs: tuple[declare.Job, ...] = ()
    reports: tuple[declare.Report, ...] = ()
    imports: tuple[declare.Importer, ...] = ()
    invariants: tuple[declare.Invariant, ...] = ()
    cards: tuple[declare.Card, ...] = ()
    onboarding: tuple[declare.OnboardingStep, ...] = ()
    templates: tuple[declare.TemplateFolder, ...] = ()
