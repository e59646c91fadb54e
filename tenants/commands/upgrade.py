"""`aorabooks migrate` and `aorabooks upgrade ...`: all companies to the release that is here."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import asdict
from typing import Annotated, Any

import typer

from core.addons.upgrading import ensure_current
from core.errors import AppError
from core.kernel import Kernel
from tenants.commands.console import AsJson, counting, print_fields, print_json, print_table, tell
from tenants.commands.opening import COMMAND_LINE, find_tenant, opened
from tenants.control import control
from tenants.upgrading import fleet, runs
from tenants.upgrading.fleet import Outcome
from tenants.upgrading.models import UpgradeRun
from tenants.upgrading.runs import Progress

app = typer.Typer(no_args_is_help=True)


@app.command()
def migrate(
    tenant: Annotated[
        str | None, typer.Option("--tenant", metavar="SLUG", help="This one alone.")
    ] = None,
    parallel: Annotated[
        int | None,
        typer.Option(min=1, max=64, help="So many at once; default: one for each processor."),
    ] = None,
    look: Annotated[
        bool, typer.Option("--look", help="Look into every database, whatever is recorded of it.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Bring the control plane and the tenants' tables up to the code, canaries first."""
    with opened() as kernel:
        if tenant is not None:
            said = _one(kernel, tenant)
            _show({tenant: said}, as_json)
            raise typer.Exit(1 if said.startswith("failed") else 0)
        with counting("Bringing tables up to date", silent=as_json) as count:
            outcome = fleet.upgrade_all(
                kernel, parallel=parallel, look=look, actor=COMMAND_LINE, watch=_watch(count)
            )
    _end(outcome, as_json)


@app.command()
def show(as_json: AsJson = False) -> None:
    """How far the newest upgrade of all tenants is, and which of them failed."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        run = runs.newest(session)
        progress = None if run is None else runs.progress_of(session, run.id)
    if as_json:
        print_json(None if progress is None else _described(progress))
    elif progress is None:
        tell("There was no upgrade yet: aorabooks migrate")
    else:
        _show_progress(progress)


@app.command()
def pause(as_json: AsJson = False) -> None:
    """Begin with no further tenant; those under way are finished."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        progress = runs.progress_of(session, runs.pause(session).id)
    (print_json(_described(progress)) if as_json else _show_progress(progress))


@app.command()
def resume(as_json: AsJson = False) -> None:
    """Go on with an upgrade that rests; after canaries that failed, without them."""
    _go_on(runs.resume, as_json)


@app.command()
def retry(as_json: AsJson = False) -> None:
    """Try the tenants again that failed in the newest upgrade."""
    _go_on(runs.retry, as_json)


def _go_on(change: Callable[..., UpgradeRun], as_json: bool) -> None:
    with opened() as kernel, counting("Going on", silent=as_json) as count:
        outcome = fleet.go_on(kernel, change, actor=COMMAND_LINE, watch=_watch(count))
    _end(outcome, as_json)


def _one(kernel: Kernel, slug: str) -> str:
    try:
        done = ensure_current(kernel, find_tenant(kernel, slug), actor=COMMAND_LINE)
    except AppError as error:
        return f"failed: {error.message}"
    if done.suspended:
        return "failed: " + "; ".join(f"{name}: {why}" for name, why in done.suspended.items())
    return f"upgraded {', '.join(done.addons)}" if done.addons else "up to date"


def _watch(count: Callable[[int, int, str], None]) -> Callable[[Progress], None]:
    def watch(progress: Progress) -> None:
        failed = f"{progress.failed} failed" if progress.failed else ""
        canaries = "canaries" if progress.ring == runs.CANARIES and progress.canaries else ""
        working = ", ".join(progress.working[:3])
        text = "; ".join(filter(None, (canaries, failed, working)))
        count(progress.ended, progress.total, text)

    return watch


def _end(outcome: Outcome, as_json: bool) -> None:
    _show(outcome.said, as_json)
    if outcome.run is not None and outcome.run.status == "paused":
        tell(f"The upgrade rests. {outcome.run.note} Go on with: aorabooks upgrade resume")
    if not outcome.is_well:
        raise typer.Exit(1)


def _show(said: dict[str, str], as_json: bool) -> None:
    if as_json:
        print_json(said)
    else:
        print_table(("tenant", "outcome"), list(said.items()), empty="There are no tenants.")


def _show_progress(progress: Progress) -> None:
    described = _described(progress)
    failures = described.pop("failures")
    print_fields(described)
    rows = [(each["slug"], each["addons"], each["reason"]) for each in failures]
    print_table(("failed", "addons", "reason"), rows, empty="None has failed.")


def _described(progress: Progress) -> dict[str, Any]:
    return asdict(progress)
