"""The groups of a list: how many records each has and what they add up to, worked out by the
database over all that the criteria let through and the actor may read.

Groups are paged by number: adding them up reads every record anyway, so that skipping groups
costs nothing beside it.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any, Final

from sqlalchemy import Enum, Select, case, func, or_, select
from sqlalchemy.orm import Session, aliased

from core.web.resources.attributes import Attribute
from core.web.resources.counting import Total
from core.web.resources.criteria import Ordering
from core.web.resources.kinds import Choice, Reference
from core.web.resources.references import target
from core.web.resources.selection import narrow, zone_of
from core.web.resources.shape import Shape, Shown
from core.web.resources.views.grouping import Level, key_of
from core.web.resources.views.state import ListState

GROUPS_OF_A_PAGE: Final = 100


@dataclass(frozen=True, slots=True)
class Group:
    """Records that have a value in common, None where they have none."""

    value: Any
    count: int
    totals: tuple[Total, ...]


@dataclass(frozen=True, slots=True)
class GroupPage:
    """Groups of one level, and whether others follow."""

    groups: tuple[Group, ...]
    more: bool


@dataclass(frozen=True, slots=True)
class Keyed:
    """A statement prepared for grouping: `keys` tell groups apart, `order` sorts them, by the
    keys and by what else `sorting` holds."""

    statement: Any
    keys: tuple[Any, ...]
    sorting: tuple[Any, ...]
    order: tuple[Any, ...]


def read_groups(session: Session, shape: Shape, state: ListState, page: int) -> GroupPage:
    """The groups of the level that the state has come to, one page of them."""
    level = state.grouping[state.level]
    summed = [column for column in state.columns if column.total]
    keyed = keyed_by(session, shape, state, [level], summed)
    plain = [column for column in summed if column.currency is None]
    statement = keyed.statement.with_only_columns(
        *keyed.keys, func.count(), *(func.sum(item.attribute.expression) for item in plain)
    ).group_by(*keyed.keys, *keyed.sorting)
    statement = statement.order_by(*keyed.order).offset(page * GROUPS_OF_A_PAGE)
    found: Any = session.connection().execute(statement.limit(GROUPS_OF_A_PAGE + 1)).all()
    more, rows = len(found) > GROUPS_OF_A_PAGE, found[:GROUPS_OF_A_PAGE]
    whole = page == 0 and not more
    sums = _by_currency(session, keyed, summed, None if whole else [row[0] for row in rows])
    groups = tuple(
        Group(
            row[0],
            row[1],
            tuple(
                Total(column.name, amount, "")
                for column, amount in zip(plain, row[2:], strict=True)
                if amount is not None
            )
            + tuple(sums.get(row[0], ())),
        )
        for row in rows
    )
    return GroupPage(groups, more)


def keyed_by(
    session: Session,
    shape: Shape,
    state: ListState,
    levels: Sequence[Level],
    shown: Sequence[Shown],
    order: Ordering = (),
) -> Keyed:
    """A select of all that the state lets through, with what these levels are grouped and
    sorted by. `shown` are columns that will be selected, `order` what rows are sorted by."""
    needed: list[Attribute] = [level.filtered.attribute for level in levels]
    needed += [key for key, _ in order]
    for column in shown:
        needed += [column.attribute] + ([column.currency] if column.currency else [])
    statement = narrow(session, shape, select(shape.key.expression), state.criteria, *needed)
    zone, keys, sorting, terms = zone_of(session).key, [], [], []
    for level in levels:
        key = key_of(level, zone)
        keys.append(key)
        statement, before = _sorting(session, statement, level, key)
        sorting += before
        for term in (*before, key):
            terms.append((term.desc() if level.descending else term.asc()).nulls_last())
    return Keyed(statement, tuple(keys), tuple(sorting), tuple(terms))


def _sorting(
    session: Session, statement: Select[Any], level: Level, key: Any
) -> tuple[Select[Any], tuple[Any, ...]]:
    """What groups are sorted by before their key: choices by their declared order, references
    by what their own list is sorted by first."""
    kind = level.filtered.kind
    if isinstance(kind, Choice) and not isinstance(key.type, Enum):
        places = {value: place for place, value in enumerate(kind.members.values())}
        return statement, (case(places, value=key),)
    if isinstance(kind, Reference):
        other = target(session, kind.resource)
        if other is not None and other.order and not other.order[0][0].path:
            record = aliased(other.model)
            on = getattr(record, other.key.name) == key
            return statement.outerjoin(record, on), (getattr(record, other.order[0][0].name),)
    return statement, ()


def _by_currency(
    session: Session, keyed: Keyed, summed: Sequence[Shown], values: Sequence[Any] | None
) -> dict[Any, list[Total]]:
    """The sums of columns that have a currency, by group; only of these groups if given."""
    found: dict[Any, list[Total]] = {}
    key = keyed.keys[0]
    for currency in dict.fromkeys(column.currency for column in summed if column.currency):
        columns = [column for column in summed if column.currency is currency]
        code = currency.expression
        statement = keyed.statement.with_only_columns(
            key, code, *(func.sum(column.attribute.expression) for column in columns)
        )
        if values is not None:
            chosen = key.in_([value for value in values if value is not None])
            statement = statement.where(or_(chosen, key.is_(None)) if None in values else chosen)
        rows: Any = session.execute(statement.group_by(key, code).order_by(code))
        for value, label, *amounts in rows:
            totals = found.setdefault(value, [])
            totals += [
                Total(column.name, amount, label or "")
                for column, amount in zip(columns, amounts, strict=True)
                if amount is not None
            ]
    return found
