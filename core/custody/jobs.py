"""Makes an archive of everything in the background, and removes it after a week."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from core.custody.models import SafekeepingRecord
from core.custody.records import record_safekeeping
from core.custody.takeout import AREA, CHUNK, write_takeout
from core.db.base import utc_now
from core.db.session import binding
from core.i18n import phrase
from core.jobs.progress import report_progress

if TYPE_CHECKING:
    from core.kernel import Kernel

KEPT: Final = timedelta(days=7)


def take_out(session: Session) -> None:
    """Write everything that the company has into one file, kept for `KEPT`."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    with tempfile.TemporaryDirectory(prefix="takeout-", dir=kernel.config.var) as folder:
        archive = Path(folder) / "everything.zip"

        def say(fraction: float, text: str) -> None:
            report_progress(session, fraction, text)

        write_takeout(archive, bound.tenant, kernel.engine, kernel.files, say)
        say(0.9, phrase("Keeping it for you"))
        stored = kernel.files.store(bound.tenant, _chunks(archive), area=AREA)
    record_safekeeping(
        session,
        "takeout",
        place="download",
        size=stored.size,
        asked_by=bound.author.label,
        digest=stored.digest,
    )


def forget_takeouts(session: Session) -> None:
    """Remove the archives whose week is over; that they were made stays on record."""
    bound = binding(session)
    kernel: Kernel = bound.context["kernel"]
    made = select(SafekeepingRecord).where(SafekeepingRecord.kind == "takeout")
    for record in session.scalars(made.where(SafekeepingRecord.at < utc_now() - KEPT)):
        if record.digest:
            kernel.files.delete(bound.tenant, record.digest, area=AREA)


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
