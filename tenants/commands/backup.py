"""`aorabooks backup`: backups of tenants, their proofs, and the way back."""

from __future__ import annotations

import os
from dataclasses import replace
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from core.errors import AppError, Conflict, InvalidInput, NotFound, Unavailable
from core.kernel import Kernel
from core.tenancy.tenant import DatabaseAddress, Tenant
from tenants import organizations
from tenants.backups import decrypting, keys, making, proving, restoring
from tenants.backups.models import Backup
from tenants.backups.reading import BackupReader, open_backup
from tenants.backups.sealing import Damaged
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, find_tenant, note_access, opened
from tenants.commands.server import PASSWORD
from tenants.control import control, parse_address
from tenants.provisioning.templates import Progress

app = typer.Typer()

BackupId = Annotated[str, typer.Argument(metavar="ID", help="The backup; `backup list` has them.")]
Confirm = Annotated[
    str, typer.Option(metavar="SLUG", help="The tenant's slug again, where none is typed.")
]


@app.callback()
def group() -> None:
    """Backups of tenants: make, list, prove, restore, decrypt; where they go."""


@app.command()
def run(
    tenant: Annotated[
        str | None,
        typer.Option("--tenant", metavar="SLUG", help="This one alone; app is the control plane."),
    ] = None,
    recovered: Annotated[
        str,
        typer.Option(
            "--from",
            metavar="URL",
            help="Of the tenant as it is on this server, which was brought back to an earlier"
            f" moment. A password may be in {PASSWORD}.",
        ),
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Back up now: all tenants and the control plane, or one; go on with what was interrupted."""
    if recovered and not tenant:
        raise InvalidInput("Say which tenant is to be taken out of that server: --tenant SLUG.")
    with opened() as kernel, working("Backing up", silent=as_json) as progress:
        slugs = [tenant] if tenant else _every(kernel)
        if tenant:
            note_access(kernel, find_tenant(kernel, tenant))
        rows = [_back_up(kernel, slug, progress, recovered) for slug in slugs]
    _show_rows(rows, as_json)
    if any(row["status"] != "whole" for row in rows):
        raise typer.Exit(1)


@app.command("list")
def list_(
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="SLUG", help="Of this one alone.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """The backups there are, the newest first."""
    statement = select(Backup).where(Backup.status != "expired").order_by(Backup.begun_at.desc())
    if tenant:
        statement = statement.where(Backup.slug == tenant)
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        rows = [_described(row) for row in session.scalars(statement)]
    _show_rows(rows, as_json)


@app.command()
def prove(
    backup_id: Annotated[
        str | None, typer.Argument(metavar="[ID]", help="Without it, the newest of each tenant.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Restore backups where nobody sees them, and run all invariants on what came back."""
    with opened() as kernel, working("Proving", silent=as_json) as progress:
        wanted = [backup_id] if backup_id else _newest(kernel)
        rows = [_described(proving.prove(kernel, each, progress)) for each in wanted]
    _show_rows(rows, as_json)
    if any(row["proof"] != "held" for row in rows):
        raise typer.Exit(1)


@app.command()
def restore(
    backup_id: BackupId,
    as_: Annotated[
        str, typer.Option("--as", metavar="SLUG", help="Make it a new tenant of this slug.")
    ] = "",
    confirm: Confirm = "",
    as_json: AsJson = False,
) -> None:
    """Make a tenant of a backup: a new one, or the one it was taken of, whose database as it is
    now is put aside and closed."""
    with opened() as kernel:
        found = _noted(kernel, backup_id)
        if not as_:
            _require_confirmed(found.slug, confirm)
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            row = restoring.begin(kernel, session, found, slug=as_, asked_by=COMMAND_LINE.name)
        with working(f"Restoring {backup_id}", silent=as_json) as progress:
            done = restoring.restore(kernel, row.id, progress)
    if done.status != "done":
        raise Conflict(done.problem, fix="Nothing was changed. Take another backup, or mend it.")
    described = {"backup": backup_id, "tenant": done.slug, "put_aside": done.put_aside}
    (print_json if as_json else print_fields)(described)


@app.command()
def decrypt(
    backup: Annotated[
        str, typer.Argument(metavar="ID|FOLDER", help="A backup, or a folder with its objects.")
    ],
    to: Annotated[Path, typer.Option("--to", metavar="DIR", help="Where the files are written.")],
    key_file: Annotated[
        Path | None,
        typer.Option("--key-file", metavar="FILE", help="A key that `backup key` printed."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Open a backup: about.json, files.tar and database.dump, for PostgreSQL's pg_restore."""
    given = keys.from_text(key_file.read_text()) if key_file is not None else None
    folder = Path(backup)
    try:
        if folder.is_dir():
            written = decrypting.decrypt(_reader_of_folder(folder, given), to)
        else:
            with opened() as kernel, working("Decrypting", silent=as_json):
                reader = proving.reader_of(kernel, _noted(kernel, backup))
                written = decrypting.decrypt(reader, to)
    except Damaged as error:
        raise Conflict(f"The backup is damaged: {error}.", fix="Take another one.") from error
    if as_json:
        print_json([str(path) for path in written])
    else:
        for path in written:
            typer.echo(path)


@app.command()
def key(
    slug: Annotated[str, typer.Argument(metavar="SLUG", help="The tenant; app: control plane.")],
) -> None:
    """Print the key of a tenant's backups, for somebody who shall open them without the platform.
    Whoever has it reads every backup of this tenant."""
    with opened() as kernel:
        found = find_tenant(kernel, slug)
        note_access(kernel, found)
        typer.echo(keys.as_text(keys.key_of(kernel, found.id)))


def back_up(slug: str, as_json: bool) -> None:
    """`aorabooks tenant backup`."""
    run(slug, as_json=as_json)


def revert_to_newest(slug: str, confirm: str, as_json: bool) -> None:
    """`aorabooks tenant revert`: its newest backup that is whole."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        tenant_id = organizations.find(session, slug).id
        newest = session.scalar(
            select(Backup.id)
            .where(Backup.tenant_id == tenant_id, Backup.status == "whole")
            .where(Backup.recovered_from == "")
            .order_by(Backup.begun_at.desc())
            .limit(1)
        )
    if newest is None:
        raise NotFound(f"{slug} has no backup.", fix="`aorabooks backup list` shows all there are.")
    restore(newest, "", confirm, as_json)


def _noted(kernel: Kernel, backup_id: str) -> Backup:
    """The backup; whose data it is sees that somebody took it in hands."""
    row = making.load(kernel, backup_id)
    tenant = kernel.directory.find_id(row.tenant_id)
    if tenant is not None:
        try:
            note_access(kernel, tenant)
        except Unavailable:
            tell(f"{tenant.slug} cannot be reached, so it has no line about this.")
    return row


def _back_up(kernel: Kernel, slug: str, progress: Progress, recovered: str) -> dict[str, Any]:
    tenant, who = find_tenant(kernel, slug), COMMAND_LINE.name
    source = _on(recovered, tenant) if recovered else None
    place = "" if source is None else f"{source.host}:{source.port}"
    with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        row = making.begin(session, tenant, asked_by=who, recovered_from=place)
    try:
        return _described(making.make(kernel, row.id, progress, source=source))
    except AppError as error:  # the others are still backed up
        tell(f"{slug}: {error.message} {error.fix}".rstrip())
        return _described(making.load(kernel, row.id))


def _on(url: str, tenant: Tenant) -> DatabaseAddress:
    """The tenant's database on the server of this URL."""
    address = parse_address(url, given_as="--from")
    password = address.password or os.environ.get(PASSWORD, "")
    return replace(address, database=tenant.runtime.database, password=password)


def _every(kernel: Kernel) -> list[str]:
    with kernel.session(control(kernel), readonly=True) as session:
        served = ("active", "suspended")
        known = organizations.every(session)
    mine = [each.slug for each in known if each.status in served and each.sample_of is None]
    return [control(kernel).slug, *mine]


def _newest(kernel: Kernel) -> list[str]:
    statement = (
        select(Backup.id)
        .where(Backup.status == "whole")
        .distinct(Backup.tenant_id)
        .order_by(Backup.tenant_id, Backup.begun_at.desc())
    )
    with kernel.session(control(kernel), readonly=True) as session:
        return list(session.scalars(statement))


def _reader_of_folder(folder: Path, given: bytes | None) -> BackupReader:
    """With the key of a file, or one that the master key of the environment opens."""

    def key_for(tenant_id: str, sealed: str) -> bytes:
        if given is not None:
            return given
        from core import config, secrets

        return keys.unseal(secrets.load(config.from_environment()), tenant_id, sealed)

    return open_backup(decrypting.objects_of(folder), key_for)


def _require_confirmed(slug: str, confirm: str) -> None:
    if not confirm:
        tell(f"What {slug} holds now is put aside and closed, and the backup takes its place.")
        confirm = typer.prompt("Type the tenant's slug to go on", default="", show_default=False)
    if confirm != slug:
        raise InvalidInput(
            "Nothing was done: the slug that was typed is another one.",
            fix=f"Give --confirm {slug}, or restore it as a new tenant with --as.",
        )


def _described(row: Backup) -> dict[str, Any]:
    moment = row.taken_at or row.begun_at
    return {
        "id": row.id,
        "tenant": row.slug,
        "status": row.status,
        "proof": row.proof,
        "recovered_from": row.recovered_from,
        "taken_at": moment.isoformat(timespec="seconds"),
        "size": row.size,
        "files": row.files,
        "problem": row.problem,
    }


def _show_rows(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    columns = ("id", "tenant", "status", "proof", "size", "files", "problem")
    print_table(
        columns,
        [[row[column] for column in columns] for row in rows],
        empty="There are no backups yet: aorabooks backup run",
    )
