"""What the health of addons contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Job, Schedule, msg
from core.health.measuring import measure_addons
from core.health.models import MODELS
from core.part import KernelPart

PART: Final = KernelPart(
    models=MODELS,
    jobs=(
        Job(
            "core.measure_addons",
            msg("Measure what addons take"),
            measure_addons,
            schedule=Schedule("31 3 * * *"),
        ),
    ),
)
