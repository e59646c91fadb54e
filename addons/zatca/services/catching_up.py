"""Sales that waited for a device alone: their documents are made once one signs again."""

from __future__ import annotations

from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.zatca.models import Unmade
from addons.zatca.services.issuing import NO_DEVICE, make_up_for, problems_of
from core.api import InvalidInput, savepoint, utc_now

MOST: Final = 100
"""Sales that one run looks at: their documents are made under one lock of the chain."""


def catch_up(session: Session) -> int:
    """Make the documents of sales that nothing was wrong with but that no device could sign them;
    returns how many. What turns out to be wrong with another is noted, and waits for somebody."""
    made = 0
    for unmade in _waiting(session):
        try:
            with savepoint(session):
                make_up_for(session, unmade)
        except InvalidInput as error:
            # Also where nothing changed: whoever waits longest is looked at first.
            unmade.problems, unmade.updated_at = problems_of(error), utc_now()
        else:
            made += 1
    session.flush()
    return made


def _waiting(session: Session) -> list[Unmade]:
    wanted = (
        select(Unmade)
        .where(Unmade.problems.contains([{"field": NO_DEVICE}]))
        .order_by(Unmade.updated_at, Unmade.id)
        .limit(MOST)
        .with_for_update(skip_locked=True)
    )
    return [
        one
        for one in session.scalars(wanted)
        if all(problem["field"] == NO_DEVICE for problem in one.problems)
    ]
