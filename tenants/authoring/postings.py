"""How documents post, collected for accountants from the docstrings of services and reactions.

What posts says in its docstring which accounts it debits (Dr) and credits (Cr); the
paragraph in which it does so goes into docs/accounting.md, under what the module says it is for.
"""

from __future__ import annotations

import ast
import re
import textwrap
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Final

BEGIN: Final = "<!-- postings: written by script/postings -->"
END: Final = "<!-- end of postings -->"
_SIDE: Final = re.compile(r"\b(Dr|Cr)\b")


@dataclass(frozen=True, slots=True)
class Posting:
    """A passage on what is debited and credited: of which addon, file and purpose."""

    addon: str
    path: str
    purpose: str
    passage: str


def collect(root: Path) -> list[Posting]:
    """Every passage of the addons below this folder, by addon and file."""
    found = []
    addons = root / "addons"
    for path in sorted((*addons.glob("*/services/**/*.py"), *addons.glob("*/reactions/*.py"))):
        relative = path.relative_to(root)
        for purpose, docstring in _docstrings(ast.parse(path.read_text(encoding="utf-8"))):
            for passage in _passages(docstring):
                found.append(Posting(relative.parts[1], relative.as_posix(), purpose, passage))
    return found


def render(root: Path) -> str:
    """The passages as Markdown."""
    lines: list[str] = []
    addon = purpose = ""
    for posting in collect(root):
        if posting.addon != addon:
            addon = posting.addon
            lines += [f"### {addon.capitalize()}", ""]
        if (posting.path, posting.purpose) != purpose:
            lines += [f"**{posting.purpose}** (`{posting.path}`)", ""]
        purpose = (posting.path, posting.purpose)
        lines += ["```text", posting.passage, "```", ""]
    return "\n".join(lines).rstrip() + "\n"


def updated(document: str, root: Path) -> str:
    """The document with the passages as they are in the code now, between its two marks."""
    head, begin, rest = document.partition(BEGIN)
    _, end, tail = rest.partition(END)
    if not begin or not end:
        raise ValueError("the document has no place for the postings")
    return f"{head}{BEGIN}\n\n{render(root)}\n{END}{tail}"


def _docstrings(module: ast.Module) -> Iterator[tuple[str, str]]:
    own = ast.get_docstring(module) or ""
    yield _sentence(own), own
    for node in module.body:
        if isinstance(node, ast.FunctionDef | ast.ClassDef):
            text = ast.get_docstring(node) or ""
            yield _sentence(text), text


def _sentence(docstring: str) -> str:
    """The first sentence, on one line."""
    paragraph = " ".join(docstring.partition("\n\n")[0].split())
    return re.split(r"(?<=[.:;])\s", paragraph, maxsplit=1)[0].rstrip(".:;")


def _passages(docstring: str) -> Iterator[str]:
    """Paragraphs that are set in, and say what is debited or credited."""
    for paragraph in re.split(r"\n\s*\n", docstring):
        lines = paragraph.splitlines()
        inner = [line for line in lines if line.startswith("    ") or not line.strip()]
        if _SIDE.search("\n".join(inner)):
            yield textwrap.dedent("\n".join(inner)).rstrip()
