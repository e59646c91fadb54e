"""Deletes an addon's data from a tenant, after writing all of it to a file."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING

from sqlalchemy import delete
from sqlalchemy.schema import DropSchema

from core.addons import relations, tables
from core.addons.export import export
from core.addons.models import StoredOptions
from core.addons.preview import obstacles_to_purging
from core.addons.transaction import blaming, catalog_of, changing, current, note, record, refresh
from core.db import stamps
from core.errors import AppError, NeedsConfirmation
from core.i18n.phrases import phrase

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from core.auth.actor import Actor
    from core.kernel import Kernel
    from core.tenancy.tenant import Tenant


@dataclass(frozen=True, slots=True)
class Purged:
    """What was deleted, and the file that holds it; None if there was nothing to delete."""

    rows: int
    file: Path | None


def confirmation_for(name: str) -> str:
    """What has to be typed to purge this addon."""
    return f"purge {name}"


def purge(
    kernel: Kernel,
    tenant: Tenant,
    name: str,
    *,
    confirmation: str = "",
    actor: Actor | None = None,
) -> Purged:
    """Export the addon's rows to a file below `var`, then drop its schema and options.

    Raises Conflict while the addon is switched on or others refer to its records, and
    NeedsConfirmation until `confirmation` is what that error's key says.
    """
    folder = kernel.config.var / tenant.id / "exports"
    with contextlib.ExitStack() as on_failure:
        with changing(kernel, tenant, actor, action="purge") as session:
            state, catalog = current(session), catalog_of(session)
            row = state.rows.get(name)
            if row is None or row.state == "purged":
                relations.find(catalog, name)
                return Purged(0, None)
            for obstacle in obstacles_to_purging(session, catalog, state, name):
                raise obstacle
            _confirm(session, name, confirmation)
            file, rows = export(session, name, folder)
            on_failure.callback(file.unlink, missing_ok=True)
            _delete(session, name)
            note(session, name, "purge", rows=rows, file=file.name, version=row.version)
        # Committed: the file is all that is left, so it stays.
        on_failure.pop_all()
    return Purged(rows, file)


def _confirm(session: Session, name: str, confirmation: str) -> None:
    if confirmation != confirmation_for(name):
        rows = sum(tables.counts(session, name).values())
        raise NeedsConfirmation(
            phrase("This deletes {rows} records of {addon} for good.", rows=rows, addon=name),
            key=confirmation_for(name),
            fix=phrase("Type: {words}", words=confirmation_for(name)),
        )


def _delete(session: Session, name: str) -> None:
    catalog = catalog_of(session)
    if name in catalog.addons:
        with blaming(catalog.addons[name], "addon_purging", passing=(AppError,)):
            catalog.call("addon_purging", name, session=session)
            session.flush()
    session.execute(DropSchema(name, cascade=True, if_exists=True))
    stamps.forget(session.connection(), name)
    session.execute(delete(StoredOptions).where(StoredOptions.addon == name))
    record(session, name, "purged", head=None, digest="")
    refresh(session)
