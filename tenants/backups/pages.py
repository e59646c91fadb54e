"""The pages on which an operator says where backups go, and has one restored."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.auth.actor import actor
from core.db.session import binding
from core.declare import Route, Slot
from core.errors import InvalidInput, NotFound
from core.i18n import phrase
from core.jobs.queue import enqueue
from core.kernel import Kernel
from core.web.replies import Page, Redirect, Reply
from core.web.request import Request
from tenants.backups import destinations, restoring, tending
from tenants.backups.models import Backup, BackupDestination, BackupRestore
from tenants.control import CONTROL_ID
from tenants.models import Organization
from tenants.permissions import MANAGE_BACKUPS, SEE_BACKUPS

DESTINATIONS: Final = "/tenants/backup-destinations"
BACKUPS: Final = "/tenants/backups"
SCHEMES: Final = ("fs", "s3", "dropbox", "gdrive", "onedrive", "gcs", "azblob", "webdav", "ftp")
"""Those that are suggested; OpenDAL knows more."""


def show_destinations(session: Session, request: Request) -> Reply:
    """Where backups go, and a form for another one."""
    return _page(session, {"scheme": "fs"})


def save_destination(session: Session, request: Request) -> Reply:
    """Declare a destination or change the one of this name, and try it at once."""
    typed = {name: request.form.get(name, "") for name in ("name", "scheme", "options")}
    box = _kernel(session).secrets
    try:
        options = destinations.parse_options(typed["options"])
        found = destinations.declare(
            session, box, name=typed["name"], scheme=typed["scheme"], options=options
        )
    except InvalidInput as error:
        return _page(session, typed, error)
    return _tried(session, found)


def try_destination(session: Session, request: Request) -> Reply:
    """Write, read and delete something there."""
    return _tried(session, _destination(session, request))


def switch_destination(session: Session, request: Request) -> Reply:
    """Take no new backups there, or again."""
    found = _destination(session, request)
    found.status = "active" if found.status == "closed" else "closed"
    return Redirect(DESTINATIONS, message=phrase("Saved."))


def show_restore(session: Session, request: Request) -> Reply:
    """What restoring would do, and the question whether it is meant."""
    return _restore_page(session, _backup(session, request), {"way": "new"})


def begin_restore(session: Session, request: Request) -> Reply:
    """Have it restored in the background: as a new organization, or in place of the old one for
    which its slug has to be typed."""
    backup = _backup(session, request)
    typed = {name: request.form.get(name, "") for name in ("way", "slug", "confirm")}
    over = typed["way"] == "over"
    try:
        if over and typed["confirm"].strip() != backup.slug:
            raise InvalidInput.of(
                "confirm", phrase("Type {slug} to say that it is meant.", slug=backup.slug)
            )
        row = restoring.begin(
            _kernel(session),
            session,
            backup,
            slug="" if over else typed["slug"].strip(),
            asked_by=binding(session).author.label,
        )
    except InvalidInput as error:
        return _restore_page(session, backup, typed, error)
    title = phrase("Restore {slug}", slug=row.slug)
    enqueue(
        session, tending.RESTORE, key=f"{tending.RESTORE}:{row.id}", title=title, restore_id=row.id
    )
    return Redirect(f"{BACKUPS}/{backup.id}", message=phrase("It is being restored."))


def ask_backup(session: Session, request: Request) -> Reply:
    """Have an organization backed up now."""
    row = tending.ask(session, request.path_params["id"], asked_by=binding(session).author.label)
    if row is None:
        raise NotFound(phrase("There is no such organization."))
    return Redirect(f"{BACKUPS}/{row.id}", message=phrase("The backup is being made."))


def beside_the_backup(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """What the invariants said, which addons it holds, what was restored from it."""
    backup = given["record"]
    if backup is None:
        return None
    restores = select(BackupRestore).where(BackupRestore.backup_id == backup.id)
    restorable = backup.status == "whole" and backup.tenant_id != CONTROL_ID
    findings = sorted(backup.findings.items())
    return {
        "right": [(name, found) for name, found in findings if found["holds"]],
        "wrong": [(name, found) for name, found in findings if not found["holds"]],
        "addons": backup.addons,
        "restores": session.scalars(restores.order_by(BackupRestore.begun_at.desc())).all(),
        "may_restore": restorable and actor(session).may(MANAGE_BACKUPS.code),
        "url": f"{BACKUPS}/{backup.id}/restore",
    }


def beside_the_organization(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """Its last backup, and a button for another one."""
    organization = given["record"]
    if organization is None or organization.sample_of is not None:
        return None
    last = (
        select(Backup)
        .options(joinedload(Backup.destination))
        .where(Backup.tenant_id == organization.id, Backup.status != "expired")
        .order_by(Backup.begun_at.desc())
        .limit(1)
    )
    return {
        "last": session.scalar(last),
        "may_ask": actor(session).may(MANAGE_BACKUPS.code),
        "url": f"/tenants/organizations/{organization.id}/backup",
    }


def _page(session: Session, typed: Mapping[str, str], error: InvalidInput | None = None) -> Page:
    box = _kernel(session).secrets
    known = session.scalars(select(BackupDestination).order_by(BackupDestination.id)).all()
    context = {
        "rows": [(row, destinations.shown_options(box, row)) for row in known],
        "typed": typed,
        "schemes": SCHEMES,
        "problems": {item.field: item.message for item in error.problems} if error else {},
        "url": DESTINATIONS,
    }
    return Page("tenants/backup_destinations.html", context, status=422 if error else 200)


def _tried(session: Session, found: BackupDestination) -> Reply:
    problem = destinations.try_out(session, _kernel(session).secrets, found)
    works = phrase("{name} works: something was written, read and deleted.", name=found.name)
    return Redirect(DESTINATIONS, message=problem or works)


def _restore_page(
    session: Session,
    backup: Backup,
    typed: Mapping[str, str],
    error: InvalidInput | None = None,
) -> Page:
    context = {
        "backup": backup,
        "typed": typed,
        "there": session.get(Organization, backup.tenant_id) is not None,
        "problems": {item.field: item.message for item in error.problems} if error else {},
        "url": f"{BACKUPS}/{backup.id}/restore",
        "back": f"{BACKUPS}/{backup.id}",
    }
    return Page("tenants/backup_restore.html", context, status=422 if error else 200)


def _destination(session: Session, request: Request) -> BackupDestination:
    found = session.get(BackupDestination, request.path_params["id"])
    if found is None:
        raise NotFound(phrase("There is no such destination."))
    return found


def _backup(session: Session, request: Request) -> Backup:
    found = session.get(Backup, request.path_params["id"])
    if found is None:
        raise NotFound(phrase("There is no such backup."))
    return found


def _kernel(session: Session) -> Kernel:
    return binding(session).context["kernel"]


ROUTES: Final = (
    Route("GET", "/backup-destinations", show_destinations, MANAGE_BACKUPS),
    Route("POST", "/backup-destinations", save_destination, MANAGE_BACKUPS),
    Route("POST", "/backup-destinations/{id:int}/try", try_destination, MANAGE_BACKUPS),
    Route("POST", "/backup-destinations/{id:int}/switch", switch_destination, MANAGE_BACKUPS),
    Route("GET", "/backups/{id}/restore", show_restore, MANAGE_BACKUPS),
    Route("POST", "/backups/{id}/restore", begin_restore, MANAGE_BACKUPS),
    Route("POST", "/organizations/{id}/backup", ask_backup, MANAGE_BACKUPS),
)
SLOTS: Final = (
    Slot("tenants.backups.side", "tenants/backup_side.html", beside_the_backup, SEE_BACKUPS),
    Slot(
        "tenants.organizations.side",
        "tenants/backup_of_organization.html",
        beside_the_organization,
        SEE_BACKUPS,
    ),
)
