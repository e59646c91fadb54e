"""`aorabooks up`: everything on this machine, from nothing to pages that can be opened."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from core import config, log
from core.addons.catalog import Catalog
from core.config import Config
from core.kernel import Kernel
from tenants import first_run, organizations
from tenants.commands.console import print_table, working
from tenants.commands.opening import origin
from tenants.commands.serve import Bind, default_bind, with_options
from tenants.composition import kernel_on, load_catalog
from tenants.control import Cluster, control, find_cluster
from tenants.first_run import FirstAccount
from tenants.processes import platform, port
from tenants.processes.database import DatabaseKeeper
from tenants.processes.supervisor import Program
from tenants.processes.work import work

SHOWN_TENANTS = 10


def up(
    bind: Bind = None,
    port_number: Annotated[int | None, typer.Option("--port", help="AORABOOKS_PORT.")] = None,
    processes: Annotated[
        int | None, typer.Option(min=1, max=256, help="AORABOOKS_WEB_PROCESSES.")
    ] = None,
) -> None:
    """Start PostgreSQL, make what is missing, serve web and jobs until Ctrl-C."""
    settings = with_options(config.from_environment(), port_number, processes)
    with port.bind(bind or default_bind(settings), settings.port) as bound:
        with working("Starting PostgreSQL"):
            cluster = find_cluster(settings)
        database = DatabaseKeeper(cluster)
        try:
            catalog = load_catalog(settings)
            _prepare(settings, cluster, catalog)
            log.configure()
            worker = Program("worker", lambda: work(settings, catalog))
            platform.run(settings, catalog, bound, beside=[worker], look=database.look)
        finally:
            database.stop()
            cluster.stop()


def _prepare(settings: Config, cluster: Cluster, catalog: Catalog) -> None:
    """Everything that needs doing before processes start; nothing of it stays open."""
    accounts: list[FirstAccount] = []
    with (
        working("Preparing the control plane") as progress,
        kernel_on(settings, cluster, catalog) as kernel,
    ):
        if first_run.is_first_run(kernel):
            accounts = list(first_run.set_up(kernel, progress))
        addresses = _addresses(kernel)
    for refused in catalog.refused:
        typer.echo(f"Left out: {refused.name}: {refused.reason}", err=True)
    _welcome(settings, accounts, addresses)


def _addresses(kernel: Kernel) -> list[tuple[str, str]]:
    with kernel.session(control(kernel), readonly=True) as session:
        found = organizations.every(session)
    shown = [(each.title, origin(kernel.config, each.slug)) for each in found[:SHOWN_TENANTS]]
    if len(found) > SHOWN_TENANTS:
        shown.append((f"and {len(found) - SHOWN_TENANTS} more", "aorabooks tenant list"))
    return [("Control plane", origin(kernel.config, control(kernel).slug)), *shown]


def _welcome(
    settings: Config, accounts: list[FirstAccount], addresses: list[tuple[str, str]]
) -> None:
    typer.echo("\nAorabooks is ready.\n")
    if accounts:
        rows = [
            (
                account.tenant.title,
                origin(settings, account.tenant.slug),
                account.email,
                account.one_time_password,
            )
            for account in accounts
        ]
        print_table(("", "address", "e-mail", "one-time password"), rows, empty="")
        typer.echo("\nEach password works once: you choose your own when you sign in.")
    else:
        print_table(("", "address"), addresses, empty="")
        typer.echo("\nA password is lost? aorabooks user reset EMAIL --tenant SLUG")
    typer.echo("Stop with Ctrl-C.\n")
    sys.stdout.flush()
