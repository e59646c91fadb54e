"""The tables of imports, in the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.importing.models import DataImport, ExternalId, ImportedRecord, RememberedMapping
from core.part import KernelPart

PART: Final = KernelPart(models=(DataImport, ImportedRecord, ExternalId, RememberedMapping))
