"""`aorabooks registry rotate|sign|accept`: other keys for a registry's roles."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addon_registry import keys
from addon_registry.repository import rotating
from tenants.commands.console import AsJson
from tenants.commands.registry import Folder, Keys, read_keys, read_public, show_fields

app = typer.Typer()


@app.command()
def rotate(
    folder: Folder,
    role: Annotated[str, typer.Argument(metavar="ROLE", help=", ".join(rotating.ROLES))],
    key_folders: Annotated[
        list[Path] | None,
        typer.Option("--keys", metavar="FOLDER", help="Where the keys lie that sign this."),
    ] = None,
    add: Annotated[
        list[Path] | None, typer.Option("--add", metavar="FILE", help="The .pub file of a new key.")
    ] = None,
    remove: Annotated[
        list[str] | None, typer.Option("--remove", metavar="KEY", help="The id of an old key.")
    ] = None,
    threshold: Annotated[int | None, typer.Option(help="How many keys have to sign.")] = None,
    draft: Annotated[
        Path | None,
        typer.Option(metavar="FILE", help="Write it there to be signed elsewhere; change nothing."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Give a role of the registry other keys."""
    public = tuple(read_public(file) for file in add or ())
    change = rotating.Keys(role, public, tuple(remove or ()), threshold)
    if draft is not None:
        root = rotating.sign(rotating.draft(folder, change), read_keys(key_folders or []))
        root.to_file(str(draft))
        remark = "Let its holders add their signatures with: aorabooks registry sign"
        show_fields({"draft": str(draft), "version": root.signed.version}, as_json, remark)
        return
    rotating.rotate(folder, change, at_hand=read_keys(key_folders or []))
    show_fields({"role": role, "added": [keys.key_id(key) for key in public]}, as_json)


@app.command()
def sign(
    draft: Annotated[Path, typer.Argument(metavar="FILE", help="What rotate --draft wrote.")],
    key_folders: Keys,
    as_json: AsJson = False,
) -> None:
    """Sign a drafted root with the keys that are here."""
    root = rotating.sign(rotating.read_draft(draft), read_keys(key_folders))
    root.to_file(str(draft))
    show_fields({"draft": str(draft), "signed_by": list(root.signatures)}, as_json)


@app.command()
def accept(
    folder: Folder,
    draft: Annotated[Path, typer.Argument(metavar="FILE", help="The drafted root, signed.")],
    key_folders: Keys,
    as_json: AsJson = False,
) -> None:
    """Put a drafted root in place once enough keys have signed it."""
    root = rotating.read_draft(draft)
    rotating.accept(folder, root, at_hand=read_keys(key_folders))
    show_fields({"root": root.signed.version}, as_json)
