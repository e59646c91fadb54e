"""What changes of many records contribute to the kernel's catalog entry."""

from __future__ import annotations

from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.declare import SIGNED_IN, Job, MenuItem, Route, Schedule, msg
from core.part import KernelPart
from core.web.bulk import pages
from core.web.bulk.models import Batch, BatchItem
from core.web.bulk.outcomes import BATCHES, MANAGE
from core.web.bulk.running import JOB, run_batch

KEEP_DAYS: Final = 90
"""For so long a change of many records can be undone."""


def forget_old_batches(session: Session) -> None:
    """Forget changes that nobody will take back any more."""
    session.connection().execute(_FORGET, {"days": KEEP_DAYS})


_BATCH: Final = f"{BATCHES}/{{id:int}}"

PART: Final = KernelPart(
    models=(Batch, BatchItem),
    permissions=(MANAGE,),
    routes=(
        Route("GET", BATCHES, pages.list_batches, SIGNED_IN),
        Route("GET", _BATCH, pages.show_batch, SIGNED_IN),
        Route("GET", f"{_BATCH}/progress", pages.show_progress, SIGNED_IN),
        Route("POST", f"{_BATCH}/undo", pages.undo_batch, SIGNED_IN),
        Route("POST", f"{_BATCH}/cancel", pages.cancel_batch, SIGNED_IN),
    ),
    menu=(
        MenuItem(
            msg("Bulk changes"),
            BATCHES,
            MANAGE,
            section=msg("Settings"),
            icon="ui-checks",
            order=890,
        ),
    ),
    jobs=(
        Job(JOB, msg("Change many records"), run_batch),
        Job(
            "core.forget_old_batches",
            msg("Forget old bulk changes"),
            forget_old_batches,
            schedule=Schedule("50 3 * * *"),
        ),
    ),
)

_FORGET = text(
    "DELETE FROM core.batch WHERE created_at < now() - make_interval(days => :days)"
    " AND state <> 'waiting'"
)
