"""`aorabooks tenant rehearse` and `aorabooks tenant canary`: before everybody is upgraded."""

from __future__ import annotations

from dataclasses import asdict
from typing import Annotated

import typer

from tenants import organizations, rehearsal
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.control import control

app = typer.Typer(no_args_is_help=True)

Slug = Annotated[str, typer.Argument(metavar="SLUG", help="Its name in addresses.")]


@app.command()
def rehearse(slug: Slug, as_json: AsJson = False) -> None:
    """Try the upgrade on a copy of a tenant's database; nothing of it reaches outside."""
    with opened() as kernel, working(f"Rehearsing with {slug}", silent=as_json) as progress:
        report = rehearsal.rehearse(kernel, slug, progress)
    if as_json:
        print_json({"passed": report.passed, **asdict(report)})
    else:
        shown = asdict(report)
        invariants, tables = shown.pop("invariants"), shown.pop("tables")
        problems = shown.pop("problems")
        print_fields({"passed": report.passed, **shown})
        for title, rows in (("invariant", invariants), ("table", tables)):
            columns = ("", title, "before", "after")
            told = [
                ("ok" if row["well"] else "WRONG", row["name"], row["before"], row["after"])
                for row in rows
            ]
            print_table(columns, told, empty=f"No {title} has changed.")
        for problem in problems:
            tell(problem)
    if not report.passed:
        raise typer.Exit(1)


@app.command()
def canary(
    slug: Slug,
    remove: Annotated[bool, typer.Option("--remove", help="Make it one of many again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Have a tenant upgraded before the others."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        found = organizations.find(session, slug)
        organizations.change(session, found, {"canary": not remove})
        said = {"slug": found.slug, "canary": found.canary}
    (print_json if as_json else print_fields)(said)
