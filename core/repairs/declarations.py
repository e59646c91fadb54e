"""What the search for troubles contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Job, Schedule, msg
from core.part import KernelPart
from core.repairs.checking import JOB, check_invariants
from core.repairs.models import MODELS
from core.repairs.permissions import SEE_REPAIRS

PART: Final = KernelPart(
    models=MODELS,
    permissions=(SEE_REPAIRS,),
    jobs=(
        Job(
            JOB,
            msg("Check what must always be true"),
            check_invariants,
            schedule=Schedule("13 2 * * *"),
            timeout_seconds=3600,
        ),
    ),
)
