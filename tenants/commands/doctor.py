"""`aorabooks doctor`: is all well?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from core.addons.upgrading import ensure_current
from tenants import health
from tenants.backups import alarms
from tenants.commands.console import AsJson, print_json, print_table, tell, working
from tenants.commands.opening import find_tenant, opened
from tenants.health import Finding
from tenants.moving import jobs as move_jobs

app = typer.Typer()


@app.command()
def doctor(
    tenant: Annotated[
        str | None,
        typer.Option("--tenant", metavar="SLUG", help="Check this tenant's invariants."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Look for what is wrong: with the platform, or with one tenant's data."""
    with opened() as kernel, working("Looking", silent=as_json):
        if tenant is None:
            findings = [*health.of_platform(kernel), *alarms.look(kernel)]
            findings += move_jobs.leftovers(kernel)
        else:
            found = find_tenant(kernel, tenant)
            ensure_current(kernel, found)
            findings = list(health.of_tenant(kernel, found))
    _show(findings, as_json)
    if not all(finding.holds for finding in findings):
        raise typer.Exit(1)


def _show(findings: Iterable[Finding], as_json: bool) -> None:
    if as_json:
        print_json([asdict(finding) for finding in findings])
        return
    rows = [
        ("ok" if finding.holds else "WRONG", finding.name, finding.figure) for finding in findings
    ]
    print_table(("", "what", "figure"), rows, empty="There is nothing to check.")
    for finding in findings:
        if not finding.holds:
            tell(f"{finding.name}: {finding.detail}")
