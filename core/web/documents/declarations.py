"""What the documents' pages contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from core.declare import Job, Schedule, msg
from core.part import KernelPart
from core.web.documents.drafts import forget_old_drafts
from core.web.documents.models import FormDraft, OpenRecord
from core.web.documents.presence import forget_closed

PART: Final = KernelPart(
    models=(FormDraft, OpenRecord),
    jobs=(
        Job(
            "core.forget_old_drafts",
            msg("Forget drafts that nobody came back to"),
            forget_old_drafts,
            schedule=Schedule("52 3 * * *"),
        ),
        Job(
            "core.forget_closed_records",
            msg("Forget who had which record open"),
            forget_closed,
            schedule=Schedule("57 3 * * *"),
        ),
    ),
)
