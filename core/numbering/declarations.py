"""What numbering contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.numbering.models import NumberSeries
from core.part import KernelPart

PART: Final = KernelPart(models=(NumberSeries,))
