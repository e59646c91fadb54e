"""Whether a package is what its publisher signed: as a wheel, and unpacked, before each start."""

from __future__ import annotations

import contextlib
import hashlib
import secrets
import shutil
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from addon_registry.errors import UntrustedPackage
from addon_registry.keys import Keyring, PublisherKey
from addon_registry.package import archive
from addon_registry.package import contents as package_contents
from addon_registry.package.contents import Contents, FileDigest, digest_of
from addon_registry.package.names import CONTENTS
from addon_registry.package.signing import Signed, Statement, read_signature
from core.addons import manifest as manifests
from core.addons.manifest import Manifest
from core.errors import AppError
from core.i18n.phrases import Phrase, phrase

_BYTE_CODE: Final = "__pycache__"


@dataclass(frozen=True, slots=True)
class Verified:
    """A package that is what its publisher signed."""

    contents: Contents
    statement: Statement
    publisher: PublisherKey

    @property
    def manifest(self) -> Manifest:
        return self.contents.manifest

    @property
    def files(self) -> Mapping[str, FileDigest]:
        """The digests of its files by their paths in the package."""
        return self.contents.files


def verify_wheel(wheel: Path, signature: Path, keyring: Keyring) -> Verified:
    """The package in this wheel. Nothing of it is imported or written.

    Raises UntrustedPackage if the signature does not hold for just these bytes, InvalidPackage if
    the publisher signed something that is no proper package.
    """
    signed = read_signature(signature, keyring)
    data = archive.load(wheel)
    # Before it is read as a zip file: nobody shall be able to hand us a strange one.
    if hashlib.sha256(data).hexdigest() != signed.statement.wheel_sha256:
        raise _changed(
            phrase("the file was changed since {name} signed it", name=signed.publisher.name)
        )
    read = archive.read_archive(wheel.name, data)
    return _verified(signed, read.contents, read.manifest_sha256)


def verify_unpacked(
    folder: Path, signature: Path, keyring: Keyring, *, beside: frozenset[str] = frozenset()
) -> Verified:
    """The package in this folder, which `unpack` has made; for every start.

    Raises UntrustedPackage for a file that was changed, added or lost. What is named `beside` may
    lie next to the addon. Byte code is deleted: nobody signed it, and Python would run it instead
    of the source that was verified.
    """
    signed = read_signature(signature, keyring)
    try:
        own = _own_manifest(folder)
        contents = package_contents.from_bytes(own)
        verified = _verified(signed, contents, hashlib.sha256(own).hexdigest())
        check_folder(folder, contents, beside=beside)
    except UntrustedPackage:
        raise
    except (AppError, OSError) as error:
        reason = error.message if isinstance(error, AppError) else str(error)
        raise _changed(phrase("what was unpacked was changed ({reason})", reason=reason)) from error
    return verified


def check_folder(folder: Path, contents: Contents, *, beside: frozenset[str] = frozenset()) -> None:
    """Raise InvalidPackage unless the folder holds these contents and nothing else."""
    archive.check_files(contents, dict(_digests(folder, beside)))
    toml = folder / contents.manifest.name / manifests.FILE_NAME
    archive.check_manifest(contents, toml.read_bytes())


def _own_manifest(folder: Path) -> bytes:
    found = sorted(folder.glob(f"*.dist-info/{CONTENTS}"))
    if len(found) != 1:
        raise _changed(phrase("the folder {folder} holds no package", folder=str(folder)))
    return found[0].read_bytes()


def _digests(folder: Path, beside: frozenset[str]) -> Iterator[tuple[str, FileDigest]]:
    for path in sorted(folder.iterdir()):
        if path.name not in beside:
            yield from _digests_below(path, folder)


def _digests_below(path: Path, folder: Path) -> Iterator[tuple[str, FileDigest]]:
    if path.name == _BYTE_CODE:
        _take_away(path, folder)
    elif path.is_symlink():
        raise _changed(phrase("{path} is a link", path=path.relative_to(folder).as_posix()))
    elif not path.is_dir():
        yield path.relative_to(folder).as_posix(), digest_of(path.read_bytes())
    else:
        for child in sorted(path.iterdir()):
            yield from _digests_below(child, folder)


def _take_away(path: Path, folder: Path) -> None:
    """Delete byte code at once, while other processes may be verifying, or writing their own."""
    aside = folder.with_name(f".{folder.name}.{secrets.token_hex(4)}")
    with contextlib.suppress(FileNotFoundError):  # somebody else was faster
        path.rename(aside)
    if aside.is_dir() and not aside.is_symlink():
        shutil.rmtree(aside, ignore_errors=True)
    else:
        aside.unlink(missing_ok=True)


def _verified(signed: Signed, contents: Contents, manifest_sha256: str) -> Verified:
    statement = signed.statement
    said = (statement.name, statement.version, statement.manifest_sha256)
    if said != (contents.manifest.name, contents.manifest.version, manifest_sha256):
        raise _changed(phrase("the signature belongs to another package"))
    return Verified(contents, statement, signed.publisher)


def _changed(reason: Phrase) -> UntrustedPackage:
    return UntrustedPackage(
        phrase("This package is not used: {reason}.", reason=reason),
        fix=phrase("Fetch it again from its registry; if it stays so, tell its publisher."),
    )
