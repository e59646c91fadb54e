"""`aorabooks addon new|check`: for those who write addons."""

from __future__ import annotations

from dataclasses import asdict
from pathlib import Path
from typing import Annotated

import typer

from tenants.authoring.creating import create_addon
from tenants.authoring.measured import keep, same_bytes
from tenants.commands.console import AsJson, print_json, print_table, tell, working

app = typer.Typer()


@app.command()
def new(
    name: Annotated[str, typer.Argument(help="Lower-case letters, digits and underscores.")],
    path: Annotated[Path, typer.Option(help="The folder to make it in.")] = Path(),
    as_json: AsJson = False,
) -> None:
    """Make an addon to start from: a table, a page, a job, an event, translated and tested."""
    made = create_addon(name, path)
    if as_json:
        print_json({"name": name, "folder": str(made)})
    else:
        tell(f"Made {made}. Check it with: aorabooks addon check {made}")


@app.command()
def check(
    path: Annotated[Path, typer.Argument(help="The addon's folder.")],
    wheel: Annotated[
        Path | None,
        typer.Option(help="The package built from it: its tier is kept beside it, for publish."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Try an addon on a server of its own, and say what is to be mended and how good it is."""
    # The checks read what declares pages, which is half of the platform.
    from tenants.authoring.checking import check_addon

    sha256 = None if wheel is None else same_bytes(path, wheel)
    with working("Reading the addon", silent=as_json) as progress:
        verdict = check_addon(path, progress)
    if wheel is not None and sha256 is not None:
        keep(verdict, wheel, sha256)
    if as_json:
        print_json(asdict(verdict))
    else:
        print_table(
            ["severity", "check", "where", "what"],
            [[f.severity, f.check, f.place, f.message] for f in verdict.findings],
            empty="Nothing to mend.",
        )
        tell(f"{verdict.name}: {verdict.tier}")
    if verdict.tier == "none":
        raise typer.Exit(1)
