"""The store: every version of every installed addon in a folder of its own.

    store/<name>/<version>-<digest>/
      code/            the package, as `unpack` wrote it; the only part that Python imports from
      signature        its publisher's signature
      publisher.json   the key that it was verified with, so that a start needs no registry
      deps/            Python packages of others, from the package's own locked list

A folder appears under its name when everything in it is on the disk.
"""

from __future__ import annotations

import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Final

from addon_registry import keys
from addon_registry.deployment import active
from addon_registry.deployment.active import Installed
from addon_registry.deployment.files import read_json, sync_folder, write_json
from addon_registry.deployment.layout import Layout
from addon_registry.errors import UntrustedPackage
from addon_registry.keys import PublisherKey
from addon_registry.package.unpacking import unpack
from addon_registry.package.verifying import Verified, verify_unpacked
from core.errors import Unavailable
from core.i18n import phrase

CODE: Final = "code"
SIGNATURE: Final = "signature"
PUBLISHER: Final = "publisher.json"
DEPS: Final = "deps"
_PARTIAL: Final = ".partial-"


def folder_of(layout: Layout, installed: Installed) -> Path:
    """Where this build lies, if it does."""
    return layout.version_folder(installed.name, installed.version, installed.sha256)


def installed_of(verified: Verified) -> Installed:
    """What the active set says of this package."""
    return Installed(
        verified.manifest.name,
        verified.manifest.version,
        verified.statement.wheel_sha256,
        verified.statement.key_id,
        verified.publisher.name,
    )


def put(
    layout: Layout,
    wheel: Path,
    signature: Path,
    verified: Verified,
    add_dependencies: Callable[[Path, Path], None],
) -> Installed:
    """Unpack a verified wheel into the store; one that is there and whole is left alone.

    `add_dependencies(code, deps)` brings what the addon needs of others. Raises Unavailable when
    the disk is full, and then nothing is left behind.
    """
    installed = installed_of(verified)
    final = folder_of(layout, installed)
    if _is_whole(layout, installed):
        return installed
    shutil.rmtree(final, ignore_errors=True)
    partial = final.with_name(f"{_PARTIAL}{final.name}")
    shutil.rmtree(partial, ignore_errors=True)
    try:
        partial.mkdir(parents=True)
        unpack(wheel, partial / CODE, verified)
        shutil.copyfile(signature, partial / SIGNATURE)
        write_json(partial / PUBLISHER, _as_data(verified.publisher))
        add_dependencies(partial / CODE, partial / DEPS)
        sync_folder(partial)
        partial.rename(final)
        sync_folder(final.parent)
    except OSError as error:
        raise no_room(layout, error) from error
    finally:
        shutil.rmtree(partial, ignore_errors=True)
    return installed


def verify(layout: Layout, installed: Installed) -> Verified:
    """The package as its publisher signed it; raises UntrustedPackage if the store's is not."""
    folder = folder_of(layout, installed)
    publisher = _publisher(folder)
    if publisher is None or publisher.key_id != installed.key_id:
        raise _damaged(installed)
    verified = verify_unpacked(folder / CODE, folder / SIGNATURE, keys.keyring([publisher]))
    if verified.statement.wheel_sha256 != installed.sha256:
        raise _damaged(installed)
    return verified


def code_of(layout: Layout, installed: Installed) -> Path:
    """The addon's own folder in the store."""
    return folder_of(layout, installed) / CODE / installed.name


def deps_of(layout: Layout, installed: Installed) -> Path:
    """Where the Python packages that it brings lie, if it brings any."""
    return folder_of(layout, installed) / DEPS


def discard_unused(layout: Layout) -> list[str]:
    """Remove what neither the active set nor the one before it uses; says what went."""
    now = active.read(layout)
    used = {folder_of(layout, each) for each in (*now.addons.values(), *now.previous.values())}
    gone = []
    for folder in sorted(layout.store.glob("*/*")):
        if folder not in used:
            shutil.rmtree(folder, ignore_errors=True)
            gone.append(f"{folder.parent.name} {folder.name}")
    shutil.rmtree(layout.incoming, ignore_errors=True)
    return gone


def no_room(layout: Layout, error: OSError) -> Unavailable:
    """The disk's own words, and what to do."""
    return Unavailable(
        phrase(
            "{folder} cannot be written: {reason}.",
            folder=str(layout.root),
            reason=error.strerror or str(error),
        ),
        fix=phrase("Make room on the disk, and try again; what runs was not touched."),
    )


def _is_whole(layout: Layout, installed: Installed) -> bool:
    if not folder_of(layout, installed).is_dir():
        return False
    try:
        verify(layout, installed)
    except UntrustedPackage:
        return False
    return True


def _as_data(publisher: PublisherKey) -> dict[str, str]:
    return {"name": publisher.name, "public": keys.public_text(publisher.public)}


def _publisher(folder: Path) -> PublisherKey | None:
    data = read_json(folder / PUBLISHER)
    return None if data is None else PublisherKey(data["name"], keys.read_public(data["public"]))


def _damaged(installed: Installed) -> UntrustedPackage:
    return UntrustedPackage(
        phrase(
            "{name} {version} in the store is not what was installed.",
            name=installed.name,
            version=installed.version,
        ),
        fix=phrase("Install it again: aorabooks addon install {name}", name=installed.name),
    )
