"""Where is my data? Server, database, sizes, everybody who can reach it, and a copy of it all."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from core.auth.actor import actor
from core.auth.models import ApiToken, Role, User, UserRole
from core.custody import measuring, records
from core.custody.declarations import TAKE_DATA, TAKE_OUT
from core.custody.jobs import KEPT
from core.custody.measuring import DatabaseRole
from core.custody.models import SafekeepingRecord
from core.custody.room import MEGABYTE, Room
from core.custody.takeout import AREA
from core.db.base import utc_now
from core.db.session import binding
from core.errors import NotFound
from core.i18n import phrase
from core.jobs.models import Job
from core.jobs.progress import Progress, progress_of
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.web.replies import File, Page, Redirect, Reply
from core.web.request import Request

DATA: Final = "/settings/data"


@dataclass(frozen=True, slots=True)
class AddonSize:
    """What one addon keeps: bytes with indexes, an estimate of its rows, its share of all."""

    title: str
    tables: int
    rows: int
    size: int
    share: float


@dataclass(frozen=True, slots=True)
class People:
    """How many can sign in, how many of them may do everything, and tokens of programs."""

    users: int
    administrators: int
    tokens: int


def show_data(session: Session, request: Request) -> Reply:
    """The whole answer on one page."""
    place = measuring.place_of(session)
    files, stored = _files(session)
    addons = _addons(session)
    tenant = binding(session).tenant
    return Page(
        "core/custody/where.html",
        {
            "place": place,
            "room": Room(place.size, stored, tenant.allowance.storage_mb * MEGABYTE),
            "allowance": tenant.allowance,
            "addons": addons,
            "catalogs": max(0, place.size - sum(addon.size for addon in addons)),
            "files": files,
            "stored": stored,
            "people": _people(session),
            "roles": [
                (role, _part_of(session, role)) for role in measuring.database_roles(session)
            ],
            "accesses": records.accesses(session),
            "access_count": records.count_accesses(session),
            "backup": records.newest(session, "backup"),
            "restore": records.newest(session, "restore"),
            "kept": _kernel(session).safekeeping.known(_kernel(session), binding(session).tenant),
            **_takeouts(session),
        },
    )


def begin_takeout(session: Session, request: Request) -> Reply:
    """Pack everything in the background; one archive at a time."""
    if _packing(session) is None:
        enqueue(session, TAKE_OUT)
    return Redirect(f"{DATA}#takeout", phrase("Everything is being packed. You can go on working."))


def download(session: Session, request: Request) -> Reply:
    """An archive that was packed, for as long as it is kept."""
    kernel = _kernel(session)
    record = session.get(SafekeepingRecord, int(request.path_params["id"]))
    if record is None or record.kind != "takeout" or not record.digest:
        raise NotFound(phrase("There is no such download."))
    content = kernel.files.open(binding(session).tenant, record.digest, area=AREA)
    name = f"{binding(session).tenant.slug}-{record.at:%Y%m%d-%H%M}.zip"
    return File(content, name, "application/zip")


def ask_backup(session: Session, request: Request) -> Reply:
    """Have the operator's platform make a backup now."""
    kernel, bound = _kernel(session), binding(session)
    kernel.safekeeping.ask(kernel, bound.tenant, bound.author.label)
    return Redirect(f"{DATA}#data-safe", phrase("A backup is being made. You can go on working."))


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


def _takeouts(session: Session) -> Mapping[str, Any]:
    kept = select(SafekeepingRecord).where(
        SafekeepingRecord.kind == "takeout", SafekeepingRecord.at > utc_now() - KEPT
    )
    return {
        "may_take": actor(session).may(TAKE_DATA.code),
        "packing": _packing(session),
        "takeouts": session.scalars(kept.order_by(SafekeepingRecord.id.desc())).all(),
        "kept_days": KEPT.days,
    }


def _packing(session: Session) -> Progress | None:
    """The archive that is being packed, or could not be."""
    newest: int | None = session.scalar(select(func.max(Job.id)).where(Job.name == TAKE_OUT))
    if newest is None:
        return None
    progress = progress_of(session, newest)
    return None if progress.state in ("done", "cancelled", "dead") else progress


def _addons(session: Session) -> list[AddonSize]:
    kernel = _kernel(session)
    sizes = measuring.schema_sizes(session)
    whole = sum(each.size for each in sizes) or 1

    def title(schema: str) -> str:
        addon = kernel.catalog.addons.get(schema)
        return addon.manifest.title if addon else schema

    return [
        AddonSize(title(each.schema), each.tables, each.rows, each.size, each.size / whole)
        for each in sizes
    ]


def _files(session: Session) -> tuple[int, int]:
    """How many files the company keeps, and their bytes."""
    kernel = _kernel(session)
    sizes = [path.stat().st_size for _, path in kernel.files.all(binding(session).tenant)]
    return len(sizes), sum(sizes)


def _people(session: Session) -> People:
    active = select(func.count()).select_from(User).where(User.is_active)
    admins = (
        active.join(UserRole, UserRole.user_id == User.id)
        .join(Role, Role.id == UserRole.role_id)
        .where(Role.unlimited)
    )
    now: datetime = utc_now()
    tokens = (
        select(func.count())
        .select_from(ApiToken)
        .where(ApiToken.revoked_at.is_(None))
        .where(ApiToken.expires_at.is_(None) | (ApiToken.expires_at > now))
    )
    return People(
        session.scalar(active) or 0, session.scalar(admins) or 0, session.scalar(tokens) or 0
    )


def _part_of(session: Session, role: DatabaseRole) -> str:
    """What a role of the database is for."""
    tenant = binding(session).tenant
    if role.name == tenant.runtime.user:
        return phrase("Serves your pages. It can read and write rows, and change no table.")
    if role.name == tenant.owner.user:
        return phrase("Changes tables when an addon is installed or brought up to date.")
    if role.superuser:
        return phrase("Administers the server. Whoever holds it can reach every database on it.")
    return phrase("Known to the server's administrator; not one of ours.")
