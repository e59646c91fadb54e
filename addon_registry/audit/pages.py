"""Words that reach a page without being escaped, and scripts that the platform's pages refuse."""

from __future__ import annotations

import ast
import re
from collections.abc import Iterator
from typing import Final

from addon_registry.audit.finding import Finding, Place, warning
from addon_registry.audit.module import Module
from addon_registry.audit.subject import Subject
from core.i18n.phrases import phrase

RULE: Final = "pages"
_UNESCAPED: Final = re.compile(r"\|\s*safe\b|\{%-?\s*autoescape\s+false")
_INLINE: Final = re.compile(
    r"<script(?![^>]*\bsrc\s*=)(?![^>]*application/json)[^>]*>|\son[a-z]+\s*=\s*[\"']",
    re.IGNORECASE,
)
_MARKUP: Final = frozenset({"markupsafe.Markup", "jinja2.Markup"})


def check(subject: Subject) -> Iterator[Finding]:
    """Templates and code that hand words on as they came; inline scripts."""
    for path, text in subject.texts(".html", ".htm"):
        for number, line in enumerate(text.splitlines(), start=1):
            if _UNESCAPED.search(line):
                yield _unescaped(Place(path, number))
            if _INLINE.search(line):
                yield warning(
                    RULE,
                    Place(path, number),
                    phrase("The platform's pages run no scripts that stand in the page itself."),
                    phrase("Put the script into static/, and load it with src."),
                )
    for module in subject.modules:
        for call in _markup(module):
            if module.strings.text_of(call.args[0]) is None:
                yield _unescaped(Place(module.path, call.lineno))


def _markup(module: Module) -> Iterator[ast.Call]:
    for node in module.nodes:
        if isinstance(node, ast.Call) and node.args and module.dotted(node.func) in _MARKUP:
            yield node


def _unescaped(place: Place) -> Finding:
    return warning(
        RULE,
        place,
        phrase("Words reach the page here as they came, with any script that is in them."),
        phrase("Let the template escape them; make markup of constants alone."),
    )
