"""`aorabooks addon build`: an addon's folder becomes a wheel; the same source, the same bytes.

Files are stored in order, with one date and no compression: what a compressor writes depends on
its version, and a web server that wants less on the wire can compress what it sends.
"""

from __future__ import annotations

import hashlib
import io
import secrets
import zipfile
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addon_registry.errors import InvalidPackage
from addon_registry.package import metadata
from addon_registry.package.contents import Contents, digest_of, to_bytes
from addon_registry.package.limits import MAX_WHEEL
from addon_registry.package.names import CONTENTS, SBOM_FOLDER, dist_info, wheel_name
from addon_registry.package.requirements import FILE_NAME, read_locked
from addon_registry.package.sbom import sbom
from addon_registry.package.sources import read_manifest, read_sources
from core.addons.manifest import Manifest
from core.i18n.phrases import phrase

# The first day that a zip file can hold, so that no clock is in a package.
_DATE: Final = (1980, 1, 1, 0, 0, 0)
_MODE: Final = 0o100644 << 16
_UNIX: Final = 3


@dataclass(frozen=True, slots=True)
class Built:
    """A wheel that was built: where it is, of which addon and version, its digest and size."""

    path: Path
    name: str
    version: str
    sha256: str
    size: int


def build(folder: Path, out: Path) -> Built:
    """Pack the addon in `folder` into a wheel in the folder `out`, replacing an earlier one.

    Raises InvalidPackage if something in it cannot be packed, such as a requirement without a
    digest.
    """
    folder = folder.absolute()
    manifest = read_manifest(folder)
    data = _zipped(_files_of(folder, manifest))
    if len(data) > MAX_WHEEL:
        raise InvalidPackage.of(
            "path",
            phrase("The package would have {size} MB.", size=len(data) // 2**20),
            fix=phrase("A package has {most} MB at most.", most=MAX_WHEEL // 2**20),
        )
    path = out / wheel_name(manifest)
    _replace(path, data)
    digest = hashlib.sha256(data).hexdigest()
    return Built(path, manifest.name, manifest.version, digest, len(data))


def _files_of(folder: Path, manifest: Manifest) -> Mapping[str, bytes]:
    """Every file of the wheel: the addon's first, the wheel's own last, RECORD at the end."""
    sources = read_sources(folder)
    _refuse_missing(manifest, sources)
    listed = sources.get(f"{manifest.name}/{FILE_NAME}")
    locked = read_locked(_text(listed, FILE_NAME)) if listed is not None else ()
    readme = _text(sources.get(f"{manifest.name}/README.md", b""), "README.md")
    info = dist_info(manifest)
    files = {
        **sources,
        f"{info}/METADATA": metadata.metadata(manifest, locked, readme).encode(),
        f"{info}/WHEEL": metadata.WHEEL.encode(),
        f"{info}/entry_points.txt": metadata.entry_points(manifest).encode(),
        f"{info}/{SBOM_FOLDER}/{manifest.name}.cdx.json": sbom(manifest, locked),
    }
    digests = {path: digest_of(data) for path, data in files.items()}
    requirements = None if listed is None else digests[f"{manifest.name}/{FILE_NAME}"].sha256
    own = f"{info}/{CONTENTS}"
    files[own] = to_bytes(Contents(manifest, digests, requirements))
    record = metadata.record({**digests, own: digest_of(files[own])}, f"{info}/RECORD")
    return {**files, f"{info}/RECORD": record.encode()}


def _refuse_missing(manifest: Manifest, sources: Mapping[str, bytes]) -> None:
    for path in ("plugin.py", "__init__.py", *manifest.screenshots):
        if f"{manifest.name}/{path}" not in sources:
            raise InvalidPackage.of(
                "path",
                phrase("{path} is missing.", path=path),
                fix=phrase("Add the file, or take its name out of addon.toml."),
            )


def _text(data: bytes, path: str) -> str:
    try:
        return data.decode()
    except UnicodeDecodeError:
        raise InvalidPackage.of(
            "path",
            phrase("{path} is no text in UTF-8.", path=path),
            fix=phrase("Save it as UTF-8."),
        ) from None


def _zipped(files: Mapping[str, bytes]) -> bytes:
    buffer = io.BytesIO()
    with zipfile.ZipFile(buffer, "w", zipfile.ZIP_STORED) as archive:
        for path, data in files.items():
            info = zipfile.ZipInfo(path, _DATE)
            info.external_attr = _MODE
            info.create_system = _UNIX
            archive.writestr(info, data)
    return buffer.getvalue()


def _replace(path: Path, data: bytes) -> None:
    """Write beside and rename, so that nobody ever sees half a package."""
    path.parent.mkdir(parents=True, exist_ok=True)
    beside = path.with_name(f".{path.name}.{secrets.token_hex(4)}")
    try:
        beside.write_bytes(data)
        beside.replace(path)
    finally:
        beside.unlink(missing_ok=True)
