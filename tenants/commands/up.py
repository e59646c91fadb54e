"""`aorabooks up`: everything on this machine, from nothing to pages that can be opened."""

from __future__ import annotations

from typing import Annotated

import typer

from core import config
from tenants.commands.console import working
from tenants.commands.serve import Bind, SafeMode, default_bind, with_options
from tenants.control import find_cluster
from tenants.processes import parent, port

app = typer.Typer()


@app.command()
def up(
    bind: Bind = None,
    port_number: Annotated[int | None, typer.Option("--port", help="AORABOOKS_PORT.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="AORABOOKS_WEB_PROCESSES.")
    ] = None,
    safe_mode: SafeMode = False,
) -> None:
    """Start PostgreSQL, make what is missing, serve web and jobs until Ctrl-C."""
    settings = with_options(config.from_environment(), port_number, processes, safe_mode)
    bound = port.bind(bind or default_bind(settings), settings.port)
    with working("Starting PostgreSQL"):
        # Runs on when this process becomes another, which finds it running.
        find_cluster(settings)
    parent.become(settings, bound=bound, works=True, prepare=True)
