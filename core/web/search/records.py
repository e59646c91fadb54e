"""Records by a few words: of every resource that the actor may read, in one statement each try.

What holds the words comes first; where there is little of it, what is written alike. Record
rules narrow each resource's own select, so that nothing is found that its list would not show.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from typing import Any, Final, Literal

from sqlalchemy import (
    ColumnElement,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    literal,
    or_,
    select,
    text,
    union_all,
)
from sqlalchemy.orm import Session, aliased

from core.addons.catalog import CatalogView
from core.addons.states import view
from core.auth.actor import actor
from core.auth.rules import apply_rules
from core.db.search_index import Searched, Widest, document, searched, widest
from core.web.resources.list_fields import hidden_names
from core.web.resources.shape import Shape
from core.web.resources.shaping import served_shapes

How = Literal["holds", "alike"]

MOST_WORDS: Final = 6
_OF_A_RESOURCE: Final = 5
_WEIGHED: Final = 120
"""Rows of a resource that are ranked; among more, a search says nothing by its order."""
_FEW: Final = 3
"""With fewer hits than these, words are taken for misspelt."""
_REFERRED: Final = 100
"""Referred records whose referring ones are looked for."""
_ALIKE: Final = 0.42
"""How many of a word's trigrams must be met: one letter wrong, missing or swapped in six."""
_MISSPELT_FROM: Final = 4
"""Letters of the shortest word that is looked for with mistakes; figures never are."""


@dataclass(frozen=True, slots=True)
class Hit:
    """A record that was found."""

    shape: Shape
    key: Any
    title: str

    @property
    def url(self) -> str:
        """Its page."""
        return self.shape.record_url(self.key)


def fold(session: Session, words: str) -> str:
    """The words in their searched form, with single spaces between them."""
    return session.execute(select(func.core.fold(words))).scalar_one().strip()


def find(session: Session, folded: str) -> list[Hit]:
    """The records that these folded words mean, best first, those of a resource together."""
    words = tuple(folded.split()[:MOST_WORDS])
    may = actor(session).may
    shapes = [
        shape
        for shape in served_shapes(view(session))
        if shape.resource.search and may(shape.resource.access.read.code)
    ]
    if not words or not shapes:
        return []
    found: dict[tuple[int, str], float] = {}
    for place, key, score in _ask(session, shapes, words, "holds"):
        found[place, key] = 1.0 + score
    if len(found) < _FEW and any(map(_may_be_misspelt, words)):
        for place, key, score in _ask(session, shapes, words, "alike"):
            found.setdefault((place, key), score)
    return _read(session, shapes, found)


def _may_be_misspelt(word: str) -> bool:
    return len(word) >= _MISSPELT_FROM and not any(sign.isdigit() for sign in word)


def _ask(
    session: Session, shapes: Sequence[Shape], words: tuple[str, ...], how: How
) -> Iterable[tuple[int, str, float]]:
    branches = []
    misspelt = tuple(how == "alike" and _may_be_misspelt(word) for word in words)
    wide = _widest(view(session))
    for place, shape in enumerate(shapes):
        candidates = _candidates(shape, misspelt, hidden_names(session, shape), wide)
        if candidates is None:
            continue
        access = shape.resource.access.read
        weighed = apply_rules(session, candidates, shape.resource, access).subquery()
        branch = (
            select(literal(place).label("place"), weighed.c.key, weighed.c.score)
            .order_by(weighed.c.score.desc(), weighed.c.key)
            .limit(_OF_A_RESOURCE)
        )
        branches.append(select(branch.subquery()))
    if not branches:
        return ()
    if how == "alike":
        # Back to its default when the connection returns, as every setting of a session.
        session.execute(_SET_ALIKE, {"share": str(_ALIKE)})
    values: dict[str, Any] = {"words": " ".join(words)}
    for number, word in enumerate(words):
        # Two letters make no trigram but at the beginning of a word.
        start = "% " if len(word) < 3 else "%"
        values[f"word{number}"] = word
        values[f"like{number}"] = f"{start}{_literal(word)}%"
    return [tuple(row) for row in session.execute(union_all(*branches), values)]


_SET_ALIKE: Final = text("SELECT set_config('pg_trgm.word_similarity_threshold', :share, false)")


@lru_cache(maxsize=4096)
def _candidates(
    shape: Shape, misspelt: tuple[bool, ...], hidden: frozenset[str], wide: Widest
) -> Select[*tuple[Any, ...]] | None:
    """Key and closeness of rows that fit; the words are parameters.

    The index is over all texts that the resource declares. Where some are hidden from the actor,
    what it finds must fit by the others alone.
    """
    declared = searched_of(shape, frozenset(), wide)
    condition = _condition(shape, declared, misspelt)
    seen = searched_of(shape, hidden, wide) if hidden else declared
    if condition is not None and seen != declared:
        visible = _condition(shape, seen, misspelt)
        condition = None if visible is None else and_(condition, visible)
    if condition is None:
        return None
    words = bindparam("words", type_=Text)
    score: ColumnElement[Any] = literal(0.0)
    if seen.columns:
        score = func.core.word_similarity(words, document(shape.model, seen.columns))
    key = cast(shape.key.expression, Text).label("key")
    return select(key, score.label("score")).where(condition).limit(_WEIGHED)


@lru_cache(maxsize=2048)
def searched_of(shape: Shape, hidden: frozenset[str], wide: Widest) -> Searched:
    """What a search for this resource's records looks into, without these attributes."""
    names = [name for name in shape.resource.search if name not in hidden]
    return searched(shape.model, names, wide)


@lru_cache(maxsize=128)
def _widest(seen: CatalogView) -> Widest:
    resources = seen.resources.values()
    return widest((owned.addon, owned.item.model, owned.item.search) for owned in resources)


def _condition(
    shape: Shape, what: Searched, misspelt: tuple[bool, ...]
) -> ColumnElement[bool] | None:
    matches = [_fits(what, shape.model, n, alike) for n, alike in enumerate(misspelt)]
    fitting = [match for match in matches if match is not None]
    return and_(*fitting) if len(fitting) == len(matches) else None


def _fits(what: Searched, entity: Any, number: int, alike: bool) -> ColumnElement[bool] | None:
    """Whether a row holds the word of this number, itself or in what it refers to."""
    ways: list[ColumnElement[bool]] = []
    if what.columns:
        # Found by the index, and then held to the texts that were asked for.
        texts = dict.fromkeys((what.indexed, what.columns))
        ways.append(and_(*[_holds(document(entity, one), number, alike) for one in texts]))
    for step, referred in what.references:
        other = aliased(referred.model)
        fits = _fits(referred, other, number, alike)
        if fits is not None:
            keys = select(getattr(other, step.target_key)).where(fits).limit(_REFERRED)
            # As an array, which is worked out once and then looked up in the reference's index.
            held = func.array(keys.scalar_subquery())
            ways.append(getattr(entity, step.column) == func.any(held))
    return or_(*ways) if ways else None


def _holds(written: ColumnElement[str], number: int, alike: bool) -> ColumnElement[bool]:
    if alike:
        return written.op("OPERATOR(core.%>)")(bindparam(f"word{number}", type_=Text))
    return written.like(bindparam(f"like{number}", type_=Text))


def _read(
    session: Session, shapes: Sequence[Shape], found: dict[tuple[int, str], float]
) -> list[Hit]:
    """The records themselves, for their titles; resources in the order of their best."""
    keys: dict[int, list[str]] = {}
    for place, key in sorted(found, key=lambda at: -found[at]):
        keys.setdefault(place, []).append(key)
    hits = []
    for place, wanted in keys.items():
        shape = shapes[place]
        kind = shape.key.expression.type.python_type
        statement = select(shape.model).where(shape.key.expression.in_(map(kind, wanted)))
        statement = apply_rules(
            session, statement, shape.resource, shape.resource.access.read
        ).limit(len(wanted))
        records = {
            str(getattr(record, shape.key.name)): record for record in session.scalars(statement)
        }
        for key in wanted[:_OF_A_RESOURCE]:
            if key in records:
                record = records[key]
                title = shape.resource.record_title(record)
                hits.append(Hit(shape, getattr(record, shape.key.name), title))
    return hits


def _literal(word: str) -> str:
    # Folded words hold no other sign that LIKE takes for more than itself.
    return word.replace("\\", "").replace("%", "").replace("_", "")
