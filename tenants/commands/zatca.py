"""`aorabooks zatca`: electronic invoices of a tenant, from the operator's side."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from core.addons.states import view
from core.api import utc_now
from core.errors import Conflict, NotFound
from tenants.commands.console import AsJson, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, opened_for

app = typer.Typer()


@app.callback()
def group() -> None:
    """Electronic invoices of Saudi Arabia."""


@app.command()
def doctor(
    tenant: Annotated[str, typer.Argument(metavar="TENANT", help="The tenant, by its slug.")],
    as_json: AsJson = False,
) -> None:
    """Verify every link of every chain from the first; exit status 1 where one is not sound."""
    # An addon: no other command waits for its models.
    from addons.zatca.api import examine

    with (
        opened_for(tenant) as (kernel, found),
        working("Verifying chains", silent=as_json),
        kernel.session(found, actor=COMMAND_LINE) as session,
    ):
        if "zatca.send" not in view(session).jobs:
            raise NotFound("This tenant issues no electronic invoices.", fix="Enable zatca first.")
        chains = examine(session)
    if as_json:
        print_json([{**asdict(chain), "sound": chain.sound} for chain in chains])
    else:
        print_table(
            ("device", "documents", "place", "number", "wrong"),
            [
                (chain.device, chain.links, one.counter, one.number, one.message)
                for chain in chains
                for one in chain.complaints
            ],
            empty=f"{sum(chain.links for chain in chains)} documents, all chains are sound.",
        )
    if not all(chain.sound for chain in chains):
        raise typer.Exit(1)


@app.command()
def samples(
    folder: Annotated[Path, typer.Argument(metavar="DIR", help="A folder, new or empty.")],
) -> None:
    """Write one signed document for every scenario, to be put before any validator.

    All are links of one chain: index.csv names the previous hash that each must have, its own, and
    its QR code. They are signed by a key made for them, under a certificate of nobody.
    """
    from addons.zatca.samples.writing import write_samples

    if folder.exists() and (not folder.is_dir() or any(folder.iterdir())):
        raise Conflict(f"{folder} is not empty.", fix="Name a new folder.")
    count = write_samples(folder, utc_now())
    tell(f"{count} documents in {folder}; index.csv says what each must be.")
