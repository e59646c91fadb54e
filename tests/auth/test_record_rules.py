"""Record rules: a narrow scope shows one's own records, or those of one's teams or branches.

Whatever the database is asked to leave out, the check of a single record must refuse too.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import BigInteger, Identity, select, text
from sqlalchemy.orm import DeclarativeBase, Mapped, Session, mapped_column

from core.auth import rules
from core.auth.actor import ANONYMOUS, SYSTEM, Actor, Scope
from core.auth.holdings import SCOPES
from core.db.session import binding
from core.declare import SIGNED_IN, Access, Permission, RecordRules, Resource
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

READ = Permission("papers.paper.read", "Read papers")


class Base(DeclarativeBase):
    """Apart from the product's tables, so that no other test sees this one."""

    type_annotation_map = {int: BigInteger()}  # noqa: RUF012


class Paper(Base):
    __tablename__ = "paper"
    __table_args__ = {"schema": "core"}  # noqa: RUF012

    id: Mapped[int] = mapped_column(Identity(), primary_key=True)
    owner_id: Mapped[int | None]
    team_id: Mapped[int | None]
    branch_id: Mapped[int | None]


ids = st.integers(1, 3)
papers = st.builds(
    Paper,
    owner_id=st.none() | ids,
    team_id=st.none() | ids,
    branch_id=st.none() | ids,
)
actors = st.builds(
    Actor,
    kind=st.just("user"),
    name=st.just("Ann"),
    user_id=st.none() | ids,
    grants=st.dictionaries(st.just(READ.code), st.sampled_from(SCOPES)),
    teams=st.frozensets(ids),
    branches=st.frozensets(ids),
    unlimited=st.booleans(),
) | st.sampled_from([ANONYMOUS, SYSTEM])
some_rules = st.builds(
    RecordRules,
    owner=st.sampled_from(["", "owner_id"]),
    team=st.sampled_from(["", "team_id"]),
    branch=st.sampled_from(["", "branch_id"]),
)


def resource(which: RecordRules) -> Resource:
    return Resource(
        name="papers",
        model=Paper,
        title="Papers",
        singular="Paper",
        access=Access(READ),
        columns=(),
        record_title=lambda paper: f"Paper {paper.id}",
        rules=which,
    )


ALL_RULES = RecordRules(owner="owner_id", team="team_id", branch="branch_id")


@pytest.fixture(scope="module")
def session(kernel: Kernel, tenant: Tenant) -> Iterator[Session]:
    """A session of the runtime role, with a table to read."""
    with kernel.session(tenant, role="owner") as owner:
        Base.metadata.create_all(owner.connection())
        owner.execute(text("GRANT SELECT, INSERT, DELETE ON core.paper TO aorabooks_runtime"))
    with kernel.session(tenant) as session:
        yield session
        session.rollback()


def seen(session: Session, who: Actor, what: Resource, permission: Permission = READ) -> set[int]:
    binding(session).context["actor"] = who
    return set(session.scalars(rules.apply_rules(session, select(Paper.id), what, permission)))


def fill(session: Session, *lot: Paper) -> None:
    session.execute(text("DELETE FROM core.paper"))
    session.expunge_all()
    session.add_all(lot)
    session.flush()


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(lot=st.lists(papers, max_size=6), who=actors, which=some_rules)
def test_the_database_and_the_check_of_one_record_agree(
    session: Session, lot: list[Paper], who: Actor, which: RecordRules
) -> None:
    fill(session, *lot)
    what = resource(which)
    shown = seen(session, who, what)
    assert shown == {p.id for p in lot if rules.check_record(session, what, READ, p)}
    if who.scope(READ.code) is None:
        assert shown == set()
    if who.scope(READ.code) == "all":
        assert shown == {paper.id for paper in lot}


@pytest.mark.parametrize(
    ("scope", "wanted"), [("all", {0, 1, 2, 3}), ("branch", {2}), ("team", {1}), ("own", {0})]
)
def test_each_scope_shows_its_own(session: Session, scope: Scope, wanted: set[int]) -> None:
    lot = [Paper(owner_id=7), Paper(team_id=7), Paper(branch_id=7), Paper()]
    fill(session, *lot)
    seven = frozenset({7})
    who = Actor("user", "Ann", 7, grants={READ.code: scope}, teams=seven, branches=seven)
    assert seen(session, who, resource(ALL_RULES)) == {lot[number].id for number in wanted}


@pytest.mark.parametrize("scope", ["branch", "team", "own"])
def test_a_narrow_scope_on_records_that_belong_to_nobody_shows_none(
    session: Session, scope: Scope
) -> None:
    fill(session, Paper(owner_id=7, team_id=7, branch_id=7))
    seven = frozenset({7})
    who = Actor("user", "Ann", 7, grants={READ.code: scope}, teams=seven, branches=seven)
    assert seen(session, who, resource(RecordRules())) == set()


def test_what_every_user_may_see_is_not_narrowed(session: Session) -> None:
    paper: Any = Paper(owner_id=1)
    fill(session, paper)
    who = Actor("user", "Ann", 7)
    assert seen(session, who, resource(ALL_RULES), SIGNED_IN) == {paper.id}
    assert seen(session, ANONYMOUS, resource(ALL_RULES), SIGNED_IN) == set()
