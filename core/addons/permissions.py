"""Who switches addons on and off."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg

MANAGE_ADDONS: Final = Permission("core.addons.manage", msg("Switch addons on and off"))
