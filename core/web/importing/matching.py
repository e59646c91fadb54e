"""Which field a column most likely means: by its title in any language, its name, synonyms, and
how columns of files like this one were matched before.
"""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping
from datetime import timedelta
from functools import lru_cache
from typing import Final

from sqlalchemy import case, delete, select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from core.db.base import utc_now
from core.i18n import LOCALES, Languages
from core.importing.layout import Layout
from core.importing.models import RememberedMapping
from core.web.importing.plan import Plan
from core.web.importing.targets import EXTERNAL_ID, Target, targets_of
from core.web.resources.kinds import Reference
from core.web.resources.kinds_of import humanize
from core.web.resources.shape import Shape

KEPT: Final = timedelta(days=730)
"""How long the way somebody matched a kind of file is remembered after its last use."""
_EXTERNAL: Final = ("external id", "ext id", "xml id", "reference id", "source id", "external key")
_MARKS = re.compile("[\u0640\u064b-\u0652\u0670\u200c-\u200f]")
_BETWEEN = re.compile(r"[\W_]+")


@lru_cache(maxsize=8192)
def plain(title: str) -> str:
    """A title without case, accents and signs, so that "E-mail:" and "email" are one."""
    folded = unicodedata.normalize("NFKD", title.casefold())
    letters = "".join(letter for letter in folded if not unicodedata.combining(letter))
    return _BETWEEN.sub("", _MARKS.sub("", letters))


def match_columns(languages: Languages, shape: Shape, titles: Iterable[str]) -> dict[int, str]:
    """The best field for each column, each field at most once. A title of lines may name them
    ("Lines: Price"); where it does not, a field of the document comes first. What a resource says
    that a title means goes before everything but the titles of the document itself: "Discount" may
    mean that of a line, although the document has a field `discount` with another title."""
    known: dict[str, str] = {}
    targets = targets_of(shape)
    importing = shape.resource.importing
    titled = [
        (name, target.name)
        for target in targets
        if not target.grid
        for name in _spoken(languages, shape, target)
    ]
    said = () if importing is None else ((text, name) for name, text in importing.synonyms)
    others = ((name, one.name) for one in targets for name in _names(languages, shape, one))
    for text, target_name in (*titled, *said, *others):
        known.setdefault(plain(text), target_name)
    found: dict[int, str] = {}
    for place, title in enumerate(titles):
        target_name = known.get(plain(title), "")
        if target_name and target_name not in found.values():
            found[place] = target_name
    return found


def _names(languages: Languages, shape: Shape, target: Target) -> Iterator[str]:
    spoken = _spoken(languages, shape, target)
    importing = shape.resource.importing
    synonyms = importing.synonyms if importing is not None else ()
    own = [
        target.name.rpartition(".")[2],
        *(text for name, text in synonyms if name == target.name),
    ]
    if target.name == EXTERNAL_ID:
        own += _EXTERNAL
    grid = next((grid for grid in shape.grids if grid.name == target.grid), None)
    if grid is not None:
        lines = [languages.translate(locale, grid.lines.title) for locale in LOCALES]
        yield from (f"{line} {name}" for line in (*lines, grid.name) for name in (*spoken, *own))
    yield from (*spoken, *own, humanize(own[0]))


def _spoken(languages: Languages, shape: Shape, target: Target) -> list[str]:
    """Its titles in every language."""
    titles = [target.title, *_listed_titles(shape, target)]
    return [languages.translate(locale, title) for title in titles for locale in LOCALES]


def _listed_titles(shape: Shape, target: Target) -> Iterator[str]:
    """What the list calls the same: its export shall come in again."""
    if target.grid:
        return
    step = f"{target.name.removesuffix('_id')}."
    for column in shape.offered:
        same = isinstance(target.kind, Reference) and column.name.startswith(step)
        if column.name == target.name or same:
            yield column.title


def recall_plan(session: Session, target: str, layout: Layout, user_id: int | None) -> Plan | None:
    """How a file with these titles was matched before: by this user, else by anybody."""
    mine = case((RememberedMapping.user_id == (user_id or 0), 0), else_=1)
    stored = session.scalars(
        select(RememberedMapping.plan)
        .where(
            RememberedMapping.target == target,
            RememberedMapping.fingerprint == layout.fingerprint,
        )
        .order_by(mine, RememberedMapping.used_at.desc())
        .limit(1)
    ).one_or_none()
    return None if stored is None else Plan.from_json(stored)


def remember_plan(
    session: Session, target: str, layout: Layout, user_id: int | None, plan: Plan
) -> None:
    """Match the next file with these titles in the same way."""
    session.execute(
        insert(RememberedMapping)
        .values(
            target=target,
            fingerprint=layout.fingerprint,
            user_id=user_id or 0,
            plan=plan.to_json(),
            used_at=utc_now(),
        )
        .on_conflict_do_update(
            index_elements=["target", "fingerprint", "user_id"],
            set_={"plan": plan.to_json(), "used_at": utc_now()},
        )
    )


def forget_old_plans(session: Session) -> None:
    """Drop how files were matched that nobody has brought for long."""
    session.execute(delete(RememberedMapping).where(RememberedMapping.used_at < utc_now() - KEPT))


def still_valid(shape: Shape, layout: Layout, plan: Plan) -> Plan:
    """A remembered plan without what the resource no longer has. What may happen to records is
    asked anew each time."""
    known = {target.name for target in targets_of(shape)}
    columns = {p: n for p, n in plan.columns.items() if n in known and p < len(layout.titles)}
    defaults: Mapping[str, str] = {n: t for n, t in plan.defaults.items() if n in known}
    return Plan(columns, defaults, create_missing=plan.create_missing & known)
