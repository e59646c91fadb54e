"""The style sheet of icons: those of bootstrap-icons that the pages of this process can show.

The whole font is heavier than all else on a page. So a process looks for the names that its
addons use - in what they declare, in their templates, in their code - and draws those alone.
Those that only pages of the kernel beside its lists show are in a sheet that lists go without.
"""

from __future__ import annotations

import os
import re
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import fields, is_dataclass
from pathlib import Path
from typing import Any, Final
from urllib.parse import quote

import orjson

from core.addons.catalog import Catalog

_CLASS: Final = re.compile(r"\bbi-([a-z0-9]+(?:-[a-z0-9]+)*)")
_IN_CODE: Final = re.compile(r"""\bicon["']?\s*[=:]\s*["']([a-z0-9-]+)["']""")
_QUOTED: Final = re.compile(r"""["']([a-z0-9]+(?:-[a-z0-9]+)*)["']""")
_PUT_TOGETHER: Final = re.compile(r"\bbi-\{\{")
_OF_OTHER_PAGES: Final = re.compile(
    r"/web/templates/core/(?!base|document|progress|shell/|bulk/|displays/|printing/many"
    r"|resources/(list|inputs|lookup)|conversation/badge|dashboards/pin)"
)
"""Templates of the kernel that no list is made of."""
_SKIPPED: Final = frozenset({"migrations", "static", "locale", "tests", "__pycache__"})


def icon_sheets(catalog: Catalog, bundle: Path) -> dict[str, str]:
    """The rules `.bi-<name>` for every icon in use, as "icons.css" and "icons-more.css"; empty
    where the front end is not bundled."""
    file = bundle / "icons.json"
    drawn = orjson.loads(file.read_bytes()) if file.is_file() else {"icons": {}, "used": []}
    shapes: dict[str, str] = drawn["icons"]
    in_lists, elsewhere = {*drawn["used"], *_declared(catalog.contributions)}, set[str]()
    for addon in catalog.addons.values():
        for path in _files(addon.folder):
            named = elsewhere if _OF_OTHER_PAGES.search(path.as_posix()) else in_lists
            named.update(_in_text(path))
    return {
        "icons.css": _rules(in_lists, shapes),
        "icons-more.css": _rules(elsewhere - in_lists, shapes),
    }


def _rules(names: Iterable[str], shapes: Mapping[str, str]) -> str:
    return "\n".join(_rule(name, shapes[name]) for name in sorted(names) if name in shapes)


def _rule(name: str, shape: str) -> str:
    svg = f"<svg xmlns='http://www.w3.org/2000/svg' viewBox='0 0 16 16'>{shape}</svg>"
    address = quote(svg.replace('"', "'"), safe=" /:='()<>,.;-+")
    address = address.replace("<", "%3C").replace(">", "%3E")
    return f'.bi-{name}{{--bi:url("data:image/svg+xml,{address}")}}'


def _declared(value: Any) -> Iterator[str]:
    """Every `icon` of what is declared, however deep it lies."""
    if is_dataclass(value) and not isinstance(value, type):
        for field in fields(value):
            part = getattr(value, field.name)
            if field.name == "icon" and isinstance(part, str):
                yield part
            else:
                yield from _declared(part)
    elif isinstance(value, list | tuple):
        for part in value:
            yield from _declared(part)


def _in_text(path: Path) -> Iterator[str]:
    text = path.read_text(encoding="utf-8", errors="ignore")
    if path.suffix == ".py":
        # Most of the code names none: to look for the bare word first halves the time of it all.
        if "icon" in text:
            yield from _IN_CODE.findall(text)
    else:
        yield from _CLASS.findall(text)
        # A name that the template puts together is among its quoted words.
        if _PUT_TOGETHER.search(text):
            yield from _QUOTED.findall(text)


def _files(folder: Path) -> Iterator[Path]:
    for where, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if name not in _SKIPPED]
        yield from (Path(where, name) for name in names if name.endswith((".py", ".html", ".js")))
