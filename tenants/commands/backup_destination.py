"""`aorabooks backup destination`: where backups go."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import select

from core.errors import Conflict
from core.kernel import Kernel
from tenants.backups import destinations
from tenants.backups.models import BackupDestination
from tenants.commands.console import AsJson, print_json, print_table, working
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.control import control

app = typer.Typer()


@app.command()
def destination(
    name: Annotated[str, typer.Argument(metavar="NAME", help="What you call it.")],
    scheme: Annotated[
        str, typer.Option(metavar="SCHEME", help="As OpenDAL says: fs, s3, dropbox, gdrive, …")
    ] = "",
    option: Annotated[
        list[str] | None, typer.Option(metavar="NAME=VALUE", help="One of its options.")
    ] = None,
    close: Annotated[bool, typer.Option("--close", help="Take no new backups there.")] = False,
    reopen: Annotated[bool, typer.Option("--reopen", help="Take them there again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Declare a destination or change it, and try it: write, read and delete something there."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        if scheme:
            given = destinations.parse_options("\n".join(option or []))
            found = destinations.declare(
                session, kernel.secrets, name=name, scheme=scheme, options=given
            )
        else:
            found = destinations.named(session, name)
        if close or reopen:
            found.status = "closed" if close else "active"
        with working(f"Trying {name}", silent=as_json):
            problem = destinations.try_out(session, kernel.secrets, found)
        rows = [_described(kernel, found)]
    _show(rows, as_json)
    if problem:
        raise Conflict(problem, fix="It is kept. Mend it, then give the command again.")


@app.command("destinations")
def list_(as_json: AsJson = False) -> None:
    """The destinations there are. New backups go to the first that is active."""
    statement = select(BackupDestination).order_by(BackupDestination.id)
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        rows = [_described(kernel, each) for each in session.scalars(statement)]
    _show(rows, as_json)


def _described(kernel: Kernel, row: BackupDestination) -> dict[str, Any]:
    return {
        "name": row.name,
        "scheme": row.scheme,
        "status": row.status,
        "options": destinations.shown_options(kernel.secrets, row),
        "problem": row.problem,
    }


def _show(rows: list[dict[str, Any]], as_json: bool) -> None:
    if as_json:
        print_json(rows)
        return
    columns = ("name", "scheme", "status", "options", "problem")
    print_table(
        columns,
        [[row[column] for column in columns] for row in rows],
        empty="Backups go nowhere yet: aorabooks backup destination NAME --scheme …",
    )
