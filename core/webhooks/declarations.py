"""What webhooks contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Job, Schedule, msg
from core.part import KernelPart
from core.webhooks.delivering import deliver, forget_old_deliveries
from core.webhooks.models import MODELS
from core.webhooks.permissions import MANAGE_WEBHOOKS
from core.webhooks.queueing import JOB

PART: Final = KernelPart(
    models=MODELS,
    permissions=(MANAGE_WEBHOOKS,),
    jobs=(
        Job(JOB, msg("Tell another system"), deliver),
        Job(
            "core.forget_webhook_deliveries",
            msg("Forget what other systems were told long ago"),
            forget_old_deliveries,
            schedule=Schedule("37 3 * * *"),
        ),
    ),
)
