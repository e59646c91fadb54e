"""Who sees what addons there are, and who switches them on and off."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg

SEE_ADDONS: Final = Permission("core.addons.see", msg("See addons and the catalogue"))
MANAGE_ADDONS: Final = Permission("core.addons.manage", msg("Switch addons on and off"))
