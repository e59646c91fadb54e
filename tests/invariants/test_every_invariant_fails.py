"""Every invariant of every shipped addon is seen to fail: doctor, restore drills, rehearsals, moves
and the night's check believe what they say. In a company that has lived, one thing is broken past
every guard, as only the server's administrator could; the invariant turns red and names it."""

from __future__ import annotations

import re
from collections.abc import Callable
from itertools import chain

import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from core.addons.catalog import Catalog
from core.addons.states import view
from core.declare import InvariantResult
from tests.invariants.broken import (
    accounting,
    catalog,
    contacts,
    core,
    inventory,
    pos,
    purchases,
    reporting,
    sales,
    vat,
    zatca,
)
from tests.invariants.broken.case import Case

_ADDONS = (accounting, catalog, contacts, core, inventory, pos, purchases, reporting, sales, vat,
           zatca)  # fmt: skip
CASES = tuple(chain.from_iterable(one.CASES for one in _ADDONS))
ELSEWHERE = {"core.addons", "core.audit"}
"""Those of the module manager are seen to fail in `tests/addons/test_invariants.py`."""
Check = Callable[[str], InvariantResult]


@pytest.fixture(scope="module")
def check(past_guards: Session) -> Check:
    """`check(name)` asks the invariant of this name, past what the session remembers."""
    declared = {one.item.name: one.item for one in view(past_guards).all.invariants}

    def check(name: str) -> InvariantResult:
        past_guards.expire_all()
        return declared[name].check(past_guards)

    return check


def test_every_invariant_has_a_case(catalog: Catalog) -> None:
    declared = {one.item.name for one in catalog.everything().all.invariants}
    assert declared - ELSEWHERE == {case.invariant for case in CASES}


def test_all_hold_before_anything_is_broken(past_guards: Session, check: Check) -> None:
    names = [one.item.name for one in view(past_guards).all.invariants]
    assert {name: found.detail for name in names if not (found := check(name)).holds} == {}


@pytest.mark.parametrize("case", CASES, ids=lambda case: f"{case.invariant}: {case.what}")
def test_what_is_broken_is_named(past_guards: Session, check: Check, case: Case) -> None:
    with past_guards.begin_nested() as undone:
        named = past_guards.scalars(text(case.statement)).all()
        found = check(case.invariant)
        undone.rollback()
    assert named, "there was nothing to break"
    assert not found.holds
    assert [one for one in map(str, named) if not _names(found.detail, one)] == []


def _names(detail: str, wanted: str) -> bool:
    """Whether this stands in the text by itself, and not as a part of another number or name."""
    return re.search(rf"(?<!\w){re.escape(wanted)}(?!(?<=\w)\w)", detail) is not None
