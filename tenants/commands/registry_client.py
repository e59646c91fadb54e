"""`aorabooks registry trust|refresh|show|mirror`: what a deployment does with its registry."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated

import typer

from addon_registry.deployment import layout
from addon_registry.repository.client import Freshness, Registry
from addon_registry.repository.index import Index, Release
from addon_registry.repository.mirroring import mirror as mirror_registry
from addon_registry.repository.trust import trust as trust_registry
from core import config
from core.clock import utc_now
from core.errors import InvalidInput
from tenants.commands.console import AsJson, print_fields, print_json, print_table, tell, working
from tenants.commands.registry import publisher_rows

app = typer.Typer()


@app.command()
def trust(
    location: Annotated[str, typer.Argument(metavar="LOCATION", help="An address, or a folder.")],
    fingerprint: Annotated[
        str, typer.Option(metavar="HEX", help="What registry init printed for its keeper.")
    ] = "",
    root: Annotated[
        Path | None, typer.Option(metavar="FILE", help="Its root.json, instead of a fingerprint.")
    ] = None,
    mirrors: Annotated[
        list[str] | None,
        typer.Option("--mirror", metavar="LOCATION", help="Asked where it does not answer."),
    ] = None,
    as_json: AsJson = False,
) -> None:
    """Trust a registry from now on; said again, it changes where the registry is asked."""
    folder = _trust_folder()
    content = None if root is None else _read(root)
    trust_registry(folder, location, root=content, fingerprint=fingerprint, mirrors=mirrors or ())
    registry = Registry(folder)
    _report(registry, registry.refresh(), as_json)


@app.command()
def refresh(as_json: AsJson = False) -> None:
    """Ask the registry for what is new."""
    registry = Registry(_trust_folder())
    with working(f"Asking {registry.location}", silent=as_json):
        fresh = registry.refresh()
    _report(registry, fresh, as_json)


@app.command()
def show(
    name: Annotated[str, typer.Argument(metavar="[NAME]", help="All releases of one addon.")] = "",
    as_json: AsJson = False,
) -> None:
    """What the registry offered when it was last asked, and who publishes there."""
    index = Registry(_trust_folder()).index()
    releases = index.releases(name) if name else tuple(_newest(index))
    rows = [_row(release) for release in releases]
    publishers = publisher_rows(index.publishers)
    if as_json:
        print_json({"releases": rows, "publishers": publishers} | _times(index))
        return
    columns = ("name", "version", "publisher", "tier", "size", "published", "withdrawn")
    print_table(columns, [[row[c] for c in columns] for row in rows], empty="No releases.")
    columns = ("publisher", "addons", "key", "revoked")
    print_table(columns, [[row[c] for c in columns] for row in publishers], empty="No publishers.")
    tell(f"As of {index.verified_at:%Y-%m-%d %H:%M} UTC; holds until {index.expires:%Y-%m-%d}.")
    if index.is_expired(utc_now()):
        tell("It has expired: nothing is installed from it until it is renewed and asked again.")


@app.command()
def mirror(
    folder: Annotated[Path, typer.Argument(metavar="FOLDER", help="The copy's folder.")],
    as_json: AsJson = False,
) -> None:
    """Make a copy of the trusted registry that can be handed out, or bring one up to it."""
    registry = Registry(_trust_folder())
    with working(f"Copying {registry.location}", silent=as_json):
        done = mirror_registry(registry, folder)
    (print_json if as_json else print_fields)({"files": done.files, "bytes": done.size})


def _trust_folder() -> Path:
    return layout.of(config.from_environment().var).trust


def _read(file: Path) -> bytes:
    try:
        return file.read_bytes()
    except OSError as error:
        raise InvalidInput.of(
            "root", f"{file} cannot be read.", fix="Name the registry's root.json."
        ) from error


def _report(registry: Registry, fresh: Freshness, as_json: bool) -> None:
    index = registry.index()
    shown = {"locations": list(registry.locations), "addons": len(index.names)}
    (print_json if as_json else print_fields)(shown | _times(index) | {"offline": fresh.offline})


def _times(index: Index) -> dict[str, str]:
    return {
        "verified_at": index.verified_at.isoformat(timespec="seconds"),
        "expires": index.expires.isoformat(),
    }


def _newest(index: Index) -> Iterator[Release]:
    for name in index.names:
        yield from index.releases(name)[:1]


def _row(release: Release) -> dict[str, object]:
    return {
        "name": release.name,
        "version": release.version,
        "publisher": release.publisher,
        "tier": release.tier,
        "size": release.size,
        "published": release.published_at.date().isoformat(),
        "withdrawn": release.revoked or release.yanked,
    }
