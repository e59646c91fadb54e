"""What licences contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Job, Schedule, msg
from core.licensing.clock import JOB, watch
from core.licensing.models import DocumentsMade
from core.part import KernelPart

PART: Final = KernelPart(
    models=(DocumentsMade,),
    jobs=(Job(JOB, msg("Watch over licences"), watch, schedule=Schedule("41 3 * * *")),),
)
