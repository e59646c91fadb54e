"""Two companies of one owner post on what they owe each other, and neither reaches the other.

What Noor posts on its account with Dhaka, Dhaka is asked to post as well. It gets there through
the post office of the platform, only while both have agreed, and becomes a draft when a person in
Dhaka accepts it.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from decimal import Decimal

import psycopg
import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import CompanyDocument, JournalEntry
from addons.accounting.services.companies import mirroring
from addons.accounting.services.companies.links import (
    DOCUMENTS,
    create_link,
    withdraw_link,
)
from addons.accounting.services.drafts import post_draft
from addons.accounting.services.reversal import reverse
from core.errors import Conflict, InvalidInput, NotFound
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.control import control
from tenants.testing.tenants import fresh_tenant
from tests.accounting.group import (
    ADDONS,
    enter,
    exchange_all,
    forget_links,
    keep_books,
    link,
    link_to,
)

DAY = date(2026, 3, 5)


@pytest.fixture(scope="module")
def noor(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "noor-riyadh", addons=ADDONS) as tenant:
        keep_books(kernel, tenant, "SAR", "Assets:Dhaka", "Income:Services", "Assets:Bank")
        yield tenant


@pytest.fixture(scope="module")
def dhaka(kernel: Kernel) -> Iterator[Tenant]:
    with fresh_tenant(kernel, "noor-dhaka", addons=ADDONS) as tenant:
        keep_books(kernel, tenant, "SAR", "Liabilities:Noor", "Xpenses:Services", "Assets:Bank")
        yield tenant


@pytest.fixture(autouse=True)
def unlinked(kernel: Kernel, noor: Tenant, dhaka: Tenant) -> Iterator[None]:
    """Each test begins with companies that have agreed to nothing."""
    yield
    forget_links(kernel, noor, dhaka)


@pytest.fixture
def linked(kernel: Kernel, noor: Tenant, dhaka: Tenant) -> tuple[Tenant, Tenant]:
    """Both have agreed."""
    link(kernel, noor, dhaka, "documents", account_id="Assets:Dhaka")
    link(
        kernel,
        dhaka,
        noor,
        "documents",
        account_id="Liabilities:Noor",
        counterpart_id="Xpenses:Services",
    )
    return noor, dhaka


def _documents(session: Session) -> list[CompanyDocument]:
    return list(session.scalars(select(CompanyDocument).order_by(CompanyDocument.id)))


def test_what_one_posts_the_other_accepts_as_a_draft(
    kernel: Kernel, linked: tuple[Tenant, Tenant]
) -> None:
    noor, dhaka = linked
    entry_id = enter(
        kernel, noor, DAY, **{"Assets:Dhaka": "1150.50", "Income:Services": "-1150.50"}
    )
    exchange_all(kernel, noor, dhaka)
    with kernel.session(noor) as session:
        (sent,) = _documents(session)
        assert (sent.direction, sent.entry_id, sent.state) == ("out", entry_id, "proposed")
    with kernel.session(dhaka) as session:
        (came,) = _documents(session)
        assert (came.direction, came.amount, came.state) == ("in", Decimal("-1150.50"), "waiting")
        draft = mirroring.accept(session, came)
        lines = {line.account.code: line.amount for line in draft.lines}
        assert lines == {
            "Liabilities:Noor": Decimal("-1150.50"),
            "Xpenses:Services": Decimal("1150.50"),
        }
        assert (draft.state, draft.date) == ("draft", DAY)
        post_draft(session, draft)
    work_off(kernel, dhaka)  # the answer
    exchange_all(kernel, noor, dhaka, noor)
    with kernel.session(noor) as session:
        (sent,) = _documents(session)
        assert (sent.state, sent.decided_by) == ("accepted", dhaka.title)
    with kernel.session(dhaka) as session:
        # What came of a proposal is not proposed back.
        assert [document.direction for document in _documents(session)] == ["in"]


def test_a_refusal_goes_back_with_its_reason(kernel: Kernel, linked: tuple[Tenant, Tenant]) -> None:
    noor, dhaka = linked
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    exchange_all(kernel, noor, dhaka)
    with kernel.session(dhaka) as session:
        (came,) = _documents(session)
        mirroring.refuse(session, came, "Never received")
        with pytest.raises(Conflict, match="does not wait"):
            mirroring.accept(session, came)
    work_off(kernel, dhaka)
    exchange_all(kernel, noor)
    with kernel.session(noor) as session:
        (sent,) = _documents(session)
        assert (sent.state, sent.reason) == ("refused", "Never received")


def test_exchanging_again_sends_and_keeps_nothing_twice(
    kernel: Kernel, linked: tuple[Tenant, Tenant]
) -> None:
    noor, dhaka = linked
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    exchange_all(kernel, noor)
    # A letter that is read, and whose reader dies before it is dropped, comes again.
    (letter,) = kernel.post.waiting(dhaka.id, DOCUMENTS)
    with kernel.session(dhaka) as session:
        mirroring.take_in(session, letter)
    exchange_all(kernel, noor, dhaka, noor, dhaka)
    for tenant in linked:
        with kernel.session(tenant) as session:
            assert len(_documents(session)) == 1
    assert kernel.post.waiting(dhaka.id, DOCUMENTS) == ()


def test_nothing_is_sent_before_both_agree(kernel: Kernel, noor: Tenant, dhaka: Tenant) -> None:
    link(kernel, noor, dhaka, "documents", account_id="Assets:Dhaka")
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    exchange_all(kernel, noor, dhaka)
    with kernel.session(noor) as session:
        assert _documents(session) == []
    with pytest.raises(Conflict, match="not both agreed"):
        kernel.post.send(noor.id, dhaka.id, DOCUMENTS, "x", "{}")
    assert kernel.post.waiting(dhaka.id, DOCUMENTS) == ()


@pytest.mark.parametrize("who", [0, 1], ids=["sender", "recipient"])
def test_either_side_ends_it_and_takes_what_is_under_way(
    kernel: Kernel, linked: tuple[Tenant, Tenant], who: int
) -> None:
    noor, dhaka = linked
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    exchange_all(kernel, noor)
    leaver, other = linked[who], linked[1 - who]
    with kernel.session(leaver) as session:
        withdraw_link(session, link_to(session, other, "documents"))
    exchange_all(kernel, dhaka)
    with kernel.session(dhaka) as session:
        assert _documents(session) == []
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "11", "Income:Services": "-11"})
    exchange_all(kernel, noor, dhaka)
    with kernel.session(noor) as session:
        assert len(_documents(session)) == 1


def test_a_company_reads_no_letters_but_its_own(
    kernel: Kernel, linked: tuple[Tenant, Tenant], tenant: Tenant
) -> None:
    noor, dhaka = linked
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    exchange_all(kernel, noor)
    assert kernel.post.waiting(tenant.id, DOCUMENTS) == ()
    assert kernel.post.waiting(noor.id, DOCUMENTS) == ()
    (letter,) = kernel.post.waiting(dhaka.id, DOCUMENTS)
    kernel.post.fetched(tenant.id, (letter.id,))
    assert kernel.post.waiting(dhaka.id, DOCUMENTS) == (letter,)
    assert (letter.sender_id, letter.sender_title) == (noor.id, noor.title)


def test_what_is_under_way_lies_sealed(kernel: Kernel, linked: tuple[Tenant, Tenant]) -> None:
    noor, _ = linked
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "98765", "Income:Services": "-98765"})
    exchange_all(kernel, noor)
    with psycopg.connect(**control(kernel).runtime.conninfo()) as connection:
        row = connection.execute("SELECT json_agg(l)::text FROM tenants.letter AS l").fetchone()
    assert row is not None
    assert "98765" not in row[0]


def test_the_exchange_opens_no_database_of_another_company(
    kernel: Kernel, linked: tuple[Tenant, Tenant], monkeypatch: pytest.MonkeyPatch
) -> None:
    noor, dhaka = linked
    enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    opened: list[str] = []
    checkout = kernel.engine.broker.checkout
    monkeypatch.setattr(
        kernel.engine.broker,
        "checkout",
        lambda address: (opened.append(address.database), checkout(address))[1],
    )
    exchange_all(kernel, noor)
    assert dhaka.runtime.database not in opened
    assert set(opened) == {noor.runtime.database}


def test_a_link_names_a_company_that_exists_and_an_account(kernel: Kernel, noor: Tenant) -> None:
    with kernel.session(noor) as session:
        with pytest.raises(InvalidInput, match="owe each other"):
            create_link(session, {"slug": "noor-dhaka", "role": "documents"})
        with pytest.raises(NotFound, match="no other company called nobody"):
            create_link(session, {"slug": "nobody", "role": "publishes"})
        with pytest.raises(NotFound):
            create_link(session, {"slug": noor.slug, "role": "publishes"})


def test_a_reversal_is_proposed_like_any_other_entry(
    kernel: Kernel, linked: tuple[Tenant, Tenant]
) -> None:
    noor, dhaka = linked
    entry_id = enter(kernel, noor, DAY, **{"Assets:Dhaka": "10", "Income:Services": "-10"})
    with kernel.session(noor) as session:
        reverse(session, entry_id, on=DAY)
    exchange_all(kernel, noor, dhaka)
    with kernel.session(dhaka) as session:
        assert sorted(document.amount for document in _documents(session)) == [-10, 10]
        assert session.scalar(select(JournalEntry.id).where(JournalEntry.state == "draft")) is None
