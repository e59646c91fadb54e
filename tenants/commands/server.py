"""`aorabooks server ...`: the database servers that hold the tenants' databases."""

from __future__ import annotations

import os
from typing import Annotated, Any, Final

import typer

from core.tenancy.tenant import DatabaseAddress
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.control import control
from tenants.fleet import checking, registering
from tenants.models import DatabaseServer
from tenants.moving import steps as moves
from tenants.placement import rule
from tenants.placement.rule import Standing

PASSWORD: Final = "AORABOOKS_SERVER_PASSWORD"  # noqa: S105 - the name of a variable

app = typer.Typer(no_args_is_help=True)

Name = Annotated[str, typer.Argument(metavar="NAME", help="What you call the server.")]


@app.command()
def add(
    name: Name,
    host: Annotated[str, typer.Option(help="Its address, or the folder of its socket.")],
    port: Annotated[int, typer.Option(help="Its port.")] = 5432,
    user: Annotated[str, typer.Option(help="Who may make databases and roles.")] = "postgres",
    database: Annotated[str, typer.Option(help="A database that is there.")] = "postgres",
    region: Annotated[str, typer.Option(help="Country and place; tenants see it.")] = "",
    capacity: Annotated[
        int | None, typer.Option(help="How many tenants it may hold; default: as many as come.")
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Enter a server, once it has proved that it is there and will do. The password is asked for,
    or read from AORABOOKS_SERVER_PASSWORD."""
    password = os.environ.get(PASSWORD)
    if password is None:
        password = typer.prompt(f"Password of {user}", hide_input=True, err=True)
    address = DatabaseAddress(host, port, database, user, password)
    with (
        opened() as kernel,
        working(f"Looking at {host}", silent=as_json),
        kernel.session(control(kernel), actor=COMMAND_LINE) as session,
    ):
        registering.add(session, kernel.secrets, name, address, region=region, capacity=capacity)
    _show(name, as_json)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """All servers, and how they fared when they were last looked at."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        found = [_described(each) for each in rule.standings(session)]
    if as_json:
        print_json(found)
        return
    columns = ("name", "region", "status", "companies", "capacity", "problem", "takes_none_because")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="There is no database server.")


@app.command()
def show(name: Name, as_json: AsJson = False) -> None:
    """One server."""
    _show(name, as_json)


@app.command()
def check(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="Default: all.")] = "",
    as_json: AsJson = False,
) -> None:
    """Look at the servers now; exit status 1 where one is out of reach or will not do."""
    with (
        opened() as kernel,
        working("Looking", silent=as_json),
        kernel.session(control(kernel), actor=COMMAND_LINE) as session,
    ):
        if name:
            registering.find(session, name)
        problems = checking.check(session, kernel.secrets, name=name)
    if as_json:
        print_json(problems)
    for server, problem in () if as_json else problems.items():
        tell(f"{server}: {problem}")
    if problems:
        raise typer.Exit(1)


@app.command("open")
def open_(name: Name, as_json: AsJson = False) -> None:
    """Let a server take new tenants again."""
    _set(name, "active", as_json)


@app.command()
def close(name: Name, as_json: AsJson = False) -> None:
    """Put no new tenants on a server; those that are there stay."""
    _set(name, "closed", as_json)


@app.command()
def drain(
    name: Name,
    read_only: Annotated[
        bool, typer.Option("--read-only", help="Also where nobody can write for minutes.")
    ] = False,
    as_json: AsJson = False,
) -> None:
    """Put nothing new on a server, and have workers move all its tenants away."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        server = registering.find(session, name)
        begun = len(moves.drain(session, server, confirmed=read_only))
    if not as_json:
        tell(f"{begun} tenants are to be moved away; `aorabooks tenant moves` says how far.")
    _show(name, as_json)


@app.command()
def remove(name: Name, as_json: AsJson = False) -> None:
    """Take out a server that holds no tenant any more. Nothing is done to the server itself but
    that templates and ready databases are dropped."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        registering.remove(kernel, session, registering.find(session, name))
    if as_json:
        print_json({"name": name, "status": "gone"})
    else:
        tell(f"{name} is taken out.")


def _set(name: str, status: str, as_json: bool) -> None:
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        registering.set_status(session, registering.find(session, name), status)
    _show(name, as_json)


def _show(name: str, as_json: bool) -> None:
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        server = registering.find(session, name)
        found = next(each for each in rule.standings(session) if each.server.id == server.id)
        described = _described(found)
    (print_json if as_json else print_fields)(described)


def _described(each: Standing) -> dict[str, Any]:
    return {
        **_of_server(each.server),
        "companies": each.companies,
        "takes_none_because": each.refusal,
    }


def _of_server(server: DatabaseServer) -> dict[str, Any]:
    health = server.health
    return {
        "name": server.name,
        "region": server.region,
        "status": server.status,
        "host": server.host,
        "port": server.port,
        "capacity": server.capacity,
        "problem": health.problem if health else "not looked at yet",
        "problem_since": _moment(health.problem_since if health else None),
        "seen_at": _moment(health.seen_at if health else None),
        "postgresql": health.postgresql if health else "",
        "connections": f"{health.connections} of {health.max_connections}" if health else "",
        "free_disk": health.free_disk if health else None,
        "sends_changes": health.sends_changes if health else None,
        "takes_changes": health.takes_changes if health else None,
    }


def _moment(value: Any) -> str | None:
    return None if value is None else value.isoformat(timespec="seconds")
