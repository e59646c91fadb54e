"""Thirty-two writers sell at once with one device: its chain has neither gap nor fork, and nobody,
not even the owner's own program, can bend it afterwards."""

from __future__ import annotations

import threading

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.zatca.documents.values import FIRST_PREVIOUS_HASH
from addons.zatca.documents.verifying import verify
from addons.zatca.models import ChainEnd, Document
from core.api import Conflict, savepoint
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.zatca.trade.trader import business, document_of, goods, line, posted

WRITERS = 32
_FORK = """
INSERT INTO zatca.document (device_id, counter, uuid, source_type, source_id, number, kind,
  standard, issue_at, hash, previous_hash, xml, qr, currency, total, tax, deadline_at)
SELECT device_id, (SELECT max(counter) + 1 FROM zatca.document), 'another', 'x', 0, number,
  kind, standard, issue_at, hash, previous_hash, xml, qr, currency, total, tax, deadline_at
  FROM zatca.document WHERE counter = 1
"""


def _chain(kernel: Kernel, company: Tenant) -> list[tuple[int, str, str]]:
    with kernel.session(company) as session:
        rows = session.execute(
            select(Document.counter, Document.previous_hash, Document.hash).order_by(
                Document.counter
            )
        )
        return [(row.counter, row.previous_hash, row.hash) for row in rows]


def _unbroken(chain: list[tuple[int, str, str]]) -> bool:
    before = FIRST_PREVIOUS_HASH
    for place, (counter, previous, own) in enumerate(chain, start=1):
        if (counter, previous) != (place, before):
            return False
        before = own
    return True


def test_thirty_two_writers_make_one_chain(kernel: Kernel, company: Tenant) -> None:
    with kernel.session(company) as session:
        buyer, product = business(session), goods(session)
    start, failed = threading.Barrier(WRITERS), []

    def sell() -> None:
        start.wait()
        for _ in range(3):
            try:
                with kernel.session(company) as session:
                    posted(session, buyer, line(product))
                return
            except Exception as error:
                failed.append(error)

    writers = [threading.Thread(target=sell) for _ in range(WRITERS)]
    for writer in writers:
        writer.start()
    for writer in writers:
        writer.join()
    chain = _chain(kernel, company)
    assert len(chain) == WRITERS, failed
    assert _unbroken(chain)


def _sell_and_fail(session: Session, buyer: int, product: int) -> None:
    posted(session, buyer, line(product))
    raise Conflict("Changed my mind.")


def test_what_is_undone_leaves_no_gap(kernel: Kernel, company: Tenant) -> None:
    before = len(_chain(kernel, company))
    with kernel.session(company) as session:
        buyer, product = business(session), goods(session)
        with pytest.raises(Conflict), savepoint(session):
            _sell_and_fail(session, buyer, product)
        kept = posted(session, buyer, line(product))
    with pytest.raises(Conflict), kernel.session(company) as session:
        _sell_and_fail(session, buyer, product)
    chain = _chain(kernel, company)
    assert len(chain) == before + 1
    assert _unbroken(chain)
    with kernel.session(company) as session:
        document = document_of(session, kept)
        assert not verify(document.xml, document.previous_hash)


@pytest.mark.parametrize(
    ("statement", "why"),
    [
        ("UPDATE zatca.document SET hash = previous_hash", "stays as it is"),
        ("UPDATE zatca.document SET xml = ''", "stays as it is"),
        ("DELETE FROM zatca.document", "cannot be deleted"),
        ("UPDATE zatca.chain_end SET next_counter = 1", "only grows"),
        ("DELETE FROM zatca.chain_end", "only grows"),
        (_FORK, "does not follow"),
    ],
)
def test_the_database_lets_nobody_bend_a_chain(
    kernel: Kernel, company: Tenant, statement: str, why: str
) -> None:
    with kernel.session(company) as session:
        posted(session, business(session), line(goods(session)))
    chain = _chain(kernel, company)
    with pytest.raises(DBAPIError, match=why), kernel.session(company) as session:
        session.execute(text(statement))
    assert _chain(kernel, company) == chain
    with kernel.session(company) as session:
        end = session.scalars(select(ChainEnd)).one()
        assert (end.next_counter, end.last_hash) == (len(chain) + 1, chain[-1][2])
