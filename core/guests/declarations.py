"""What guests contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Permission, msg
from core.guests.models import MODELS
from core.part import KernelPart

MANAGE_GUESTS: Final = Permission(
    "core.guests.manage", msg("Let the operator's or a reseller's people in, and show them out")
)

PART: Final = KernelPart(models=MODELS, permissions=(MANAGE_GUESTS,))
