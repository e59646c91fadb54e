"""The bill of materials: what Python packages of others an addon brings, as CycloneDX 1.6.

It lies where PEP 770 puts it, in the wheel's `.dist-info/sboms/`. The serial number and the time,
which the format leaves optional, are left out: the same source gives the same bytes.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from addon_registry.package.canonical import canonical
from addon_registry.package.names import distribution
from addon_registry.package.requirements import Locked
from core.addons.manifest import Manifest


def sbom(manifest: Manifest, requirements: Sequence[Locked]) -> bytes:
    """The bill of materials of this addon with these packages, as JSON."""
    addon = _addon(manifest)
    parts = [_component(locked) for locked in requirements]
    refs = [part["bom-ref"] for part in parts]
    return canonical(
        {
            "$schema": "http://cyclonedx.org/schema/bom-1.6.schema.json",
            "bomFormat": "CycloneDX",
            "specVersion": "1.6",
            "version": 1,
            "metadata": {"component": addon},
            "components": parts,
            "dependencies": [
                {"ref": addon["bom-ref"], "dependsOn": refs},
                *({"ref": ref} for ref in refs),
            ],
        }
    )


def _addon(manifest: Manifest) -> dict[str, Any]:
    component: dict[str, Any] = {
        "type": "library",
        "bom-ref": f"addon:{manifest.name}@{manifest.version}",
        "name": distribution(manifest).replace("_", "-"),
        "version": manifest.version,
        "description": manifest.summary,
    }
    if manifest.publisher:
        url = {"url": [manifest.homepage]} if manifest.homepage else {}
        component["supplier"] = {"name": manifest.publisher, **url}
    return component


def _component(locked: Locked) -> dict[str, Any]:
    """A package by its purl (ECMA-427), with the digests of all its files: one fits the machine."""
    return {
        "type": "library",
        "bom-ref": f"pypi:{locked.requirement}",
        "name": locked.name,
        "version": locked.version,
        "purl": f"pkg:pypi/{locked.name}@{locked.version}",
        "hashes": [{"alg": "SHA-256", "content": digest} for digest in locked.hashes],
    }
