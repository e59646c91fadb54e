"""What the events contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Job, msg
from core.events.dispatch import DELIVER, deliver
from core.events.models import LoggedEvent
from core.part import KernelPart

PART: Final = KernelPart(
    models=(LoggedEvent,),
    jobs=(Job(DELIVER, msg("Deliver an event"), run=deliver),),
)
