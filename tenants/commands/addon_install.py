"""`aorabooks addon install|remove|rollback|installed`: the addons of this deployment."""

from __future__ import annotations

import getpass
import os
import sys
from collections.abc import Callable, Iterable
from contextlib import ExitStack
from dataclasses import asdict
from typing import Annotated

import typer
from packaging.requirements import InvalidRequirement, Requirement

from addon_registry.deployment import active, history, journal, layout, lock, standing
from addon_registry.deployment.changing import Outcome
from addon_registry.deployment.preview import Change
from core import config
from core.config import Config
from core.errors import AppError, Conflict, InvalidInput
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.deployment import installer, revoked
from tenants.deployment.installer import Asked, Prepared
from tenants.deployment.trial import Trial

app = typer.Typer()

Yes = Annotated[bool, typer.Option("--yes", help="Do not ask.")]
Step = Annotated[str, typer.Option(hidden=True)]
By = Annotated[str, typer.Option(hidden=True)]


@app.command()
def install(
    wanted: Annotated[
        list[str], typer.Argument(metavar="NAME...", help='Such as notes or "notes >=1.2,<2".')
    ],
    preview: Annotated[bool, typer.Option("--preview", help="Only show what it would do.")] = False,
    yes: Yes = False,
    step: Step = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Install addons into this deployment, or bring them to another version."""
    settings = config.from_environment()
    with ExitStack() as held:
        # Where nobody is asked, the trial gets ready while versions are chosen and fetched.
        sure = (yes or as_json) and not preview
        trial = held.enter_context(Trial()) if sure else None
        with working("Choosing versions", silent=as_json) as progress:
            prepared = installer.prepare(settings, _ranges(wanted), progress)
        if not as_json:
            _show(prepared)
        if preview or not prepared.changes:
            if as_json:
                print_json({"changes": [asdict(change) for change in prepared.changes]})
            return
        confirm("Install", sure)
        with working("Installing", silent=as_json) as progress:
            trial = trial or held.enter_context(Trial())
            outcome = installer.install(settings, prepared, _asked(by, step), trial, progress)
            if any(change.action == "downgrade" for change in prepared.changes):
                _bring_tables_back(progress)
    _report(outcome, as_json)


@app.command()
def remove(
    name: Annotated[str, typer.Argument(metavar="NAME")],
    yes: Yes = False,
    step: Step = "",
    by: By = "",
    as_json: AsJson = False,
) -> None:
    """Remove an addon from this deployment; refused while a company has it switched on."""
    settings = config.from_environment()
    if name not in active.read(layout.of(settings.var)).addons:
        raise installer.not_installed(name)
    _refuse_while_used([name], as_json)
    confirm(f"Remove {name}", yes or as_json)
    with working("Removing", silent=as_json) as progress:
        outcome = installer.remove(settings, name, _asked(by, step), progress)
    _report(outcome, as_json)


@app.command()
def rollback(yes: Yes = False, step: Step = "", by: By = "", as_json: AsJson = False) -> None:
    """Go back to the addons that were active before the last step."""
    settings = config.from_environment()
    now = active.read(layout.of(settings.var))
    gone = sorted(now.addons.keys() - now.previous.keys())
    if gone and now.can_go_back:
        _refuse_while_used(gone, as_json)
    confirm("Go back to the addons before the last step", yes or as_json)
    with working("Going back", silent=as_json) as progress:
        outcome = installer.roll_back(settings, _asked(by, step), progress)
        _bring_tables_back(progress)
    _report(outcome, as_json)


@app.command()
def installed(as_json: AsJson = False) -> None:
    """What is installed here, how far the processes are, and what was done."""
    settings = config.from_environment()
    place = layout.of(settings.var)
    _finish_killed(settings)
    now, done = active.read(place), history.read(place)
    processes = standing.everybody(place)
    if as_json:
        print_json(
            {
                "generation": now.generation,
                "state": now.state,
                "failure": now.failure,
                "addons": [asdict(each) for each in now.addons.values()],
                "before": [asdict(each) for each in now.previous.values()],
                "processes": [asdict(each) for each in processes],
                "history": [asdict(each) for each in done],
            }
        )
        return
    rows = [(each.name, each.version, each.publisher) for each in now.addons.values()]
    print_table(("name", "version", "publisher"), rows, empty="No addons are installed.")
    print_fields({"": "", "state": now.state, "generation": now.generation})
    for each in revoked.undecided(place):
        tell(f"The key of {each.installed.name} was revoked: {each.reason}. See: addon revoked")
    if now.failure:
        tell(f"The set after this one was taken back: {now.failure}")
    told = [(each.pid, each.does, each.serving, each.starting) for each in processes]
    print_table(("process", "does", "serving", "starting"), told, empty="Nothing runs here.")
    steps = [(each.at, each.by, each.does, each.result, each.reason) for each in done[-10:]]
    print_table(("at", "by", "step", "result", "reason"), steps, empty="Nothing was done yet.")


def _refuse_while_used(names: Iterable[str], as_json: bool) -> None:
    """Raise Conflict if a company has one of these addons switched on."""
    # What companies have is known by the whole platform, which a step mostly does without.
    from tenants.commands.opening import opened
    from tenants.deployment.users import refuse_while_used

    with working("Asking the companies", silent=as_json), opened() as kernel:
        for name in names:
            refuse_while_used(kernel, name)


def _bring_tables_back(progress: Callable[[str], None]) -> None:
    """Of every company now, where its next request would do it otherwise."""
    from tenants.commands.opening import COMMAND_LINE, opened
    from tenants.upgrading import fleet

    with opened() as kernel:

        def watch(run: fleet.Progress) -> None:
            progress(f"{run.ended} of {run.total}")

        for slug, said in fleet.upgrade_all(kernel, actor=COMMAND_LINE, watch=watch).said.items():
            if said.startswith("failed"):
                tell(f"{slug}: {said}")


def _finish_killed(settings: Config) -> None:
    place = layout.of(settings.var)
    if place.root.is_dir() and lock.is_free(place):
        with lock.locked(place):
            journal.recover(place)


def _ranges(wanted: list[str]) -> dict[str, str]:
    """Names and ranges; raises InvalidInput for what is neither."""
    found = {}
    for text in wanted:
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            raise InvalidInput.of(
                "name", f"{text!r} is no name of an addon, with or without a range such as >=1,<2."
            ) from None
        found[requirement.name] = str(requirement.specifier)
    return found


def _asked(by: str, step: str) -> Asked:
    return Asked(by or os.environ.get("SUDO_USER") or getpass.getuser(), step)


def confirm(question: str, sure: bool) -> None:
    """Ask, unless it is sure. Raises AppError where nobody can answer, Conflict for a no."""
    if sure:
        return
    if not sys.stdin.isatty():
        raise AppError("Nobody can be asked here.", fix="Run it again with --yes.")
    if not typer.confirm(f"{question}?", err=True):
        raise Conflict("Nothing was changed.")


def _show(prepared: Prepared) -> None:
    if not prepared.changes:
        typer.echo("Nothing would change: these versions are installed already.")
    for change in prepared.changes:
        print_fields(_told(change))
        typer.echo("")


def _told(change: Change) -> dict[str, object]:
    """What people decide by; what there is nothing of is left out."""
    told: dict[str, object] = {
        change.action: f"{change.title} ({change.name}) {change.version}",
        "instead of": change.before,
        "publisher": f"{change.publisher}, signed with {change.key_id[:16]}",
        "tier": change.tier,
        "licence": change.licence,
        "size": f"{change.size:,} bytes, {change.unpacked:,} unpacked",
        "needs": change.depends,
        "needed by": change.needed_by,
        "may": change.permissions,
        "contacts": change.hosts,
        "outside": change.needs,
        "privacy": change.privacy,
        "tables": change.tables,
        "migrations": change.migrations,
        "packages": change.packages,
        "audit": [f"{note.place}: {note.message}" for note in change.audit],
    }
    return {name: value for name, value in told.items() if value}


def _report(outcome: Outcome, as_json: bool) -> None:
    names = {each.name: each.version for each in outcome.active.addons.values()}
    if as_json:
        print_json(
            {
                "generation": outcome.active.generation,
                "addons": names,
                "processes": outcome.followed,
            }
        )
        return
    typer.echo(f"Installed now: {', '.join(f'{n} {v}' for n, v in names.items()) or 'nothing'}.")
    if not outcome.followed:
        tell("Nothing runs on this machine; it begins with these addons.")
