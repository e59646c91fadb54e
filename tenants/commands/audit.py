"""`aorabooks audit-pack`: a year's books in one file that an auditor checks without us."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer
from sqlalchemy import select

from core.addons.states import view
from core.errors import NotFound
from tenants.commands.console import AsJson, TenantOption, print_fields, print_json, working
from tenants.commands.opening import COMMAND_LINE, opened_for

app = typer.Typer()


@app.command("audit-pack")
def audit_pack(
    tenant: TenantOption,
    year: Annotated[str, typer.Option("--year", help="The fiscal year, by its name.")],
    to: Annotated[Path, typer.Option("--to", metavar="FILE", dir_okay=False, help="The ZIP file.")],
    as_json: AsJson = False,
) -> None:
    """Write a fiscal year's audit pack to a file, with the program that verifies it."""
    # An addon: no other command waits for its models.
    from addons.accounting.api import FiscalYear, write_audit_pack

    with (
        opened_for(tenant) as (kernel, found),
        working(f"Packing {year}", silent=as_json),
        kernel.session(found, actor=COMMAND_LINE) as session,
    ):
        if "accounting.make_audit_pack" not in view(session).jobs:
            raise NotFound("This tenant keeps no books here.", fix="Enable accounting first.")
        wanted = session.scalar(select(FiscalYear).where(FiscalYear.name == year))
        if wanted is None:
            known = ", ".join(session.scalars(select(FiscalYear.name))) or "none"
            raise NotFound(f"There is no fiscal year {year!r}.", fix=f"There are: {known}.")
        digest = write_audit_pack(session, wanted, to, COMMAND_LINE.name)
    said = {"file": str(to), "bytes": to.stat().st_size, "manifest_sha256": digest}
    (print_json if as_json else print_fields)(said)
