"""What custom fields contribute to the kernel's catalog entry: their tables."""

from __future__ import annotations

from typing import Final

from core.custom.models import CustomField, CustomValue
from core.part import KernelPart

PART: Final = KernelPart(models=(CustomField, CustomValue))
