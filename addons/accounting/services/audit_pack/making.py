"""Makes audit packs: at one moment of the books, kept for whoever may have them, on record."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, BinaryIO, Final

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.models import AuditPack, FiscalYear
from addons.accounting.services.audit_pack.writing import About, write_pack
from core.api import Conflict, binding, enqueue, open_file, phrase, progress_of, store_file, utc_now

AREA: Final = "auditpacks"
"""Where packs are kept among the company's files."""
JOB: Final = "accounting.make_audit_pack"
_CHUNK: Final = 1024 * 1024


def ask_for_pack(session: Session, year: FiscalYear) -> AuditPack:
    """Have a pack made in the background; one at a time for each year."""
    making = select(AuditPack).where(
        AuditPack.fiscal_year_id == year.id, AuditPack.state == "making"
    )
    if any(_is_under_way(session, pack) for pack in session.scalars(making)):
        raise Conflict(
            phrase("An audit pack of {year} is being made.", year=year.name),
            fix=phrase("It will be in the list in a moment."),
        )
    pack = AuditPack(fiscal_year_id=year.id, state="making")
    session.add(pack)
    session.flush()
    pack.job_id = enqueue(session, JOB, pack_id=pack.id)
    session.flush()
    return pack


def make_pack(session: Session, pack_id: int) -> str:
    """The job: write the pack, keep it, and write down its digests. Repeatable."""
    pack = session.get_one(AuditPack, pack_id, with_for_update=True)
    if pack.state == "ready":
        return phrase("The audit pack was made before.")
    with tempfile.TemporaryDirectory(prefix="audit-pack-") as folder:
        target = Path(folder) / "pack.zip"
        pack.manifest_digest = write_year(session, pack.fiscal_year, target, pack.asked_by)
        stored = store_file(session, _chunks(target), area=AREA)
    pack.digest, pack.size = stored.digest, stored.size
    pack.state, pack.made_at = "ready", utc_now()
    session.flush()
    return phrase("The audit pack of {year} is ready.", year=pack.fiscal_year.name)


def write_year(session: Session, year: FiscalYear, target: Path, made_by: str) -> str:
    """Write a year's pack to a file; returns the digest of its manifest."""
    tenant = binding(session).tenant
    about = About(
        company=tenant.title,
        company_id=tenant.id,
        year=year.name,
        start=year.start_date,
        end=year.end_date,
        made_at=utc_now().isoformat(timespec="seconds"),
        made_by=made_by,
    )
    with _one_moment(session) as reading:
        return write_pack(target, reading, about)


def open_pack(session: Session, pack: AuditPack) -> BinaryIO:
    """The file of a pack that is ready."""
    return open_file(session, pack.digest, area=AREA)


def _is_under_way(session: Session, pack: AuditPack) -> bool:
    """Not so a pack whose job failed for good."""
    if pack.job_id is None:
        return False
    return progress_of(session, pack.job_id).state not in ("done", "dead", "cancelled")


@contextmanager
def _one_moment(session: Session) -> Iterator[Session]:
    """A session beside the given one, which reads what was committed when it began and nothing
    later: ledger, balances and chains must be of one moment while others post."""
    kernel: Any = binding(session).context["kernel"]
    with kernel.engine.connect(binding(session).tenant.runtime) as connection:
        connection.execute(text("SET TRANSACTION ISOLATION LEVEL REPEATABLE READ READ ONLY"))
        connection.execute(text("SET LOCAL statement_timeout = 0"))
        connection.execute(text("SET LOCAL idle_in_transaction_session_timeout = 0"))
        with Session(bind=connection, info=session.info) as reading:
            yield reading
        connection.rollback()


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(_CHUNK):
            yield chunk
