"""Writes a verified wheel into a folder: whole or not at all, whatever happens meanwhile."""

from __future__ import annotations

import hashlib
import os
import secrets
import shutil
from collections.abc import Iterable, Mapping
from pathlib import Path

from addon_registry.errors import UntrustedPackage
from addon_registry.package import archive
from addon_registry.package.verifying import Verified, check_folder
from core.errors import AppError, Conflict, Unavailable
from core.i18n.phrases import phrase


def unpack(wheel: Path, target: Path, verified: Verified) -> None:
    """Write the files of the wheel, which `verify_wheel` found to be `verified`, into `target`.

    The folder appears with everything in it, safely on the disk, or not at all; one that holds the
    same already is left alone. Raises UntrustedPackage if the wheel was changed since, Conflict if
    something else lies there, Unavailable if the disk is full or cannot be written.
    """
    data = archive.load(wheel)
    if hashlib.sha256(data).hexdigest() != verified.statement.wheel_sha256:
        raise UntrustedPackage(
            phrase("{path} was changed since it was verified.", path=wheel.name),
            fix=phrase("Fetch it again from its registry."),
        )
    if target.exists():
        _accept(target, verified)
        return
    files = archive.read_archive(wheel.name, data).files
    beside = target.with_name(f".{target.name}.{secrets.token_hex(4)}")
    try:
        _write(beside, files)
        beside.rename(target)
        _flush(target.parent)
    except OSError as error:
        raise Unavailable(
            phrase(
                "{path} cannot be written: {reason}.", path=str(target), reason=error.strerror or ""
            ),
            fix=phrase("Make room on the disk, and try again; nothing was changed."),
        ) from error
    finally:
        shutil.rmtree(beside, ignore_errors=True)


def _accept(target: Path, verified: Verified) -> None:
    try:
        check_folder(target, verified.contents)
    except (AppError, OSError) as error:
        raise Conflict(
            phrase("{path} holds something else.", path=str(target)),
            fix=phrase("Remove this folder, and try again."),
        ) from error


def _write(folder: Path, files: Mapping[str, bytes]) -> None:
    folder.mkdir(parents=True)
    for path, data in files.items():
        place = folder / path
        place.parent.mkdir(parents=True, exist_ok=True)
        with place.open("xb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
    _flush_all({(folder / path).parent for path in files} | {folder})


def _flush_all(folders: Iterable[Path]) -> None:
    for folder in folders:
        _flush(folder)


def _flush(folder: Path) -> None:
    """A file's name is safe once its folder is."""
    descriptor = os.open(folder, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
