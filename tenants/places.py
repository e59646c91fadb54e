"""Where the platform's own code lies."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.addons.discovery import AddonFolder

ROOT: Final = Path(__file__).parents[1]
CONTROL_PLANE: Final = Path(__file__).parent
REGISTRY: Final = ROOT / "addon_registry"
SHIPPED: Final = AddonFolder(ROOT / "addons", "addons.", shipped=True)
