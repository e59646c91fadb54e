"""`aorabooks serve` and `aorabooks worker`: the two kinds of process of a larger installation."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from core import config
from core.config import Config
from tenants.processes import parent, port

app = typer.Typer()

Bind = Annotated[
    str | None, typer.Option("--bind", help="Address to serve on; default: this machine alone.")
]
SafeMode = Annotated[
    bool,
    typer.Option(
        "--safe-mode", help="Leave out all addons that were installed. AORABOOKS_SAFE_MODE."
    ),
]


@app.command()
def serve(
    bind: Bind = None,
    port_number: Annotated[int | None, typer.Option("--port", help="AORABOOKS_PORT.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="AORABOOKS_WEB_PROCESSES.")
    ] = None,
    safe_mode: SafeMode = False,
) -> None:
    """Serve the web."""
    settings = with_options(config.from_environment(), port_number, processes, safe_mode)
    bound = port.bind(bind or default_bind(settings), settings.port)
    parent.become(settings, bound=bound, works=False)


@app.command()
def worker(
    threads: Annotated[
        int | None, typer.Option(min=1, max=64, help="AORABOOKS_WORKER_THREADS.")
    ] = None,
    safe_mode: SafeMode = False,
) -> None:
    """Run jobs."""
    settings = with_options(config.from_environment(), None, None, safe_mode)
    if threads is not None:
        settings = replace(settings, worker_threads=threads)
    parent.become(settings, bound=None, works=True)


def default_bind(settings: Config) -> str:
    """Whoever gives the platform a domain wants it to be reached from elsewhere."""
    return "127.0.0.1" if settings.base_domain == "localhost" else "0.0.0.0"  # noqa: S104


def with_options(
    settings: Config, port_number: int | None, processes: int | None, safe_mode: bool
) -> Config:
    """The environment's settings, less what the command line says otherwise."""
    if port_number is not None:
        settings = replace(settings, port=port_number)
    if processes is not None:
        settings = replace(settings, web_processes=processes)
    return replace(settings, safe_mode=safe_mode or settings.safe_mode)
