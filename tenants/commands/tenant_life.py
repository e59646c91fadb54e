"""`aorabooks tenant rename|clone|export|delete|restore|purge|bin`: what happens to a tenant later.

What is interrupted is finished by a worker, or by the next look of `aorabooks doctor`.
"""

from __future__ import annotations

import getpass
import os
from collections.abc import Callable
from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select
from sqlalchemy.orm import Session, joinedload

from core.db.session import Author
from core.errors import Conflict
from core.kernel import Kernel
from tenants import organizations
from tenants.commands.console import AsJson, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.commands.tenant import Slug, show_tenant
from tenants.control import control
from tenants.life import finishing, steps
from tenants.life_models import Binned
from tenants.models import Organization

app = typer.Typer(no_args_is_help=True)

Confirm = Annotated[
    str | None, typer.Option("--confirm", metavar="SLUG", help="The slug again; else it is asked.")
]


@app.command()
def rename(
    slug: Slug,
    new: Annotated[str, typer.Argument(metavar="NEW", help="Its name in addresses from now on.")],
    as_json: AsJson = False,
) -> None:
    """Give a tenant another slug; the old one leads there for a while."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            steps.rename(session, _locked(session, slug), new)
        show_tenant(kernel, new, as_json)


@app.command()
def clone(
    slug: Slug,
    new: Annotated[str, typer.Argument(metavar="NEW", help="The copy's name in addresses.")],
    masked: Annotated[
        bool,
        typer.Option("--masked", help="Replace names, mail addresses, phones and tax numbers."),
    ] = False,
    title: Annotated[str, typer.Option(help="The copy's name; default: the same.")] = "",
    as_json: AsJson = False,
) -> None:
    """Copy a tenant while people work in it, to try things in; nothing leaves the copy."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            made, _ = steps.copy(session, _locked(session, slug), new, title=title, masked=masked)
        _finish(kernel, made.id, f"Copying {slug}", as_json)
        show_tenant(kernel, new, as_json)


@app.command()
def export(
    slug: Slug,
    file: Annotated[Path, typer.Argument(metavar="FILE", dir_okay=False, help="A .zip to write.")],
    as_json: AsJson = False,
) -> None:
    """Write everything that a tenant has into one file: its database, its tables, its files."""
    if file.exists():
        raise Conflict(f"{file} exists.", fix="Choose another name, or remove it first.")
    draft = file.with_name(f".{file.name}.part")
    with opened() as kernel, working(f"Exporting {slug}", silent=as_json) as progress:
        with kernel.session(control(kernel), readonly=True) as session:
            found = organizations.find(session, slug)
        try:
            who = Author(os.environ.get("SUDO_USER") or getpass.getuser(), None, "", "command line")
            finishing.pack(kernel, found.id, draft, lambda _, text: progress(text), who)
            draft.replace(file)
        finally:
            draft.unlink(missing_ok=True)
    if as_json:
        print_json({"slug": slug, "file": str(file), "size": file.stat().st_size})
    else:
        tell(f"{file} has {file.stat().st_size:,} bytes.")


@app.command()
def delete(slug: Slug, confirm: Confirm = None, as_json: AsJson = False) -> None:
    """Put a tenant into the bin: nobody is served, and it can be restored for some weeks."""
    typed = _asked(slug, confirm)
    _carry_out(
        slug,
        lambda session, organization: steps.put_into_bin(session, organization, typed),
        f"Deleting {slug}",
        as_json,
    )


@app.command()
def restore(slug: Slug, as_json: AsJson = False) -> None:
    """Bring a tenant back from the bin, as it was."""
    _carry_out(slug, steps.restore, f"Restoring {slug}", as_json)


@app.command()
def purge(slug: Slug, confirm: Confirm = None, as_json: AsJson = False) -> None:
    """Remove a tenant that is in the bin for good, before its time."""
    typed = _asked(slug, confirm)
    _carry_out(
        slug,
        lambda session, organization: steps.purge(session, organization, typed),
        f"Removing {slug}",
        as_json,
    )


@app.command("bin")
def bin_(as_json: AsJson = False) -> None:
    """What can be restored, and until when."""
    kept = select(Binned).options(joinedload(Binned.organization)).order_by(Binned.until)
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        found = [
            {
                "slug": each.organization.slug,
                "title": each.organization.title,
                "status": each.organization.status,
                "deleted_at": each.created_at.isoformat(timespec="seconds"),
                "until": each.until.isoformat(timespec="seconds"),
                "by": each.by,
            }
            for each in session.scalars(kept)
        ]
    if as_json:
        print_json(found)
        return
    columns = ("slug", "title", "status", "deleted_at", "until", "by")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="The bin is empty.")


def _carry_out(
    slug: str, begin: Callable[[Session, Organization], int], saying: str, as_json: bool
) -> None:
    """Begin a step and do it here and now; print the tenant, if it is still there."""
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            organization = _locked(session, slug)
            begin(session, organization)
        _finish(kernel, organization.id, saying, as_json)
        with kernel.session(control(kernel), readonly=True) as session:
            there = session.get(Organization, organization.id) is not None
        if there:
            show_tenant(kernel, slug, as_json)
        elif as_json:
            print_json({"slug": slug, "status": "gone"})


def _finish(kernel: Kernel, organization_id: str, saying: str, as_json: bool) -> None:
    with working(saying, silent=as_json) as progress:
        finishing.finish(kernel, organization_id, progress)


def _locked(session: Session, slug: str) -> Organization:
    return steps.locked(session, organizations.find(session, slug).id)


def _asked(slug: str, confirm: str | None) -> str:
    if confirm is not None:
        return confirm
    return typer.prompt(f"Type {slug} to go on", err=True)
