"""What the module manager contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.addons.invariants import check_addons, check_audit
from core.addons.models import AddonLogEntry, AddonRecord, StoredOptions
from core.declare import Invariant, msg
from core.part import KernelPart

PART: Final = KernelPart(
    models=(AddonRecord, AddonLogEntry, StoredOptions),
    invariants=(
        Invariant("core.addons", msg("Every addon that is switched on works"), check_addons),
        Invariant("core.audit", msg("Every business table is audited"), check_audit),
    ),
)
