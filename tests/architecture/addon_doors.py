"""The import contract of addons, for import-linter: the rule is in core/addons/doors.py."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

from grimp import ImportGraph
from importlinter import Contract, ContractCheck, fields, output

from core.addons import manifest as manifests
from core.addons.doors import allowed


class AddonDoorsContract(Contract):
    """Reports every import that goes past a door."""

    addons_package = fields.StringField()

    def check(self, graph: ImportGraph, verbose: bool) -> ContractCheck:
        package = str(self.addons_package)
        spec = find_spec(package)
        folder = Path(next(iter((spec and spec.submodule_search_locations) or ())))
        found = {
            path.parent.name: manifests.read(path)
            for path in folder.glob(f"*/{manifests.FILE_NAME}")
        }
        broken = [
            (importer, imported)
            for importer in sorted(graph.modules)
            if importer.startswith(f"{package}.") and importer.count(".") > 1
            for imported in sorted(graph.find_modules_directly_imported_by(importer))
            if not allowed(
                found[importer.split(".")[1]],
                importer.split(".", 2)[2],
                imported,
                addons=frozenset(found),
            )
        ]
        return ContractCheck(kept=not broken, metadata={"broken": broken})

    def render_broken_contract(self, check: ContractCheck) -> None:
        for importer, imported in check.metadata["broken"]:
            output.print_error(f"{importer} may not import {imported}", bold=False)
