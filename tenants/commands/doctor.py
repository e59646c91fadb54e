"""`aorabooks doctor` and `aorabooks migrate`: is all well, and is all up to date?"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import asdict
from typing import Annotated

import typer

from core.addons.upgrading import ensure_current
from core.errors import AppError
from core.kernel import Kernel
from tenants import health, organizations
from tenants.backups import alarms
from tenants.commands.console import AsJson, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, find_tenant, opened
from tenants.control import control
from tenants.health import Finding
from tenants.provisioning.templates import Progress

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
        else:
            found = find_tenant(kernel, tenant)
            ensure_current(kernel, found)
            findings = list(health.of_tenant(kernel, found))
    _show(findings, as_json)
    if not all(finding.holds for finding in findings):
        raise typer.Exit(1)


@app.command()
def migrate(
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="SLUG", help="This one alone.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Bring the control plane and the tenants' tables up to the code."""
    with opened() as kernel, working("Bringing tables up to date", silent=as_json) as progress:
        outcome = bring_up(kernel, [tenant] if tenant else None, progress)
    if as_json:
        print_json(outcome)
    else:
        print_table(("tenant", "outcome"), list(outcome.items()), empty="There are no tenants.")
    if any(said.startswith("failed") for said in outcome.values()):
        raise typer.Exit(1)


def bring_up(
    kernel: Kernel, slugs: list[str] | None = None, progress: Progress = lambda _: None
) -> dict[str, str]:
    """Bring the tables of these tenants, or of all, to what this process has loaded; what came of
    it by slug."""
    slugs = _active(kernel) if slugs is None else slugs
    outcome = {}
    for number, slug in enumerate(slugs, start=1):
        progress(f"{slug} ({number} of {len(slugs)})")
        outcome[slug] = _migrate_one(kernel, slug)
    return outcome


def _active(kernel: Kernel) -> list[str]:
    with kernel.session(control(kernel), readonly=True) as session:
        return [o.slug for o in organizations.every(session) if o.status == "active"]


def _migrate_one(kernel: Kernel, slug: str) -> str:
    try:
        done = ensure_current(kernel, find_tenant(kernel, slug), actor=COMMAND_LINE)
    except AppError as error:
        return f"failed: {error.message}"
    if done.suspended:
        return "failed: " + "; ".join(f"{name}: {why}" for name, why in done.suspended.items())
    return f"upgraded {', '.join(done.addons)}" if done.addons else "up to date"


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
