"""`aorabooks addon ...`: what each tenant has, and switching it on and off."""

from __future__ import annotations

import sys
from dataclasses import asdict
from datetime import datetime
from typing import Annotated

import typer

from core.addons import lifecycle, preview, purging, upgrading
from core.addons.preview import Step
from core.addons.status import statuses
from core.errors import AppError, NeedsConfirmation
from core.events.replay import replay
from tenants.commands.console import (
    AsJson,
    TenantOption,
    print_fields,
    print_json,
    print_table,
    tell,
    working,
)
from tenants.commands.opening import COMMAND_LINE, opened_for

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="The addon's name.")]


@app.command("list")
def list_(tenant: TenantOption, as_json: AsJson = False) -> None:
    """All addons, how each stands with the tenant, and why one does not work."""
    with (
        opened_for(tenant, as_it_is=True) as (kernel, found),
        kernel.session(found, readonly=True) as session,
    ):
        shown = [asdict(status) for status in statuses(session)]
        left_out = [asdict(refused) for refused in kernel.catalog.refused]
    if as_json:
        print_json({"addons": shown, "left_out": left_out})
        return
    columns = ("name", "title", "version", "standing", "behind", "reason")
    print_table(columns, [[each[c] for c in columns] for each in shown], empty="No addons.")
    for refused in left_out:
        tell(f"Left out: {refused['name']}: {refused['reason']}")


@app.command("preview")
def preview_(
    name: Name,
    tenant: TenantOption,
    step: Annotated[str, typer.Option(help="enable, disable or purge.")] = "enable",
    as_json: AsJson = False,
) -> None:
    """What enabling (or disabling, or purging) an addon would do; changes nothing."""
    steps: dict[str, Step] = {"enable": "enable", "disable": "disable", "purge": "purge"}
    if step not in steps:
        raise typer.BadParameter(f"{step!r} is none of {', '.join(steps)}", param_hint="--step")
    with opened_for(tenant, as_it_is=True) as (kernel, found):
        told = asdict(preview.preview(kernel, found, name, steps[step]))
    if as_json:
        print_json(told)
    elif not told["addons"]:
        typer.echo(f"Nothing would change: to {step} {name} has been done already.")
    else:
        print_fields({title: value for title, value in told.items() if value})


@app.command()
def enable(name: Name, tenant: TenantOption, as_json: AsJson = False) -> None:
    """Switch an addon on, with what it depends on."""
    with (
        opened_for(tenant, as_it_is=True) as (kernel, found),
        working(f"Enabling {name}", silent=as_json),
    ):
        done = lifecycle.enable(kernel, found, name, actor=COMMAND_LINE)
    _report("Enabled", done, as_json)


@app.command()
def disable(
    name: Name,
    tenant: TenantOption,
    with_dependants: Annotated[
        bool, typer.Option("--with-dependants", help="Disable what needs it, too.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Switch an addon off; its data is kept."""
    with opened_for(tenant, as_it_is=True) as (kernel, found):
        done = lifecycle.disable(
            kernel, found, name, with_dependants=with_dependants, actor=COMMAND_LINE
        )
    _report("Disabled", done, as_json)


@app.command()
def upgrade(
    tenant: TenantOption,
    name: Annotated[
        str, typer.Argument(metavar="[NAME]", help="One that is suspended; default: all.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """Bring the tenant's addons up to the code, those that failed before included."""
    with opened_for(tenant, as_it_is=True) as (kernel, found), working("Upgrading", silent=as_json):
        if name:
            done = upgrading.retry(kernel, found, name, actor=COMMAND_LINE)
        else:
            done = upgrading.upgrade(kernel, found, actor=COMMAND_LINE)
    if as_json:
        print_json({"upgraded": done.addons, "suspended": done.suspended})
    else:
        typer.echo(f"Upgraded: {', '.join(done.addons) or 'nothing was behind'}.")
        for addon, reason in done.suspended.items():
            tell(f"Suspended {addon}: {reason}")
    if done.suspended:
        raise typer.Exit(1)


@app.command("replay")
def replay_(
    name: Name,
    tenant: TenantOption,
    since: Annotated[datetime, typer.Option(formats=["%Y-%m-%d"], help="The first day.")],
    as_json: AsJson = False,
) -> None:
    """Let an addon react to what happened before it was switched on."""
    with (
        opened_for(tenant) as (kernel, found),
        working(f"Replaying to {name}", silent=as_json),
        kernel.session(found, actor=COMMAND_LINE) as session,
    ):
        count = replay(session, name, since.date())
    if as_json:
        print_json({"events": count})
    else:
        typer.echo(f"Events replayed: {count}.")


@app.command()
def purge(
    name: Name,
    tenant: TenantOption,
    confirm: Annotated[str, typer.Option(help="The confirmation, where nobody can be asked.")] = "",
    as_json: AsJson = False,
) -> None:
    """Delete a disabled addon's data for good, after writing it to a file."""
    with opened_for(tenant, as_it_is=True) as (kernel, found):

        def run(confirmation: str) -> purging.Purged:
            return purging.purge(kernel, found, name, confirmation=confirmation, actor=COMMAND_LINE)

        try:
            done = run(confirm)
        except NeedsConfirmation as question:
            done = run(_ask(question))
    file = None if done.file is None else str(done.file)
    (print_json if as_json else print_fields)({"rows": done.rows, "file": file})


def _ask(question: NeedsConfirmation) -> str:
    if not sys.stdin.isatty():
        raise AppError(question.message, fix=f'Run it again with --confirm "{question.key}".')
    tell(question.message)
    return typer.prompt(f'Type "{question.key}" to go on', err=True)


def _report(verb: str, names: tuple[str, ...], as_json: bool) -> None:
    if as_json:
        print_json({verb.lower(): names})
    else:
        typer.echo(f"{verb}: {', '.join(names) or 'nothing, it was so already'}.")
