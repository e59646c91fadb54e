"""Which imports an addon may make: the one rule, for checks, the audit and the import contract.

An addon may import `core.api`, itself, and the `api` of an addon under `depends`. An addon
under `reacts_to` may be imported in `reactions/<that addon>.py` alone. Whatever is not the
platform's or an addon's is not looked at here.
"""

from __future__ import annotations

from core.addons.manifest import Manifest

PLATFORM = frozenset({"core", "tenants", "addon_registry", "benchmarks", "tests"})


def allowed(manifest: Manifest, module: str, imported: str, *, addons: frozenset[str]) -> bool:
    """Whether `module` of the addon, dotted within it ("services.ledger"), may import this.

    `imported` is absolute; shipped addons are written `addons.<name>`, others `<name>`.
    `addons` names every addon that is known beside those.
    """
    parts = imported.split(".")
    shipped = parts[0] == "addons" and len(parts) > 1
    top, *inside = parts[1:] if shipped else parts
    if top == manifest.name or not (shipped or top in addons | PLATFORM):
        return True
    if top in PLATFORM:
        return top == "core" and inside[:1] == ["api"]
    if inside[:1] != ["api"]:
        return False
    return top in manifest.depends or (top in manifest.reacts_to and module == f"reactions.{top}")
