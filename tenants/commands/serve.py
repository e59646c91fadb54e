"""`aorabooks serve` and `aorabooks worker`: the two kinds of process of a larger installation."""

from __future__ import annotations

from dataclasses import replace
from typing import Annotated

import typer

from core import config, log
from core.config import Config
from tenants.composition import load_catalog
from tenants.processes import platform, port
from tenants.processes.web import serve_alone
from tenants.processes.work import work

Bind = Annotated[
    str | None, typer.Option("--bind", help="Address to serve on; default: this machine alone.")
]


def serve(
    bind: Bind = None,
    port_number: Annotated[int | None, typer.Option("--port", help="AORABOOKS_PORT.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="AORABOOKS_WEB_PROCESSES.")
    ] = None,
) -> None:
    """Serve the web."""
    settings = with_options(config.from_environment(), port_number, processes)
    with port.bind(bind or default_bind(settings), settings.port) as bound:
        log.configure()
        catalog = load_catalog(settings)
        if settings.web_processes == 1:
            serve_alone(settings, catalog, bound)
        else:
            platform.run(settings, catalog, bound)


def worker(
    threads: Annotated[
        int | None, typer.Option(min=1, max=64, help="AORABOOKS_WORKER_THREADS.")
    ] = None,
) -> None:
    """Run jobs."""
    settings = config.from_environment()
    if threads is not None:
        settings = replace(settings, worker_threads=threads)
    log.configure()
    work(settings, load_catalog(settings))


def default_bind(settings: Config) -> str:
    """Whoever gives the platform a domain wants it to be reached from elsewhere."""
    return "127.0.0.1" if settings.base_domain == "localhost" else "0.0.0.0"  # noqa: S104


def with_options(settings: Config, port_number: int | None, processes: int | None) -> Config:
    """The environment's settings, less what the command line says otherwise."""
    if port_number is not None:
        settings = replace(settings, port=port_number)
    if processes is not None:
        settings = replace(settings, web_processes=processes)
    return settings
