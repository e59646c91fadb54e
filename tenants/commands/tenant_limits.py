"""`aorabooks tenant limits`: what a tenant may take of the platform."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated, Final

import typer

from tenants import organizations
from tenants.commands.console import AsJson, print_json, print_table
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.commands.tenant import Slug
from tenants.control import control
from tenants.limits import NAMES, allowance_of, column, set_limits

app = typer.Typer()

Bound = Annotated[int | None, typer.Option(metavar="NUMBER", show_default=False)]
_SHOWN: Final = ("limit", "value", "own")


@app.command()
def limits(
    slug: Slug,
    statement_seconds: Bound = None,
    job_seconds: Bound = None,
    connections: Bound = None,
    jobs: Bound = None,
    storage_mb: Bound = None,
    requests_per_second: Bound = None,
    reset: Annotated[
        bool, typer.Option("--reset", help="Drop its own first; the platform's count again.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Show or set what a tenant may take; 0 is no bound of its own. Counts within a second."""
    given = {
        "statement_seconds": statement_seconds,
        "job_seconds": job_seconds,
        "connections": connections,
        "jobs": jobs,
        "storage_mb": storage_mb,
        "requests_per_second": requests_per_second,
    }
    wanted = {column(name): value for name, value in given.items() if value is not None or reset}
    with opened() as kernel:
        plane = control(kernel)
        with kernel.session(plane, actor=COMMAND_LINE, readonly=not wanted) as session:
            found = organizations.find(session, slug)
            if wanted:
                set_limits(session, found, wanted)
            own = {name: getattr(found, column(name)) for name in NAMES}
        row = {column(name): value for name, value in own.items()}
        counts = asdict(allowance_of(row, kernel.config.allowance))
    if as_json:
        print_json({name: {"value": counts[name], "own": own[name]} for name in NAMES})
        return
    rows = [[name, counts[name], "" if own[name] is None else own[name]] for name in NAMES]
    print_table(_SHOWN, rows, empty="")
