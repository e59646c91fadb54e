"""The addon under audit: its manifest, its files as bytes, and its modules as syntax trees."""

from __future__ import annotations

import ast
import warnings
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path, PurePosixPath

from addon_registry.audit.finding import Finding, unreadable
from addon_registry.audit.module import Module
from addon_registry.package.archive import load, read_archive
from addon_registry.package.sources import read_manifest, read_sources
from core.addons.manifest import Manifest


@dataclass(frozen=True)
class Subject:
    """An addon's files by their paths in its folder, nothing of them run."""

    manifest: Manifest
    files: Mapping[str, bytes]
    modules: tuple[Module, ...]
    broken: tuple[Finding, ...]

    def texts(self, *suffixes: str) -> Iterator[tuple[str, str]]:
        """Path and text of each file with one of these endings that is text."""
        for path, data in self.files.items():
            if PurePosixPath(path).suffix in suffixes:
                try:
                    yield path, data.decode()
                except UnicodeDecodeError:
                    continue


def subject_at(target: Path) -> Subject:
    """The addon in this folder or wheel; raises InvalidPackage if there is none."""
    if target.is_dir():
        manifest = read_manifest(target.absolute())
        files = read_sources(target.absolute())
    else:
        archive = read_archive(target.name, load(target))
        manifest, files = archive.contents.manifest, archive.files
    prefix = f"{manifest.name}/"
    own = {path.removeprefix(prefix): files[path] for path in files if path.startswith(prefix)}
    parsed = [_parsed(path, data) for path, data in own.items() if path.endswith(".py")]
    return Subject(
        manifest,
        own,
        tuple(found for found in parsed if isinstance(found, Module)),
        tuple(found for found in parsed if isinstance(found, Finding)),
    )


def _parsed(path: str, data: bytes) -> Module | Finding:
    try:
        text = data.decode()
        with warnings.catch_warnings(action="ignore"):
            tree = ast.parse(text)
    except SyntaxError as error:
        return unreadable(path, error.lineno or 0, error.msg)
    except (ValueError, RecursionError, MemoryError) as error:
        return unreadable(path, 0, str(error))
    return Module(path, path.removesuffix(".py").replace("/", "."), text, tree)
