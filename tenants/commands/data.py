"""`aorabooks import` and `aorabooks report`: files into a tenant, figures out of it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from pathlib import Path
from typing import Annotated, Any, TypeVar

import typer
from sqlalchemy import text

from core.addons.states import view
from core.declare import ImportOutcome, Period, ReportTable
from core.errors import NotFound
from tenants.commands.console import (
    AsJson,
    TenantOption,
    print_json,
    print_table,
    tell,
    working,
)
from tenants.commands.opening import COMMAND_LINE, opened_for

app = typer.Typer()

_DAY = ["%Y-%m-%d"]
Found = TypeVar("Found")


class _NothingKept(Exception):
    """Leaves the transaction of an import that was only tried, or was refused."""


@app.command("import")
def import_(
    kind: Annotated[str, typer.Argument(metavar="KIND", help="What kind of file it is.")],
    file: Annotated[
        Path, typer.Argument(metavar="FILE", exists=True, dir_okay=False, readable=True)
    ],
    tenant: TenantOption,
    dry_run: Annotated[
        bool, typer.Option("--dry-run", help="Check the file and keep nothing.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Read a file into a tenant. A file with a mistake is refused whole; one that was read
    before changes nothing."""
    with opened_for(tenant) as (kernel, found), working(f"Reading {file}", silent=as_json):
        outcome: ImportOutcome | None = None
        try:
            with kernel.session(found, actor=COMMAND_LINE) as session:
                importer = _find("kind of file", view(session).importers, kind)
                outcome = importer.run(session, file.read_bytes(), file.name)
                if dry_run:
                    # What the database would only find out when committing.
                    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))
                if dry_run or outcome.problems:
                    raise _NothingKept
        except _NothingKept:
            pass
    assert outcome is not None
    _tell_outcome(outcome, file, dry_run=dry_run, as_json=as_json)
    if outcome.problems:
        raise typer.Exit(1)


@app.command()
def report(
    name: Annotated[str, typer.Argument(metavar="NAME", help="The report's name.")],
    tenant: TenantOption,
    start: Annotated[
        datetime | None, typer.Option("--from", formats=_DAY, help="First day.")
    ] = None,
    end: Annotated[datetime | None, typer.Option("--to", formats=_DAY, help="Last day.")] = None,
    as_json: AsJson = False,
) -> None:
    """Print a report of a tenant."""
    period = Period(_day(start), _day(end))
    with (
        opened_for(tenant) as (kernel, found),
        kernel.session(found, actor=COMMAND_LINE, readonly=True) as session,
    ):
        table = _find("report", view(session).reports, name).run(session, period)
    if as_json:
        print_json(_as_json(name, period, table))
        return
    print_table(table.columns, table.rows, empty="There is nothing to report.")
    for column, total in table.totals.items():
        typer.echo(f"Total {column}: {_total(total)}")


def _total(total: Any) -> str:
    if isinstance(total, Mapping):
        return ", ".join(f"{figure} {currency}" for currency, figure in total.items()) or "0"
    return str(total)


def _find(what: str, known: Mapping[str, Found], name: str) -> Found:
    """By its full name, or the part after the addon's where only one ends so."""
    if name in known:
        return known[name]
    short = [found for full, found in known.items() if full.partition(".")[2] == name]
    if len(short) != 1:
        offered = ", ".join(sorted(known)) or "none; is the addon enabled?"
        raise NotFound(f"This tenant has no {what} {name!r}.", fix=f"There are: {offered}.")
    return short[0]


def _tell_outcome(outcome: ImportOutcome, file: Path, *, dry_run: bool, as_json: bool) -> None:
    if as_json:
        problems = [
            {"file": file.name, "line": problem.line, "message": problem.message}
            for problem in outcome.problems
        ]
        counts = {"created": 0 if problems else outcome.created, "unchanged": outcome.unchanged}
        print_json({"dry_run": dry_run, **counts, "problems": problems})
        return
    for problem in outcome.problems:
        tell(f"{file.name}:{problem.line}: {problem.message}")
    if outcome.problems:
        tell("Nothing of the file was kept.")
    elif dry_run:
        typer.echo(f"Would create {outcome.created}; {outcome.unchanged} are there already.")
    else:
        typer.echo(f"Created {outcome.created}; {outcome.unchanged} were there already.")


def _as_json(name: str, period: Period, table: ReportTable) -> dict[str, Any]:
    return {
        "report": name,
        "from": period.start,
        "to": period.end,
        "rows": [dict(zip(table.columns, row, strict=True)) for row in table.rows],
        "totals": dict(table.totals),
    }


def _day(moment: datetime | None) -> date | None:
    return None if moment is None else moment.date()
