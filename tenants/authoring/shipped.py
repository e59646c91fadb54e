"""The addons that come with the platform, by what their manifests say; nothing is imported."""

from __future__ import annotations

from core.addons import manifest as manifests
from tenants.places import ROOT


def shipped_titles() -> dict[str, str]:
    """Titles by names, as the audit of other addons compares them."""
    found = sorted((ROOT / "addons").glob(f"*/{manifests.FILE_NAME}"))
    return {manifest.name: manifest.title for manifest in map(manifests.read, found)}
