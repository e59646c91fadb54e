"""The import contract of addons: through the api door, and only where the manifest says.

An addon may import `core.api`, itself, and `addons.<other>.api` of an addon under `depends`.
An addon under `reacts_to` may be imported in `reactions/<other>.py` alone.
"""

from __future__ import annotations

import tomllib
from importlib.util import find_spec
from pathlib import Path
from typing import Any

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output


class AddonDoorsContract(Contract):
    """Reports every import that goes past a door; see the module's text for the rule."""

    addons_package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        package = str(self.addons_package)
        spec = find_spec(package)
        folder = Path(next(iter((spec and spec.submodule_search_locations) or ())))
        broken = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if importer.startswith(f"{package}.")
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not _allowed(importer, imported, package, folder)
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} may not import {imported}", bold=False)


def _allowed(importer: str, imported: str, package: str, folder: Path) -> bool:
    if not imported.startswith(f"{package}."):
        return imported == "core.api" or imported.partition(".")[0] != "core"
    own = importer.split(".")[1]
    other, *inside = imported.split(".")[1:]
    if other == own:
        return True
    manifest = _manifest(folder / own)
    if inside != ["api"]:
        return False
    if other in manifest.get("depends", ()):
        return True
    return other in manifest.get("reacts_to", ()) and importer == f"{package}.{own}.reactions.{other}"


def _manifest(addon: Path) -> dict[str, Any]:
    path = addon / "addon.toml"
    return tomllib.loads(path.read_text(encoding="utf-8")) if path.is_file() else {}
