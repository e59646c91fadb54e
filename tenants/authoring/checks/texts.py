"""Templates that compile, and sentences that every language has."""

from __future__ import annotations

from collections.abc import Iterator

import jinja2

from core.i18n import translating
from core.web.static import static_files
from core.web.templating import Templates
from tenants.authoring.finding import Finding, Subject


def templates(subject: Subject) -> Iterator[Finding]:
    """Every template compiles and lies below a folder that bears the addon's name."""
    folder = subject.addon.folder / "templates"
    known = Templates(subject.kernel, static_files(subject.kernel.catalog))
    for path in sorted(folder.rglob("*.html")):
        name = path.relative_to(folder).as_posix()
        if not name.startswith(f"{subject.name}/"):
            message = f"Move it into templates/{subject.name}/."
            yield Finding("templates", message, f"templates/{name}")
            continue
        try:
            known.compile(name)
        except jinja2.TemplateNotFound:
            message = "No TemplateFolder in register_templates leads to it."
            yield Finding("templates", message, f"templates/{name}")
        except jinja2.TemplateSyntaxError as error:
            yield Finding("templates", error.message or "", f"templates/{name}:{error.lineno}")


def translations(subject: Subject) -> Iterator[Finding]:
    """Every sentence is translated into every language that the platform ships."""
    try:
        problems = translating.problems(subject.addon.folder)
    except jinja2.TemplateSyntaxError:
        return  # which `templates` names
    for problem in problems:
        yield Finding("translations", problem, "locale/")
