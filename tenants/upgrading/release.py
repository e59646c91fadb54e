"""Which release a process runs, as one short name: what companies are brought up to."""

from __future__ import annotations

from hashlib import sha256

from core.addons.catalog import Catalog


def release_of(catalog: Catalog) -> str:
    """The version of the platform, and a digest of all that decides what an upgrade does."""
    addons = sorted(
        (name, addon.manifest.version, addon.head or "", addon.digest)
        for name, addon in catalog.addons.items()
    )
    version = catalog.addons["core"].manifest.version
    return f"{version}-{sha256(repr(addons).encode()).hexdigest()[:10]}"
