"""A wheel read without trusting it: bounded, and with nothing in it that a package cannot hold.

Refused are links, devices, encrypted files, names that lead outside or collide, sizes beyond the
limits, files that unpack into a hundred times themselves, and everything that the package's own
manifest does not name. Nothing is written here.
"""

from __future__ import annotations

import io
import stat
import struct
import zipfile
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addon_registry.errors import InvalidPackage
from addon_registry.package import contents as package_contents
from addon_registry.package import limits
from addon_registry.package.contents import Contents, FileDigest, digest_of
from addon_registry.package.metadata import entry_points, record
from addon_registry.package.names import CONTENTS, dist_info, refuse_unsafe, wheel_name
from core.addons import manifest as manifests
from core.addons.manifest import ManifestError
from core.i18n.phrases import Phrase, phrase

# What zipfile raises for files that are not as they should be; none of it is documented.
_DAMAGE: Final = (
    *(zipfile.BadZipFile, zlib.error, struct.error, EOFError, OSError),
    *(ValueError, LookupError, RuntimeError, OverflowError),
)
_METHODS: Final = (zipfile.ZIP_STORED, zipfile.ZIP_DEFLATED)
_ENCRYPTED: Final = 0x1


@dataclass(frozen=True, slots=True)
class Archive:
    """A wheel whose files are what its manifest says: its contents and all its files."""

    contents: Contents
    files: Mapping[str, bytes]
    manifest_sha256: str


def load(wheel: Path) -> bytes:
    """The bytes of a wheel, once; raises InvalidPackage if it is not there or too large."""
    try:
        with wheel.open("rb") as file:
            data = file.read(limits.MAX_WHEEL + 1)
    except OSError as error:
        raise InvalidPackage.of(
            "package",
            phrase(
                "{path} cannot be read: {reason}.", path=str(wheel), reason=error.strerror or ""
            ),
            fix=phrase("Name a wheel that aorabooks addon build has made."),
        ) from error
    if len(data) > limits.MAX_WHEEL:
        most = limits.MAX_WHEEL // 2**20
        raise _refused(phrase("it is larger than {most} MB", most=most))
    return data


def read_archive(file_name: str, data: bytes) -> Archive:
    """The package in the bytes of a wheel with this name; raises InvalidPackage saying why not."""
    try:
        with zipfile.ZipFile(io.BytesIO(data)) as archive:
            files = _read(archive, len(data))
    except _DAMAGE as error:
        raise _refused(phrase("the file is damaged ({error})", error=str(error))) from error
    manifests_in = [path for path in files if path.endswith(f".dist-info/{CONTENTS}")]
    if len(manifests_in) != 1:
        raise _refused(phrase("it holds no {name}", name=CONTENTS))
    own = files[manifests_in[0]]
    contents = package_contents.from_bytes(own)
    check_name(file_name, contents)
    digests = {path: digest_of(content) for path, content in files.items()}
    check_files(contents, digests)
    check_manifest(contents, files[f"{contents.manifest.name}/{manifests.FILE_NAME}"])
    return Archive(contents, files, digest_of(own).sha256)


def check_name(file_name: str, contents: Contents) -> None:
    """Raise InvalidPackage unless the file bears the name of what is in it."""
    expected = wheel_name(contents.manifest)
    if file_name != expected:
        raise _refused(phrase("its name should be {name}", name=expected))


def check_files(contents: Contents, found: Mapping[str, FileDigest]) -> None:
    """Raise InvalidPackage unless these files are what the package's manifest says, and no more."""
    _check_essentials(contents)
    info = dist_info(contents.manifest)
    own, listing = f"{info}/{CONTENTS}", f"{info}/RECORD"
    for path in sorted(found.keys() | contents.files.keys()):
        if path in (own, listing):
            continue
        if path not in contents.files:
            raise _refused(phrase("{path} is not in its manifest", path=path))
        if path not in found:
            raise _refused(phrase("{path} is missing", path=path))
        if found[path] != contents.files[path]:
            raise _refused(phrase("{path} is not what its manifest says", path=path))
        if path.split("/")[0] not in (contents.manifest.name, info):
            raise _refused(phrase("{path} lies beside the addon", path=path))
    if own not in found or listing not in found:
        raise _refused(phrase("{path} is missing", path=own if own not in found else listing))
    rows = record({**contents.files, own: found[own]}, listing)
    if digest_of(rows.encode()) != found[listing]:
        raise _refused(phrase("{path} is not what its manifest says", path=listing))


def _check_essentials(contents: Contents) -> None:
    """A package is an addon, bears no name of the platform, and is found as this addon alone."""
    manifest = contents.manifest
    if manifest.name in manifests.RESERVED_NAMES:
        raise _refused(phrase("{name} is a name of the platform", name=manifest.name))
    points = f"{dist_info(manifest)}/entry_points.txt"
    for path in (f"{manifest.name}/{manifests.FILE_NAME}", points):
        if path not in contents.files:
            raise _refused(phrase("{path} is missing", path=path))
    if contents.files[points] != digest_of(entry_points(manifest).encode()):
        raise _refused(phrase("{path} names more than the addon", path=points))


def check_manifest(contents: Contents, toml: bytes) -> None:
    """Raise InvalidPackage unless `addon.toml` says the same as the package's manifest."""
    try:
        said = manifests.parse(toml.decode())
    except (ManifestError, UnicodeDecodeError) as error:
        raise _refused(phrase("{error}", error=str(error))) from error
    if said != contents.manifest:
        raise _refused(phrase("addon.toml says something else than its manifest"))


def _read(archive: zipfile.ZipFile, size: int) -> dict[str, bytes]:
    entries = archive.infolist()
    if len(entries) > limits.MAX_FILES:
        raise _refused(phrase("it holds more than {most} files", most=limits.MAX_FILES))
    total = sum(entry.file_size for entry in entries)
    # Small packages may shrink by more, since every file has a header.
    if total > limits.MAX_UNPACKED or total > limits.MAX_RATIO * max(size, 2**16):
        raise _refused(phrase("it would unpack into {size} MB", size=total // 2**20))
    for entry in entries:
        _check_entry(entry)
    refuse_unsafe(entry.filename for entry in entries)
    return {entry.filename: archive.read(entry) for entry in entries}


def _check_entry(entry: zipfile.ZipInfo) -> None:
    kind = stat.S_IFMT(entry.external_attr >> 16)
    if entry.is_dir() or kind not in (0, stat.S_IFREG):
        raise _refused(phrase("{path} is no ordinary file", path=repr(entry.filename)))
    if entry.flag_bits & _ENCRYPTED or entry.compress_type not in _METHODS:
        raise _refused(
            phrase("{path} is packed in a way that is not read", path=repr(entry.filename))
        )
    if entry.file_size > limits.MAX_FILE:
        raise _refused(phrase("{path} is too large", path=repr(entry.filename)))


def _refused(reason: Phrase) -> InvalidPackage:
    return InvalidPackage.of(
        "package",
        phrase("This is no package that can be used: {reason}.", reason=reason),
        fix=phrase("Fetch it again, or ask its publisher for one made with aorabooks addon build."),
    )
