"""One hash over what a fresh database of these addons is made by.

Two processes with the same code agree on it, and any change of code, however small, gives
another: a template is never reused for what it was not built from.
"""

from __future__ import annotations

from collections.abc import Iterable
from functools import cache
from hashlib import sha256
from pathlib import Path

from core.addons.catalog import LoadedAddon

_SUFFIXES = frozenset({".py", ".toml", ".sql", ".csv", ".json"})
_WITHOUT_EFFECT = frozenset({"__pycache__", "static", "templates", "locale"})


def fingerprint(addons: Iterable[LoadedAddon]) -> str:
    """Of the addons in load order."""
    whole = sha256()
    for addon in addons:
        whole.update(f"{addon.name} {addon.head} {_folder_digest(addon.folder)}\n".encode())
    return whole.hexdigest()


@cache
def _folder_digest(folder: Path) -> str:
    # A process runs the code that it loaded at its start, so one look at the files suffices.
    digest = sha256()
    for path in sorted(_files(folder)):
        content = sha256(path.read_bytes()).hexdigest()
        digest.update(f"{path.relative_to(folder).as_posix()} {content}\n".encode())
    return digest.hexdigest()


def _files(folder: Path) -> Iterable[Path]:
    for path in folder.iterdir():
        if path.is_dir():
            if path.name not in _WITHOUT_EFFECT:
                yield from _files(path)
        elif path.suffix in _SUFFIXES:
            yield path
