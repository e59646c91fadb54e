"""What the database layer contributes to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.db.audit_models import AuditEntry
from core.db.stamp_models import TableStamp
from core.part import KernelPart

PART: Final = KernelPart(models=(AuditEntry, TableStamp))
