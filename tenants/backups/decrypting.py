"""Opens a backup into a folder of ordinary files: `about.json`, `files.tar`, `database.dump`."""

from __future__ import annotations

from pathlib import Path
from typing import Final

from core.errors import NotFound
from core.i18n import phrase
from tenants.backups import contents
from tenants.backups.reading import BackupReader, Get
from tenants.backups.storage import ObjectMissing

NAMES: Final = {
    contents.ABOUT: "about.json",
    contents.FILES: "files.tar",
    contents.DATABASE: "database.dump",
}


def objects_of(folder: Path) -> Get:
    """The objects of a backup that was copied into a folder; raises NotFound if there is none."""
    if not folder.is_dir():
        raise NotFound(
            phrase("{folder} is no folder.", folder=str(folder)),
            fix=phrase("Name the folder that holds manifest.json."),
        )

    def get(name: str) -> bytes:
        try:
            return (folder / name).read_bytes()
        except FileNotFoundError as error:
            raise ObjectMissing(name) from error

    return get


def decrypt(reader: BackupReader, target: Path) -> list[Path]:
    """Write the files; raises Damaged, and then leaves none of the stream that is damaged."""
    target.mkdir(parents=True, exist_ok=True)
    written = []
    for stream, name in NAMES.items():
        draft, path = target / f"{name}.draft", target / name
        try:
            with draft.open("wb") as file:
                for part in reader.content(stream):
                    file.write(part)
            draft.rename(path)
        finally:
            draft.unlink(missing_ok=True)
        written.append(path)
    return written
