"""Who sees what is wrong."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg

SEE_REPAIRS: Final = Permission("core.repairs.see", msg("See what needs repair"))
