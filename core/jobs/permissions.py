"""Who looks after background jobs."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg

MANAGE: Final = Permission("core.job.manage", msg("See, repair and cancel background jobs"))
