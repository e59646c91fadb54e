"""`aorabooks tenant standby`: databases that stand ready for new tenants."""

from __future__ import annotations

from typing import Annotated

import typer
from sqlalchemy import select

from tenants.commands.console import AsJson, print_json, print_table, working
from tenants.commands.opening import opened
from tenants.control import control
from tenants.life_models import StandbySet
from tenants.provisioning import standby as standby_databases

app = typer.Typer()


@app.command()
def standby(
    fill: Annotated[
        bool, typer.Option("--fill", help="Make what is missing now; workers do it by themselves.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Databases that stand ready for new tenants, by server and set of addons."""
    with opened() as kernel:
        if fill:
            with working("Filling up", silent=as_json):
                standby_databases.fill(kernel)
        with kernel.session(control(kernel), readonly=True) as session:
            found = [
                {
                    "server": each.server.name,
                    "ready": each.ready,
                    "size": each.size,
                    "addons": [name for name in each.addons if name != "core"],
                    "asked_at": each.asked_at.isoformat(timespec="seconds"),
                }
                for each in session.scalars(select(StandbySet).order_by(StandbySet.id))
            ]
    if as_json:
        print_json(found)
        return
    columns = ("server", "ready", "size", "addons", "asked_at")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="No tenant was made yet, so none is expected.")
