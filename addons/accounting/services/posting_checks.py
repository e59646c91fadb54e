"""What an entry must satisfy beyond balancing, asked before it is posted by whatever door.

Each check is a function that yields what it objects to. It looks at the entries first and asks the
database only where they concern it: every posting goes through all of them. Some rules are about an
entry by itself; others, such as limits, about all that is posted together.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Sequence
from typing import Final

from sqlalchemy import bindparam, select
from sqlalchemy.orm import Session

from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models import Journal
from addons.accounting.services.budgets.control import check_budgets
from addons.accounting.services.dimensions.rules import check_dimensions
from addons.accounting.services.entry_draft import EntryDraft
from addons.accounting.services.payments.credit import check_credit
from addons.accounting.services.taxing import tax_problems
from core.api import Problem, cached_until_change

_TYPE: Final = select(Journal.type).where(Journal.code == bindparam("code"))
Check = Callable[[Session, EntryDraft], Iterable[Problem]]
CheckTogether = Callable[[Session, Sequence[EntryDraft]], Iterable[Problem]]

CHECKS: Final[Sequence[Check]] = (tax_problems, check_dimensions)
CHECKS_TOGETHER: Final[Sequence[CheckTogether]] = (check_credit, check_budgets)


def require_checks(session: Session, entry: EntryDraft) -> None:
    """Raise EntryIsInvalid with everything that the checks object to."""
    require_all_checks(session, (entry,))


def require_all_checks(session: Session, entries: Sequence[EntryDraft]) -> None:
    """The same for entries that are posted together: each by itself, then all as a whole."""
    for entry in entries:
        _require_none(problem for check in CHECKS for problem in check(session, entry))
    _require_none(problem for check in CHECKS_TOGETHER for problem in check(session, entries))


def _require_none(found: Iterable[Problem]) -> None:
    problems = tuple(found)
    if problems:
        raise EntryIsInvalid(problems[0].message, problems=problems)


@cached_until_change(Journal)
def journal_type(session: Session, code: str) -> str:
    """The type of the journal with this code; empty where there is none."""
    return session.scalar(_TYPE, {"code": code}) or ""
