"""`aorabooks addon new`: an addon that works, to be changed into one's own."""

from __future__ import annotations

import importlib.util
import keyword
import re
import shutil
from pathlib import Path
from string import Template
from typing import Final

from core.addons.manifest import RESERVED_NAMES
from core.errors import Conflict, InvalidInput
from tenants.places import ROOT

SCAFFOLD: Final = Path(__file__).parent / "scaffold"
SUFFIX: Final = ".tmpl"
_NAME = re.compile(r"[a-z][a-z0-9_]{1,30}")


def create_addon(name: str, folder: Path) -> Path:
    """Write the addon's folder below `folder`; returns it.

    Raises InvalidInput for a name that cannot be one, Conflict if there is such a folder.
    """
    _check(name)
    made = folder.absolute() / name
    if made.exists():
        raise Conflict(f"{made} exists already.", fix="Choose another name or another folder.")
    values = {"name": name, "title": name.replace("_", " ").capitalize()}
    try:
        for source in sorted(SCAFFOLD.rglob(f"*{SUFFIX}")):
            relative = source.relative_to(SCAFFOLD).as_posix().removesuffix(SUFFIX)
            target = made / relative.replace("__name__", name)
            target.parent.mkdir(parents=True, exist_ok=True)
            text = Template(source.read_text(encoding="utf-8")).substitute(values)
            target.write_text(text, encoding="utf-8")
    except BaseException:
        shutil.rmtree(made, ignore_errors=True)
        raise
    return made


def _check(name: str) -> None:
    taken = {path.name for path in (ROOT / "addons").iterdir() if path.is_dir()}
    if not _NAME.fullmatch(name) or keyword.iskeyword(name) or name.startswith("pg_"):
        raise InvalidInput.of(
            "name",
            f"{name!r} cannot be an addon's name.",
            fix="Use 2 to 31 lower-case letters, digits and underscores, beginning with a letter.",
        )
    if name in RESERVED_NAMES or name in taken:
        raise InvalidInput.of(
            "name", f"{name!r} is taken by the platform.", fix="Choose another name."
        )
    if importlib.util.find_spec(name) is not None:
        raise InvalidInput.of(
            "name",
            f"{name!r} is a Python module that is here already and would be imported instead.",
            fix="Choose another name.",
        )
