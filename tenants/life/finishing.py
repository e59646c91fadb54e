"""Does the rest of a step that was begun, from whatever point a killed process left it at."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.custody.records import record_access, record_safekeeping
from core.custody.takeout import AREA, CHUNK, Say, write_takeout
from core.db.session import Author, binding
from core.errors import NotFound
from core.files import StoredFile
from core.i18n import phrase
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.models import Organization
from tenants.provisioning import binning
from tenants.provisioning.create import finish as finish_creating
from tenants.provisioning.remove import remove
from tenants.provisioning.templates import Progress, quiet

PURPOSE: Final = "export"
DOOR: Final = "control plane"


def finish(kernel: Kernel, organization_id: str, progress: Progress = quiet) -> None:
    """Whatever its status says is under way; nothing where that is done."""
    found = select(Organization).where(Organization.id == organization_id)
    with kernel.session(control(kernel), readonly=True) as session:
        organization = session.scalar(found.options(joinedload(Organization.server)))
    if organization is None:
        return
    server = organization.server
    match organization.status:
        case "creating":
            finish_creating(kernel, organization, server, progress)
        case "binning":
            binning.put_away(kernel, organization, server, progress)
        case "restoring":
            binning.take_back(kernel, organization, server, progress)
        case "deleting":
            progress(phrase("Removing the database and the files"))
            remove(kernel, organization, server)
        case _:
            return
    kernel.directory.forget(organization_id)


def pack(kernel: Kernel, organization_id: str, target: Path, say: Say, author: Author) -> Tenant:
    """Write everything of an organization to a file. Its people see that it was taken, and by
    whom. Raises NotFound for one that is not served."""
    tenant = kernel.directory.find_id(organization_id)
    if tenant is None:
        raise NotFound(phrase("There is no such organization."))
    with kernel.session(tenant) as session:
        record_access(session, operator=author.label, purpose=PURPOSE, door=DOOR)
    write_takeout(target, tenant, kernel.engine, kernel.files, say)
    return tenant


def pack_and_keep(kernel: Kernel, organization_id: str, say: Say, author: Author) -> StoredFile:
    """The same, kept among the control plane's own files, and noted with the organization."""
    with tempfile.TemporaryDirectory(prefix="export-", dir=kernel.config.var) as folder:
        archive = Path(folder) / "everything.zip"
        tenant = pack(kernel, organization_id, archive, say, author)
        stored = kernel.files.store(control(kernel), _chunks(archive), area=AREA)
    with kernel.session(tenant) as session:
        binding(session).author = author
        record_safekeeping(
            session,
            "takeout",
            place=DOOR,
            size=stored.size,
            asked_by=author.label,
            digest="",
        )
    return stored


def _chunks(path: Path) -> Iterator[bytes]:
    with path.open("rb") as file:
        while chunk := file.read(CHUNK):
            yield chunk
