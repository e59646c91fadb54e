"""A board: a list's records as cards, in a column for each state, and where each card may go."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session, selectinload

from core.declare import Action, Board, Tone
from core.i18n.formats import number
from core.web.bulk.tasks import bulk_inputs
from core.web.resources import counting
from core.web.resources.criteria import Condition, Criteria
from core.web.resources.keyset import sorted_by
from core.web.resources.kinds import Choice
from core.web.resources.records import may, may_edit
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape, Shown
from core.web.resources.showing import shower
from core.web.resources.views.asking import Asked

CARDS: Final = 30
"""Cards of a column; the others are a link to the list."""
_FACTS: Final = 3


@dataclass(frozen=True, slots=True)
class Way:
    """A state that a card can be brought to: by an action, or by writing the field."""

    state: str
    title: str
    action: Action | None

    @property
    def confirm(self) -> str:
        """What is asked before the card goes there."""
        return self.action.confirm if self.action is not None else ""


@dataclass(frozen=True, slots=True)
class Card:
    """A record on a board: `facts` stand under its title, figures at the end of their line."""

    key: str
    title: str
    url: str
    version: str
    facts: tuple[tuple[str, str, bool], ...]
    ways: tuple[Way, ...]


@dataclass(frozen=True, slots=True)
class Lane:
    """A column: a state with its cards, how many there are, and its sums."""

    state: str
    title: str
    tone: Tone | str
    cards: tuple[Card, ...]
    count: str
    more: int
    sums: tuple[str, ...]


def lanes(session: Session, asked: Asked, board: Board) -> list[Lane]:
    """The columns of the board, in the order of the states."""
    shape = asked.shape
    by = asked.fields.filterable[board.by]
    assert isinstance(by.kind, Choice)
    shown = next((item for item in shape.columns if item.name == board.by), None)
    made = []
    for state, value in by.kind.members.items():
        only = Condition(by, "eq", (value,))
        criteria = Criteria(
            asked.criteria.search, (*asked.criteria.conditions, only), asked.criteria.order
        )
        records = _records(session, shape, criteria)
        matching = narrow(session, shape, select(shape.key.expression), criteria)
        count = counting.count(session, matching)
        made.append(
            Lane(
                state=state,
                title=asked.translate(by.kind.labels.get(state, state)),
                tone=shown.tones.get(state, "") if shown is not None else "",
                cards=_cards(session, asked, board, records, state),
                count=f"{number(asked.culture.locale, count.number)}{'' if count.exact else '+'}",
                more=max(0, count.number - len(records)),
                sums=_sums(session, asked, criteria) if count.exact else (),
            )
        )
    return made


def ways_of(session: Session, shape: Shape, board: Board, record: Any) -> tuple[Way, ...]:
    """Where this record may be brought by this actor, in its present state."""
    kind = shape.filterable[board.by].kind
    assert isinstance(kind, Choice)
    now, moves = kind.write(getattr(record, board.by)), dict(board.moves)
    actions = {action.name: action for action in shape.resource.actions}
    writable = any(item.name == board.by for item in bulk_inputs(shape))
    free = writable and may_edit(session, shape, record)
    found = []
    for state in kind.members:
        title = kind.labels.get(state, state)
        if state == now:
            continue
        action = actions.get(moves.get(state, ""))
        if action is None:
            if free and state not in moves:
                found.append(Way(state, title, None))
        elif action.when(record) and may(session, shape, action.permission, record):
            found.append(Way(state, title, action))
    return tuple(found)


def _records(session: Session, shape: Shape, criteria: Criteria) -> list[Any]:
    used = [key for key, _ in criteria.order]
    statement = narrow(session, shape, select(shape.model), criteria, *used)
    statement = sorted_by(statement, criteria.order).limit(CARDS)
    statement = statement.options(
        *(selectinload(grid.relationship.class_attribute) for grid in shape.grids)
    )
    return list(session.scalars(statement))


def _cards(
    session: Session, asked: Asked, board: Board, records: list[Any], state: str
) -> tuple[Card, ...]:
    shape = asked.shape
    columns = _fact_columns(asked, board)
    facts = facts_of(session, asked, columns, records)
    cards = []
    for record in records:
        key = getattr(record, shape.key.name)
        version = getattr(record, "version", "")
        cards.append(
            Card(
                key=str(key),
                title=asked.translate(shape.resource.record_title(record)),
                url=shape.record_url(key),
                version=str(version),
                facts=facts[key],
                ways=ways_of(session, shape, board, record),
            )
        )
    return tuple(cards)


def _fact_columns(asked: Asked, board: Board) -> list[Shown]:
    """The columns on a card: those declared, or the first ones after the title."""
    if board.card:
        return [asked.fields.columns[name] for name in board.card if name in asked.fields.columns]
    money = {item.currency.name for item in asked.fields.first if item.currency is not None}
    rest = [
        item for item in asked.fields.first[1:] if item.name != board.by and item.name not in money
    ]
    totals = [item for item in rest if item.total]
    return [item for item in rest if not item.total][:_FACTS] + totals[:1]


def facts_of(
    session: Session, asked: Asked, columns: list[Shown], records: list[Any]
) -> dict[Any, tuple[tuple[str, str, bool], ...]]:
    """What columns hold for these records, by key: title, text, whether a figure. Read as
    the list reads it, in one statement and dotted names too."""
    shape = asked.shape
    keys = [getattr(record, shape.key.name) for record in records]
    currencies = [item.currency for item in columns if item.currency is not None]
    selected = [*(item.attribute for item in columns), *currencies]
    statement: Any = select(shape.key.expression, *(item.expression for item in selected))
    statement = shape.attributes.join(statement, [item.path for item in selected if item.path])
    rows = session.execute(statement.where(shape.key.expression.in_(keys))).all()
    shows = [shower(item.kind, asked.culture, asked.translate) for item in columns]
    made = {}
    for key, *values in rows:
        codes = iter(values[len(columns) :])
        facts = []
        for column, show, value in zip(columns, shows, values, strict=False):
            code = next(codes) if column.currency is not None else ""
            text = show(value)
            if text:
                title = asked.translate(column.title)
                facts.append((title, f"{text} {code}".strip(), column.kind.figure))
        made[key] = tuple(facts)
    return made


def _sums(session: Session, asked: Asked, criteria: Criteria) -> tuple[str, ...]:
    """The first total of the list, by currency."""
    summed = [item for item in asked.fields.first if item.total][:1]
    if not summed:
        return ()
    used = [summed[0].attribute] + ([summed[0].currency] if summed[0].currency else [])
    shape = asked.shape
    matching = narrow(session, shape, select(shape.key.expression), criteria, *used)
    found = counting.totals(session, matching, summed)
    return tuple(
        f"{summed[0].kind.show(item.amount, asked.culture)} {item.currency}".strip()
        for item in found
    )
