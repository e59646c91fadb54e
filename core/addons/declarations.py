"""What the module manager contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.addons.models import AddonLogEntry, AddonRecord, StoredOptions
from core.part import KernelPart

PART: Final = KernelPart(models=(AddonRecord, AddonLogEntry, StoredOptions))
