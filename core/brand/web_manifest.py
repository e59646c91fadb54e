"""The manifest of the installable app (https://www.w3.org/TR/appmanifest/)."""

from __future__ import annotations

from typing import Any, Final

from core.brand.values import ICON_SIDES, Brand

MANIFEST_URL: Final = "/app.webmanifest"
_LIGHT_GROUND: Final = "#f6f7f8"


def web_manifest(brand: Brand, company: str, *, locale: str, direction: str, icon: str) -> Any:
    """The manifest as JSON data. `icon` is the address of the platform's own picture, for
    tenants whose brand has none."""
    return {
        "id": "/",
        "name": brand.name if brand.is_own else company,
        "short_name": brand.short_name if brand.is_own else company,
        "description": company,
        "lang": locale,
        "dir": direction,
        "start_url": "/",
        "scope": "/",
        "display": "standalone",
        "theme_color": brand.accent_light,
        "background_color": _LIGHT_GROUND,
        "icons": _icons(brand, icon),
    }


def _icons(brand: Brand, icon: str) -> list[dict[str, str]]:
    if not brand.is_own:
        return [{"src": icon, "sizes": "any", "type": "image/svg+xml", "purpose": "any"}]
    return [
        {
            "src": brand.url(name),
            "sizes": f"{side}x{side}",
            "type": "image/png",
            "purpose": "maskable" if name.startswith("maskable") else "any",
        }
        for name, side in ICON_SIDES.items()
        if not name.startswith("touch")
    ]
