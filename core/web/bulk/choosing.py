"""Which records a bulk change is for: those ticked in a list, or all that its criteria let through.

Only records that the actor may read are ever chosen, whatever keys are sent.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import parse_qsl

from sqlalchemy import BigInteger, Insert, Select, Text, cast, func, insert, literal, select
from sqlalchemy.orm import Session

from core.errors import InvalidInput
from core.i18n import phrase
from core.web.bulk.models import Batch, BatchItem
from core.web.request import Request
from core.web.resources.criteria import Criteria, read_criteria
from core.web.resources.culture import PLAIN
from core.web.resources.kinds import Unreadable
from core.web.resources.list_fields import list_fields
from core.web.resources.selection import narrow
from core.web.resources.shape import Shape
from core.web.resources.showing import culture_for

IDS_FIELD: Final = "_ids"
ALL_FIELD: Final = "_all"
"""Holds the list's address parameters when all records that match are meant."""
MAX_TICKED: Final = 5_000
MAX_RECORDS: Final = 100_000
"""Records that one batch may have: each keeps a row that says what became of it."""


@dataclass(frozen=True, slots=True)
class Choice:
    """What was chosen: keys, or the criteria of a list."""

    keys: tuple[Any, ...] = ()
    criteria: Criteria | None = None


def read_choice(session: Session, shape: Shape, request: Request) -> Choice:
    """The choice that a form carries; raises InvalidInput for none and for too many."""
    everything = request.form.get(ALL_FIELD)
    if everything is not None:
        query = parse_qsl(everything.removeprefix("?"))
        fields, culture = list_fields(session, shape), culture_for(request)
        return Choice(criteria=read_criteria(fields, query, culture, strict=False))
    keys = []
    for text in request.form.get(IDS_FIELD, "").split(","):
        if text.strip():
            try:
                keys.append(shape.key.key.read(text, PLAIN))
            except Unreadable as error:
                raise InvalidInput.of(IDS_FIELD, error.message) from None
    if not keys:
        raise _nothing_chosen()
    if len(keys) > MAX_TICKED:
        raise InvalidInput.of(
            IDS_FIELD,
            phrase("Tick at the most {limit} records.", limit=MAX_TICKED),
            fix="For more, narrow the list and choose all that match.",
        )
    return Choice(keys=tuple(dict.fromkeys(keys)))


def matching(session: Session, shape: Shape, choice: Choice) -> Select[Any]:
    """The keys of the chosen records that the actor may read."""
    criteria = choice.criteria or Criteria("", (), ())
    statement = narrow(session, shape, select(shape.key.expression.label("key")), criteria)
    if choice.criteria is None:
        statement = statement.where(shape.key.expression.in_(choice.keys))
    return statement


def count(session: Session, shape: Shape, choice: Choice) -> int:
    """How many records are chosen, exactly up to one more than a batch may have."""
    bounded = matching(session, shape, choice).limit(MAX_RECORDS + 1).subquery()
    return session.execute(select(func.count()).select_from(bounded)).scalar_one()


def counted(session: Session, shape: Shape, choice: Choice) -> int:
    """How many records are chosen; raises InvalidInput for none and for too many."""
    number = count(session, shape, choice)
    if not number:
        raise _nothing_chosen()
    if number > MAX_RECORDS:
        raise InvalidInput(
            phrase("At the most {limit} records can be changed at once.", limit=MAX_RECORDS),
            fix="Narrow the list, and change one part after the other.",
        )
    return number


def take(session: Session, shape: Shape, batch: Batch, choice: Choice) -> None:
    """Write the chosen records into the batch, as they are at this moment; raises InvalidInput
    for none and for too many."""
    counted(session, shape, choice)
    session.add(batch)
    session.flush()
    chosen = matching(session, shape, choice).subquery()
    rows = select(
        literal(batch.id, BigInteger),
        func.row_number().over(order_by=chosen.c.key),
        cast(chosen.c.key, Text),
    )
    statement = insert(BatchItem).from_select(["batch_id", "place", "record_id"], rows)
    batch.total = fill(session, statement)


def fill(session: Session, statement: Insert) -> int:
    """Write a batch's items from what is there; returns how many."""
    kept = {"preserve_rowcount": True}
    return session.connection().execute(statement, execution_options=kept).rowcount


def _nothing_chosen() -> InvalidInput:
    return InvalidInput(
        phrase("No record is chosen."), fix="Tick the records in the list, then try again."
    )
