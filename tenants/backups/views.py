"""The control plane's list of backups, and a backup's page."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from core.declare import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    MenuItem,
    RecordRules,
    Resource,
    Section,
    msg,
)
from core.i18n import phrase
from core.jobs.queue import enqueue
from tenants.backups.models import Backup
from tenants.backups.tending import PROVE
from tenants.permissions import MANAGE_BACKUPS, SEE_BACKUPS

_SECTION: Final = msg("Backups")
STATUSES: Final = (
    ("running", msg("Being made")),
    ("uploading", msg("Being uploaded")),
    ("whole", msg("Whole")),
    ("failed", msg("Failed")),
    ("bad", msg("Damaged")),
    ("expired", msg("Removed")),
)
PROOFS: Final = (
    ("none", msg("Not yet")),
    ("held", msg("Proven")),
    ("failed", msg("Not proven")),
)


def _prove(session: Session, backup: Backup) -> str:
    title = phrase("Prove the backup {id}", id=backup.id)
    enqueue(session, PROVE, title=title, backup_id=backup.id)
    return msg("It is being restored where nobody sees it. This page shows what comes of it.")


def _provable(backup: Backup) -> bool:
    return backup.status in ("whole", "bad")


BACKUPS: Final = Resource(
    name="backups",
    model=Backup,
    title=msg("Backups"),
    singular=msg("Backup"),
    help=msg("Made by themselves every night, and proven by restoring them."),
    access=Access(read=SEE_BACKUPS),
    rules=RecordRules(),
    record_title=lambda backup: f"{backup.slug} {backup.id}",
    columns=(
        Column("slug", msg("Organization")),
        Column("taken_at", msg("As of")),
        Column(
            "status",
            msg("Status"),
            choices=STATUSES,
            tones=(
                ("whole", "good"),
                ("failed", "bad"),
                ("bad", "bad"),
                ("running", "warning"),
                ("uploading", "warning"),
            ),
        ),
        Column(
            "proof", msg("Restored"), choices=PROOFS, tones=(("held", "good"), ("failed", "bad"))
        ),
        Column("size", msg("Bytes")),
        Column("destination.name", msg("Destination")),
        Column("problem", msg("Problem"), optional=True),
        Column("begun_at", msg("Begun"), optional=True),
        Column("id", msg("Number"), optional=True),
    ),
    search=("slug", "title", "id"),
    filters=(
        Filter("status", msg("Status"), choices=STATUSES),
        Filter("proof", msg("Restored"), choices=PROOFS),
        Filter("begun_at", msg("Begun")),
    ),
    order=("-begun_at",),
    form=(
        Section(
            msg("Backup"),
            (
                Field("slug", msg("Organization"), readonly=True),
                Field("taken_at", msg("As of"), readonly=True),
                Field("status", msg("Status"), choices=STATUSES, readonly=True),
                Field("proof", msg("Restored"), choices=PROOFS, readonly=True),
                Field("proven_at", msg("Restored at"), readonly=True),
                Field("size", msg("Bytes"), readonly=True),
                Field("files", msg("Files"), readonly=True),
                Field("pieces", msg("Pieces"), readonly=True),
                Field("postgresql", msg("PostgreSQL"), readonly=True),
                Field("asked_by", msg("Asked for by"), readonly=True),
                Field("recovered_from", msg("Of the recovered server"), readonly=True),
                Field("problem", msg("Problem"), readonly=True),
            ),
        ),
    ),
    actions=(Action("prove", msg("Prove it now"), MANAGE_BACKUPS, _prove, when=_provable),),
    discussed=False,
    customizable=False,
)

MENU: Final = (
    MenuItem(_SECTION, "/tenants/backups", SEE_BACKUPS, _SECTION, "shield-check", 80),
    MenuItem(
        msg("Backup destinations"),
        "/tenants/backup-destinations",
        MANAGE_BACKUPS,
        _SECTION,
        "hdd-network",
        81,
    ),
)
