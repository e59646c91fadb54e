"""The style sheet of icons: those of bootstrap-icons that the pages of this process can show.

The whole font is heavier than all else on a page. So a process looks for the names that its
addons use - in what they declare, in their templates, in their code - and draws those alone.
"""

from __future__ import annotations

import re
from collections.abc import Iterable, Iterator
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
_SKIPPED: Final = frozenset({"migrations", "static", "locale", "tests", "__pycache__"})


def icon_sheet(catalog: Catalog, bundle: Path) -> str:
    """The rules `.bi-<name>` for every icon in use; empty where the front end is not bundled."""
    file = bundle / "icons.json"
    if not file.is_file():
        return ""
    drawn = orjson.loads(file.read_bytes())
    shapes: dict[str, str] = drawn["icons"]
    names = {*drawn["used"], *_declared(catalog.contributions), *_mentioned(catalog)}
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


def _mentioned(catalog: Catalog) -> Iterator[str]:
    for addon in catalog.addons.values():
        yield from _in_texts(_files(addon.folder))


def _in_texts(files: Iterable[Path]) -> Iterator[str]:
    for path in files:
        text = path.read_text(encoding="utf-8", errors="ignore")
        if path.suffix == ".py":
            yield from _IN_CODE.findall(text)
        else:
            yield from _CLASS.findall(text)
            # A name that the template puts together is among its quoted words.
            if _PUT_TOGETHER.search(text):
                yield from _QUOTED.findall(text)


def _files(folder: Path) -> Iterator[Path]:
    for path in sorted(folder.rglob("*")):
        if path.suffix in (".py", ".html", ".js") and _SKIPPED.isdisjoint(
            path.relative_to(folder).parts
        ):
            yield path
