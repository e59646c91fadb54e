"""What the company is told about its data contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.custody.jobs import forget_takeouts, take_out
from core.custody.models import MODELS
from core.declare import Job, Permission, Schedule, msg
from core.part import KernelPart

SEE_DATA: Final = Permission("core.data.see", msg("See where the company's data is"))
TAKE_DATA: Final = Permission("core.data.take", msg("Take away a copy of everything"))
TAKE_OUT: Final = "core.take_out"

PART: Final = KernelPart(
    models=MODELS,
    permissions=(SEE_DATA, TAKE_DATA),
    jobs=(
        Job(
            TAKE_OUT,
            msg("Pack everything for download"),
            take_out,
            # Hours of dumping a large database are one pause of the job's own session.
            timeout_seconds=6 * 3600,
        ),
        Job(
            "core.forget_takeouts",
            msg("Remove downloads of everything after a week"),
            forget_takeouts,
            schedule=Schedule("29 3 * * *"),
        ),
    ),
)
