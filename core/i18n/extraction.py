"""Finds every sentence that a package may show: in its code, its templates and its manifest.

In code these are what `msg`, `phrase`, `gettext` and `ngettext` mark, and the constant messages
of errors; in templates, what `_`, `gettext`, `ngettext` and `{% trans %}` hold.
"""

from __future__ import annotations

import ast
import tomllib
from collections.abc import Iterator
from pathlib import Path
from typing import Final

from jinja2.ext import babel_extract

Message = str | tuple[str, str]
"""A sentence, or its singular and plural."""

_MARKERS: Final = frozenset({"msg", "phrase", "_", "gettext"})
_ERRORS: Final = frozenset(
    {
        "AppError",
        "ChangePasswordFirst",
        "Conflict",
        "Forbidden",
        "InvalidInput",
        "NeedsConfirmation",
        "NotEnabled",
        "NotFound",
        "NotSignedIn",
        "SignInFirst",
        "TooLarge",
        "TooManyRequests",
        "Unavailable",
        "Unreadable",
    }
)
_MANIFEST_SENTENCES: Final = ("title", "summary", "category", "privacy")
_SKIPPED: Final = frozenset({"migrations", "static", "locale", "__pycache__", "node_modules"})


def messages_in(folder: Path) -> list[Message]:
    """The sentences of the package in this folder, each once, in a stable order."""
    found: dict[Message, None] = {}
    for path in sorted(folder.rglob("*")):
        if _SKIPPED.isdisjoint(path.relative_to(folder).parts):
            found |= dict.fromkeys(_in_file(path))
    return list(found)


def _in_file(path: Path) -> Iterator[Message]:
    if path.suffix == ".py":
        yield from _in_code(path)
    elif path.suffix == ".html":
        yield from _in_template(path)
    elif path.name == "addon.toml":
        yield from _in_manifest(path)


def _in_code(path: Path) -> Iterator[Message]:
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if not isinstance(node, ast.Call):
            continue
        name, owner = _called(node.func)
        arguments = [*map(_constant, node.args)]
        if name in _MARKERS:
            yield from filter(None, arguments[:1])
        elif name == "ngettext" and len(arguments) >= 2 and arguments[0] and arguments[1]:
            yield (arguments[0], arguments[1])
        elif name in _ERRORS or name == "__init__":
            yield from filter(None, arguments[:1])
        elif name == "of" and owner in _ERRORS:
            yield from filter(None, arguments[1:2])
        yield from (
            text
            for keyword in node.keywords
            if keyword.arg == "fix" and (text := _constant(keyword.value))
        )


def _called(function: ast.expr) -> tuple[str, str]:
    """The name that is called, and the name it is asked of."""
    if isinstance(function, ast.Name):
        return function.id, ""
    if isinstance(function, ast.Attribute):
        owner = function.value
        return function.attr, owner.id if isinstance(owner, ast.Name) else ""
    return "", ""


def _constant(node: ast.expr) -> str:
    constant = isinstance(node, ast.Constant) and isinstance(node.value, str)
    return node.value if constant else ""  # type: ignore[union-attr]


def _in_template(path: Path) -> Iterator[Message]:
    options = {"trimmed": "true", "silent": "false"}
    with path.open("rb") as file:
        for _, function, message, _ in babel_extract(
            file, ("_", "gettext", "ngettext"), (), options
        ):
            if isinstance(message, tuple):
                if function == "ngettext" and message[0] and message[1]:
                    yield (message[0], message[1])
                elif message[0]:
                    yield message[0]
            elif message:
                yield message


def _in_manifest(path: Path) -> Iterator[Message]:
    manifest = tomllib.loads(path.read_text(encoding="utf-8"))
    yield from (text for key in _MANIFEST_SENTENCES if (text := manifest.get(key)))
    yield from manifest.get("permissions", ())
