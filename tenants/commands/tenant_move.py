"""`aorabooks tenant move|moves`: to another database server, while people work."""

from __future__ import annotations

from typing import Annotated, Any

import typer
from sqlalchemy import select
from sqlalchemy.orm import joinedload

from core.errors import NeedsConfirmation, NotFound
from tenants import organizations
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.commands.tenant import Slug
from tenants.control import control
from tenants.fleet import registering
from tenants.life import steps as life_steps
from tenants.move_models import Move
from tenants.moving import arriving, carrying, method, steps

app = typer.Typer(no_args_is_help=True)

_SHOWN = 50


@app.command()
def move(
    slug: Slug,
    server: Annotated[str, typer.Argument(metavar="[SERVER]", help="Where it is to lie.")] = "",
    plan: Annotated[bool, typer.Option("--plan", help="Only say how it would be done.")] = False,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Also where nobody can write for minutes.")
    ] = False,
    cancel: Annotated[bool, typer.Option("--cancel", help="Leave it where it is.")] = False,
    as_json: AsJson = False,
) -> None:
    """Move a tenant to another database server; called again, it goes on where it was stopped."""
    if cancel:
        _cancel(slug, as_json)
        return
    with opened() as kernel:
        with kernel.session(control(kernel), actor=COMMAND_LINE) as session:
            organization = life_steps.locked(session, organizations.find(session, slug).id)
            begun = steps.under_way(session, organization.id)
            if begun is not None and server in ("", begun.to_server.name):
                move_id = begun.id
            else:
                target = registering.find(session, server)
                if plan:
                    found = method.plan(kernel.secrets, organization, organization.server, target)
                    _show_plan(found, as_json)
                    return
                try:
                    move_id = steps.begin(session, organization, target, confirmed=read_only).id
                except NeedsConfirmation as error:
                    raise NeedsConfirmation(
                        error.message, key=error.key, fix="Give --read-only if that may be."
                    ) from error
        with working(f"Moving {slug}", silent=as_json) as progress:
            carrying.carry_out(kernel, move_id, progress)
        with kernel.session(control(kernel), readonly=True) as session:
            done = steps.load(session, move_id)
            described = _described(done)
    (print_json if as_json else print_fields)(described)
    if done.phase != "kept":
        tell(f"{slug} was not moved.")
        raise typer.Exit(1)


@app.command()
def moves(
    forget: Annotated[
        str, typer.Option(metavar="ID", help="Drop the old database of this move now.")
    ] = "",
    as_json: AsJson = False,
) -> None:
    """The last moves, and what is kept of them."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        if forget:
            arriving.forget(kernel, session, forget)
        last = select(Move).order_by(Move.begun_at.desc()).limit(_SHOWN)
        last = last.options(
            joinedload(Move.organization),
            joinedload(Move.from_server),
            joinedload(Move.to_server),
        )
        found = [_described(each) for each in session.scalars(last)]
    if as_json:
        print_json(found)
        return
    columns = ("id", "slug", "from", "to", "phase", "readonly_seconds", "keep_until", "problem")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="Nobody was moved yet.")


def _cancel(slug: str, as_json: bool) -> None:
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        found = steps.under_way(session, organizations.find(session, slug).id)
        if found is None:
            raise NotFound(f"{slug} is not being moved.")
        steps.cancel(session, found)
        described = _described(found)
    (print_json if as_json else print_fields)(described)


def _show_plan(found: method.Plan, as_json: bool) -> None:
    described = {
        "method": found.method,
        "reason": found.reason,
        "size": found.size,
        "readonly_seconds": round(found.seconds, 1),
    }
    (print_json if as_json else print_fields)(described)


def _described(found: Move) -> dict[str, Any]:
    return {
        "id": found.id,
        "slug": found.organization.slug,
        "from": found.from_server.name,
        "to": found.to_server.name,
        "method": found.method,
        "phase": found.phase,
        "progress": found.fraction,
        "note": found.note,
        "problem": found.problem,
        "by": found.asked_by,
        "size": found.size,
        "rows": found.rows,
        "readonly_seconds": found.readonly_seconds,
        "invariants": len(found.findings),
        "begun_at": found.begun_at.isoformat(timespec="seconds"),
        "keep_until": found.keep_until.isoformat(timespec="seconds") if found.keep_until else None,
    }
