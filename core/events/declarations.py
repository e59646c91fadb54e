"""What the events contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.events.models import LoggedEvent
from core.part import KernelPart

PART: Final = KernelPart(models=(LoggedEvent,))
