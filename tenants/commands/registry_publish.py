"""`aorabooks addon publish`: into a registry whose keys are at hand."""

from __future__ import annotations

from pathlib import Path
from typing import Annotated

import typer

from addon_registry.repository.publishing import publish as publish_wheel
from core.addons.discovery import discover
from tenants.commands.console import AsJson
from tenants.commands.registry import Keys, read_keys, show_fields
from tenants.places import CONTROL_PLANE, SHIPPED

app = typer.Typer()


@app.command()
def publish(
    wheel: Annotated[Path, typer.Argument(metavar="WHEEL", help="Built and signed.")],
    folder: Annotated[Path, typer.Option("--to", metavar="FOLDER", help="The registry's folder.")],
    key_folders: Keys,
    as_json: AsJson = False,
) -> None:
    """Publish a signed wheel in a registry, once it has passed the audit."""
    found = discover([SHIPPED], platform=[CONTROL_PLANE], installed=False).found
    release = publish_wheel(
        folder,
        wheel,
        at_hand=read_keys(key_folders),
        platform={addon.name: addon.manifest.title for addon in found},
    )
    shown = {
        "name": release.name,
        "version": release.version,
        "publisher": release.publisher,
        "sha256": release.sha256,
        "size": release.size,
        "tier": release.tier,
        "warnings": len(release.audit),
    }
    show_fields(shown, as_json)
