"""`aorabooks addon revoked|go-on|disable-everywhere`: when a publisher's key cannot be trusted."""

from __future__ import annotations

import getpass
import os
from dataclasses import asdict
from typing import Annotated

import typer

from addon_registry.deployment import layout
from addon_registry.deployment.layout import Layout
from core import config
from tenants.commands.addon_install import Yes, confirm
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.deployment import revoked as keys

app = typer.Typer()

Name = Annotated[str, typer.Argument(metavar="NAME", help="The addon's name.")]


@app.command()
def revoked(as_json: AsJson = False) -> None:
    """Installed addons whose publisher's key was revoked; exit status 1 while one is undecided."""
    found = keys.revoked(_place())
    if as_json:
        print_json([asdict(each) for each in found])
    else:
        rows = [
            (
                each.installed.name,
                each.installed.version,
                each.installed.publisher,
                each.reason,
                f"{each.accepted.by}: {each.accepted.why}" if each.accepted else "",
            )
            for each in found
        ]
        columns = ("name", "version", "publisher", "revoked", "gone on with by")
        print_table(columns, rows, empty="No addon here was signed with a revoked key.")
    if any(each.accepted is None for each in found):
        raise typer.Exit(1)


@app.command("go-on")
def go_on(
    name: Name,
    reason: Annotated[str, typer.Option(help="Kept in the history of steps.")],
    as_json: AsJson = False,
) -> None:
    """Say that you go on with this version although its key was revoked."""
    by = os.environ.get("SUDO_USER") or getpass.getuser()
    said = asdict(keys.go_on(_place(), name, by=by, why=reason))
    (print_json if as_json else print_fields)(said)


@app.command("disable-everywhere")
def disable_everywhere(name: Name, yes: Yes = False, as_json: AsJson = False) -> None:
    """Switch an addon off in all companies, with what needs it; data is kept."""
    # What companies have is known by the whole platform, which the others do without.
    from tenants.commands.opening import COMMAND_LINE, opened, who_types
    from tenants.deployment.disabling import disable_everywhere

    confirm(f"Switch {name} off in all companies", yes or as_json)
    with working("Switching off", silent=as_json) as progress, opened() as kernel:
        done = disable_everywhere(
            kernel,
            name,
            operator=who_types(),
            door=COMMAND_LINE.name,
            actor=COMMAND_LINE,
            tell=lambda _, slug: progress(slug),
        )
    if as_json:
        print_json(asdict(done))
    else:
        rows = [(slug, ", ".join(names)) for slug, names in done.off.items()]
        print_table(("company", "switched off"), rows, empty="No company had it on.")
        for slug, why in done.failed.items():
            tell(f"{slug}: {why}")
    if done.failed:
        raise typer.Exit(1)


def _place() -> Layout:
    return layout.of(config.from_environment().var)
