"""Who says which systems are told."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg

MANAGE_WEBHOOKS: Final = Permission("core.webhooks.manage", msg("Say which systems are told what"))
