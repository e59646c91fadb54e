"""Templates that compile, and sentences that every language has."""

from __future__ import annotations

from collections.abc import Iterator

import jinja2

from core.i18n import translating
from tenants.authoring.finding import Finding, Subject


def templates(subject: Subject) -> Iterator[Finding]:
    """Every template compiles and lies below a folder that bears the addon's name."""
    folder = subject.addon.folder / "templates"
    environment = jinja2.Environment(
        autoescape=True, extensions=["jinja2.ext.i18n", "jinja2.ext.do"]
    )
    for path in sorted(folder.rglob("*.html")) if folder.is_dir() else ():
        relative = path.relative_to(subject.addon.folder)
        if relative.parts[1] != subject.name:
            yield Finding(
                "templates", f"Move it into templates/{subject.name}/.", relative.as_posix()
            )
        try:
            environment.parse(path.read_text(encoding="utf-8"), filename=str(path))
        except jinja2.TemplateSyntaxError as error:
            yield Finding("templates", error.message or "", f"{relative.as_posix()}:{error.lineno}")


def translations(subject: Subject) -> Iterator[Finding]:
    """Every sentence is translated into every language that the platform ships."""
    for problem in translating.problems(subject.addon.folder):
        yield Finding("translations", problem, "locale/")
