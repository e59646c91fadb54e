"""`aorabooks licence key ...`: the vendor's keys whose licences count here."""

from __future__ import annotations

import os
from pathlib import Path
from typing import Annotated, Any

import typer
from sqlalchemy import select

from addon_registry import keys
from core.errors import InvalidInput
from tenants.commands.addon_package import PASSPHRASE
from tenants.commands.console import AsJson, print_fields, print_json, print_table
from tenants.commands.opening import COMMAND_LINE, opened
from tenants.control import control
from tenants.licensing import keys as licence_keys
from tenants.licensing.models import LicenceKey

app = typer.Typer(no_args_is_help=True, help="The vendor's keys: new, add, list, revoke.")

Name = Annotated[str, typer.Argument(metavar="NAME", help="Whose key it is.")]


@app.command()
def new(
    name: Name,
    file: Annotated[
        Path | None,
        typer.Option("--file", metavar="FILE", help="Write it there, and hold none of it here."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Make a key and trust it. It is held here, sealed, so that licences can be issued from the
    pages; with --file it is only in that file (AORABOOKS_KEY_PASSPHRASE encrypts it)."""
    key = keys.generate()
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        if file is None:
            row = licence_keys.hold(session, kernel.secrets, name, key)
        else:
            row = licence_keys.trust(session, name, key.public_key())
            keys.write_private(file, key, passphrase=passphrase(PASSPHRASE))
        shown = {**_described(row), "public_key": row.public_key.strip()}
    print_json(shown) if as_json else print_fields(shown)


@app.command()
def add(
    name: Name,
    file: Annotated[Path, typer.Argument(metavar="FILE", help="The public key, as PEM.")],
    as_json: AsJson = False,
) -> None:
    """Trust a key of the vendor's."""
    try:
        text = file.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.of("file", f"{file} cannot be read: {error}.") from error
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        shown = _described(licence_keys.trust(session, name, keys.read_public(text)))
    print_json(shown) if as_json else print_fields(shown)


@app.command("list")
def list_(as_json: AsJson = False) -> None:
    """The keys that are trusted here, or were."""
    with opened() as kernel, kernel.session(control(kernel), readonly=True) as session:
        found = [_described(row) for row in session.scalars(select(LicenceKey))]
    if as_json:
        print_json(found)
        return
    columns = ("key", "name", "held", "revoked", "reason")
    rows = [[each[column] for column in columns] for each in found]
    print_table(columns, rows, empty="There are no keys: aorabooks licence key new NAME")


@app.command()
def revoke(
    key: Annotated[str, typer.Argument(metavar="KEY", help="Its id, or how it begins.")],
    reason: Annotated[str, typer.Option(help="Why; kept with the key.")] = "",
    as_json: AsJson = False,
) -> None:
    """Accept nothing more that this key signed. Renew its licences with another one first: those
    that it signed keep their days of grace, and no more."""
    with opened() as kernel, kernel.session(control(kernel), actor=COMMAND_LINE) as session:
        shown = _described(licence_keys.revoke_key(session, key, reason))
    print_json(shown) if as_json else print_fields(shown)


def passphrase(variable: str) -> str:
    """What encrypts key files, from the environment."""
    return os.environ.get(variable, "")


def _described(row: LicenceKey) -> dict[str, Any]:
    return {
        "key": row.key_id,
        "name": row.name,
        "held": row.sealed_key is not None,
        "revoked": None if row.revoked_at is None else row.revoked_at.isoformat(),
        "reason": row.revoked_reason,
    }
