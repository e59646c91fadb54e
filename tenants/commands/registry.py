"""`aorabooks registry ...` for whoever keeps a registry: found it, let publishers in, withdraw,
change keys, renew. `registry_client` adds what a deployment does with the registry it trusts."""

from __future__ import annotations

import os
from collections.abc import Iterable, Mapping
from pathlib import Path
from typing import Annotated

import typer

from addon_registry import keys
from addon_registry.repository import founding, pruning, publishers, renewing, state, withdrawing
from addon_registry.repository.grants import Publisher
from addon_registry.repository.signing_keys import SigningKeys, read_folders
from core.errors import InvalidInput
from tenants.commands.addon_package import PASSPHRASE
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell

app = typer.Typer()

Folder = Annotated[Path, typer.Argument(metavar="FOLDER", help="The registry's folder.")]
Keys = Annotated[
    list[Path],
    typer.Option("--keys", metavar="FOLDER", help="Where its keys lie (*.pem); may be repeated."),
]


@app.command()
def init(
    folder: Folder,
    key_folder: Annotated[
        Path, typer.Option("--keys", metavar="FOLDER", help="Where to write the keys.")
    ],
    root_keys: Annotated[int, typer.Option(help="How many root keys to make.")] = 3,
    threshold: Annotated[int, typer.Option(help="How many of them sign together.")] = 2,
    timestamp_days: Annotated[
        int, typer.Option(min=1, max=365, help="Renewed more often than every so many days.")
    ] = founding.Days().timestamp,
    as_json: AsJson = False,
) -> None:
    """Make an empty registry and its keys; AORABOOKS_KEY_PASSPHRASE encrypts them."""
    made = founding.found(
        folder,
        key_folder,
        root_keys=root_keys,
        threshold=threshold,
        days=founding.Days(timestamp=timestamp_days),
        passphrase=_passphrase(),
    )
    shown = {
        "fingerprint": made.fingerprint,
        "root": str(made.root),
        "keys": [str(key) for key in made.keys],
    }
    remark = (
        "Lock the root keys and the key of targets away, apart from each other."
        " Deployments trust this registry by its fingerprint."
    )
    show_fields(shown, as_json, remark)


@app.command("add-publisher")
def add_publisher(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="NAME", help="As people know the publisher.")],
    public: Annotated[Path, typer.Option("--key", metavar="FILE", help="Their .pub file.")],
    addons: Annotated[
        list[str],
        typer.Option("--addon", metavar="NAME", help="What they may publish; acme_* for all such."),
    ],
    key_folders: Keys,
    as_json: AsJson = False,
) -> None:
    """Let a publisher publish addons; said again, it adds keys and names."""
    publisher = publishers.add_publisher(
        folder, name, read_public(public), addons, at_hand=read_keys(key_folders)
    )
    shown = {
        "publisher": publisher.name,
        "addons": list(publisher.addons),
        "keys": [key.key_id for key in publisher.keys],
    }
    show_fields(shown, as_json)


@app.command()
def revoke(
    folder: Folder,
    key_id: Annotated[str, typer.Argument(metavar="KEY", help="Its id, or how that begins.")],
    reason: Annotated[str, typer.Option(help="Operators read it.")],
    key_folders: Keys,
    as_json: AsJson = False,
) -> None:
    """End the trust in a publisher's key: nothing that it signed is offered or installed."""
    key = publishers.revoke(folder, key_id, reason, at_hand=read_keys(key_folders))
    shown = {"key_id": key.key_id, "revoked_at": str(key.revoked_at), "reason": key.reason}
    show_fields(shown, as_json)


@app.command()
def yank(
    folder: Folder,
    name: Annotated[str, typer.Argument(metavar="NAME", help="The addon.")],
    version: Annotated[str, typer.Argument(metavar="VERSION", help="The release.")],
    key_folders: Keys,
    reason: Annotated[str, typer.Option(help="Those who have it read it.")] = "",
    undo: Annotated[bool, typer.Option("--undo", help="Offer it again.")] = False,
    as_json: AsJson = False,
) -> None:
    """Withdraw a release: those who have it keep it, and nobody else is given it."""
    at_hand = read_keys(key_folders)
    if undo:
        withdrawing.offer_again(folder, name, version, at_hand=at_hand)
    else:
        withdrawing.yank(folder, name, version, reason, at_hand=at_hand)
    show_fields({"name": name, "version": version, "yanked": "" if undo else reason}, as_json)


@app.command()
def renew(folder: Folder, key_folders: Keys, as_json: AsJson = False) -> None:
    """Let what the registry says hold on; run it regularly, or deployments stop believing it."""
    done = renewing.renew(folder, at_hand=read_keys(key_folders))
    due = {role: expires.date().isoformat() for role, expires in done.due}
    show_fields({"renewed": list(done.roles), "due": due, "removed": done.removed}, as_json)
    for role, day in due.items():
        tell(f"The word of {role} ends on {day}: renew it where its keys are.")


@app.command()
def prune(
    folder: Folder,
    yes: Annotated[bool, typer.Option("--yes", help="Remove them; else they are listed.")] = False,
    as_json: AsJson = False,
) -> None:
    """Files that no metadata names any more and that have lain for two days: list, or remove."""
    found = pruning.prune(folder, remove=yes)
    if as_json:
        print_json({"files": list(found.files), "bytes": found.size, "removed": yes})
        return
    print_table(("file",), [(name,) for name in found.files], empty="Nothing to remove.")
    if found.files:
        tell(f"{len(found.files)} files, {found.size:,} bytes: {_outcome(removed=yes)}")


def _outcome(*, removed: bool) -> str:
    return "removed." if removed else "nothing was changed. Remove them with --yes."


@app.command()
def inspect(folder: Folder, as_json: AsJson = False) -> None:
    """The roles of a registry with their keys and the day on which their word ends, its
    publishers, and all its releases."""
    current = state.read(folder)
    roles = [
        {
            "role": role,
            "threshold": asked.threshold,
            "keys": list(asked.keyids),
            "version": metadata.signed.version,
            "expires": metadata.signed.expires.date().isoformat(),
        }
        for role, metadata, asked in state.roles(current)
    ]
    releases = [
        {"name": name, "version": record["version"], "yanked": record["yanked"]}
        for name, records in sorted(current.records.items())
        for record in records
    ]
    told = {"roles": roles, "publishers": publisher_rows(current.publishers), "releases": releases}
    if as_json:
        print_json(told)
        return
    for title, rows in told.items():
        columns = list(rows[0]) if rows else []
        print_table(columns, [list(row.values()) for row in rows], empty=f"No {title}.")


def read_public(file: Path) -> keys.Ed25519PublicKey:
    """The public key in a .pub file; raises InvalidInput for anything else."""
    try:
        return keys.read_public(file.read_text(encoding="utf-8"))
    except (OSError, UnicodeDecodeError) as error:
        raise InvalidInput.of(
            "key", f"{file} cannot be read.", fix="Name a .pub file, as aorabooks addon key makes."
        ) from error


def publisher_rows(publishers: Iterable[Publisher]) -> list[dict[str, object]]:
    """The keys of publishers, one row each."""
    return [
        {
            "publisher": publisher.name,
            "addons": list(publisher.addons),
            "key": key.key_id,
            "revoked": key.reason,
        }
        for publisher in publishers
        for key in publisher.keys
    ]


def read_keys(folders: list[Path]) -> SigningKeys:
    """The private keys in these folders, opened with AORABOOKS_KEY_PASSPHRASE."""
    return read_folders(folders, passphrase=_passphrase())


def _passphrase() -> str:
    return os.environ.get(PASSPHRASE, "")


def show_fields(shown: Mapping[str, object], as_json: bool, remark: str = "") -> None:
    """One thing as fields or JSON, and a remark to the person."""
    (print_json if as_json else print_fields)(shown)
    if remark:
        tell(remark)
