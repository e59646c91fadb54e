"""What can be done or gone to without a record: entries of the menu, new records, the session.

Their titles are weighed by the database, in the same searched form as records, so that accents,
hamzas and slips of the finger are forgiven alike.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Final

from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.states import view
from core.auth.actor import actor
from core.declare import MenuItem, msg
from core.web.blocking import is_writable
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shapes

Translate = Callable[[str], str]

SHOWN: Final = 8
PLAIN_ICON: Final = "dot"


@dataclass(frozen=True, slots=True)
class Command:
    """A line of the palette. `url` is gone to; `run` names what the page itself does instead:
    "sign-out", "keys", "theme:dark". `words` are searched beside the title."""

    title: str
    icon: str = PLAIN_ICON
    url: str = ""
    run: str = ""
    words: str = ""
    hint: str = ""


_OWN: Final = (
    Command(
        msg("Your account"), "person-circle", url="/account", words="profile password language"
    ),
    Command(msg("Keys of this page"), "keyboard", run="keys", words="shortcuts keyboard help"),
    Command(msg("Light"), "sun", run="theme:light", words="theme mode"),
    Command(msg("Dark"), "moon", run="theme:dark", words="theme mode night"),
    Command(
        msg("As the device says"), "display", run="theme:system", words="theme light dark auto"
    ),
    Command(msg("Sign out"), "box-arrow-right", run="sign-out", words="log out leave"),
)


def places(session: Session, translate: Translate) -> list[Command]:
    """The entries of the menu that are open to the actor."""
    may = actor(session).may
    return [
        Command(
            translate(item.title),
            item.icon or PLAIN_ICON,
            url=item.url,
            words=f"{item.title} {translate(item.section)}",
            hint=translate(item.section),
        )
        for item in view(session).menu
        if may(item.permission.code)
    ]


def actions(session: Session, translate: Translate) -> list[Command]:
    """What the actor can begin from any page."""
    new = [
        Command(
            translate(msg("New: {kind}")).format(kind=translate(shape.resource.singular)),
            "plus-lg",
            url=f"{shape.url}/new",
            words=f"new create add {shape.resource.singular}",
        )
        for shape in served_shapes(view(session))
        if _may_create(session, shape)
    ]
    own = [
        Command(translate(one.title), one.icon, one.url, one.run, f"{one.title} {one.words}")
        for one in _OWN
    ]
    return new + own


def fitting(session: Session, commands: Sequence[Command], folded: str) -> list[Command]:
    """Those that the folded words mean, best first."""
    if not commands:
        return []
    texts = [f"{command.title} {command.words}" for command in commands]
    titles = [command.title for command in commands]
    asked = {"texts": texts, "titles": titles, "words": folded}
    found = session.execute(_WEIGH, asked).scalars()
    return [commands[place - 1] for place in found][:SHOWN]


def icons_by_url(session: Session) -> dict[str, str]:
    """The icons of the menu, by where its entries lead."""
    items: Sequence[MenuItem] = view(session).menu
    return {item.url: item.icon for item in items if item.icon}


def _may_create(session: Session, shape: Shape) -> bool:
    create = shape.resource.access.create
    if create is None or not shape.groups or not is_writable(session, shape.addon, shape.resource):
        return False
    return actor(session).may(create.code)


# Every word begins a word of the line, or is close to one; what the title says counts for more.
_WEIGH: Final = text(
    """
    SELECT line.place FROM (
        SELECT place, core.fold(said) AS said, core.fold(title) AS title
          FROM unnest(CAST(:texts AS text[]), CAST(:titles AS text[]))
               WITH ORDINALITY AS given(said, title, place)
    ) AS line
    WHERE (SELECT bool_and(
                      line.said LIKE '% ' || word || '%'
                      OR (length(word) > 3 AND core.word_similarity(word, line.said) >= 0.5))
             FROM string_to_table(CAST(:words AS text), ' ') AS word)
    ORDER BY (line.title LIKE ' ' || :words || '%') DESC,
             (line.title LIKE '% ' || :words || '%') DESC,
             core.word_similarity(:words, line.title) DESC, length(line.title), line.place
    """
)
