"""`aorabooks secrets ...`: the master keys, and all that is sealed under them."""

from __future__ import annotations

from dataclasses import asdict
from typing import Any

import typer

from core import master_key
from tenants.commands.console import AsJson, counting, print_json, print_table, tell
from tenants.commands.opening import opened
from tenants.keys import databases, standing
from tenants.keys.standing import Standing
from tenants.provisioning.sweep import sweep

app = typer.Typer(no_args_is_help=True)


@app.command()
def new(as_json: AsJson = False) -> None:
    """Print a new master key as `id:key`; it is kept nowhere."""
    key = master_key.generate()
    (print_json({"key": key}) if as_json else typer.echo(key))


@app.command()
def status(as_json: AsJson = False) -> None:
    """Which keys are still needed, and by what: exit status 0 once the first one is enough."""
    _report("Looking", as_json)


@app.command()
def rotate(as_json: AsJson = False) -> None:
    """Seal everything anew under the first key while all work; interrupted, it goes on."""
    _report("Sealing anew", as_json, anew=True)


@app.command()
def verify(as_json: AsJson = False) -> None:
    """Open every value that is sealed anywhere, and say which do not open."""
    _report("Opening", as_json, opens=True)


def _report(doing: str, as_json: bool, *, anew: bool = False, opens: bool = False) -> None:
    with opened() as kernel:
        with counting(doing, silent=as_json) as count:
            looked = list(databases.look(kernel, anew=anew, opens=opens, watch=count))
        if anew:
            sweep(kernel)
        stands = standing.stand(kernel, looked)
    resealed = sum(each.resealed for each in looked)
    if as_json:
        said: dict[str, Any] = {**asdict(stands), "may_go": stands.may_go, "databases": len(looked)}
        print_json({**said, "resealed": resealed} if anew else said)
    else:
        _show(stands, len(looked), resealed if anew else None)
    if not stands.may_go:
        raise typer.Exit(1)


def _show(stands: Standing, databases_seen: int, resealed: int | None) -> None:
    rows = [
        (
            key,
            "current" if key == stands.current else "listed" if key in stands.listed else "lost",
            stands.under.get(key, 0),
        )
        for key in dict.fromkeys((*stands.listed, *sorted(stands.under)))
    ]
    print_table(("key", "", "values"), rows, empty="There is no key.")
    if resealed is not None:
        tell(f"{resealed} values were sealed anew in {databases_seen} databases.")
    for sentence in stands.waiting:
        tell(f"The older key must stay: {sentence}")
    for sentence in stands.lost:
        tell(f"No key opens this: {sentence}")
    older = [key for key in stands.listed if key != stands.current]
    if older and stands.may_go:
        tell(f"Nothing needs {', '.join(older)} any more: take it out and restart all processes.")
