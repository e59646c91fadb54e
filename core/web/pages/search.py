"""The search over everything, as a page, as the lines of the palette, and for programs."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy.orm import Session

from core.addons import extensions
from core.db.session import binding
from core.web.replies import Fragment, Json, Page, Reply
from core.web.request import Request
from core.web.search import commands, records, visited
from core.web.search.commands import PLAIN_ICON, Command, Translate

SHORTEST: Final = 2
LONGEST: Final = 100
_MOST_VISITED: Final = 20


@dataclass(frozen=True, slots=True)
class Group:
    """Lines of one kind, under its title in the reader's language."""

    title: str
    lines: tuple[Command, ...]


def show_search(session: Session, request: Request) -> Reply:
    """The hits for `q`, by kind; as JSON for programs."""
    text, translate = _asked(request), _translator(session, request)
    groups = _found(session, text, translate)
    if request.wants == "json":
        found = [
            {"title": line.title, "url": line.url, "kind": group.title}
            for group in groups
            for line in group.lines
            if line.url
        ]
        return Json({"query": text, "found": found})
    context = {"text": text, "groups": groups, "too_short": len(text) < SHORTEST}
    return Page("core/search.html", context)


def show_palette(session: Session, request: Request) -> Reply:
    """The lines of the palette: for `q` what fits, without it where one was lately, and all the
    places and actions there are. `been` are the addresses that the browser remembers."""
    text, translate = _asked(request), _translator(session, request)
    if len(text) >= SHORTEST:
        groups = _found(session, text, translate, with_actions=True)
    else:
        groups = _resting(session, request.query.getlist("been"), translate)
    return Fragment("core/shell/palette_lines.html", {"groups": groups, "text": text})


def _found(
    session: Session, text: str, translate: Translate, *, with_actions: bool = False
) -> list[Group]:
    folded = records.fold(session, text) if len(text) >= SHORTEST else ""
    if len(folded.replace(" ", "")) < SHORTEST:
        return []
    places = commands.fitting(session, commands.places(session, translate), folded)
    groups = [Group(translate("Go to"), tuple(places))] if places else []
    if with_actions:
        fitting = commands.fitting(session, commands.actions(session, translate), folded)
        groups += [Group(translate("Do"), tuple(fitting))] if fitting else []
    return groups + _records(session, text, folded, translate)


def _records(session: Session, text: str, folded: str, translate: Translate) -> list[Group]:
    """Records by the title of their resource; an addon's own hits join those of their kind."""
    icons = commands.icons_by_url(session)
    lines: dict[str, dict[str, Command]] = {}
    for hit in records.find(session, folded):
        icon = icons.get(hit.shape.url, PLAIN_ICON)
        kind = translate(hit.shape.resource.title)
        lines.setdefault(kind, {})[hit.url] = Command(hit.title, icon, hit.url)
    known = {url for of_kind in lines.values() for url in of_kind}
    for found in extensions.search(session, text):
        if found.url not in known:
            line = Command(found.title, PLAIN_ICON, found.url)
            lines.setdefault(translate(found.kind), {})[found.url] = line
    return [Group(kind, tuple(of_kind.values())) for kind, of_kind in lines.items()]


def _resting(session: Session, been: Iterable[str], translate: Translate) -> list[Group]:
    places = commands.places(session, translate)
    lately = visited.visited(
        session,
        list(been)[:_MOST_VISITED],
        {place.url: place for place in places},
        commands.icons_by_url(session),
        translate,
    )
    groups = (
        (translate("Lately"), lately),
        (translate("Go to"), places),
        (translate("Do"), commands.actions(session, translate)),
    )
    return [Group(title, tuple(lines)) for title, lines in groups if lines]


def _asked(request: Request) -> str:
    # PostgreSQL holds no NUL, so nothing is found by one.
    return request.query.get("q", "").replace("\0", "").strip()[:LONGEST]


def _translator(session: Session, request: Request) -> Translate:
    languages: Any = binding(session).context["kernel"].languages
    return lambda message: languages.translate(request.locale, message)
