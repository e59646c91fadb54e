"""A Saudi company files its quarter: every box comes from the ledger, the return is kept with its
evidence, the quarter is locked, and what is posted late is either corrected or amended."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entry, reverse_entry
from addons.accounting.errors import PeriodIsNotOpen
from addons.accounting.models import LockException
from addons.accounting.services.ledger import seal_now
from addons.vat.errors import ReturnIsFiled, ReturnNotReady
from addons.vat.models import VatReturn
from addons.vat.services.filing import drafts
from addons.vat.services.filing.differences import changes, recompute
from addons.vat.services.filing.evidence import content_hash, read_evidence
from addons.vat.services.filing.returns import Papers, file_return
from addons.vat.services.filing.statement import work_out
from core.api import InvalidInput, read_file
from tests.vat.conftest import amounts

Make = Callable[..., EntryDraft]
D = Decimal
PAPERS = Papers(lambda *_: b"%PDF", lambda *_: b"PK")
QUARTER = {"start_date": date(2026, 1, 1), "end_date": date(2026, 3, 31)}
NEXT = {"start_date": date(2026, 4, 1), "end_date": date(2026, 6, 30)}


@pytest.fixture(autouse=True)
def _summer(frozen_time: Callable[..., Any]) -> Iterator[None]:
    """All of this happens in July 2026."""
    from datetime import UTC, datetime

    frozen_time(datetime(2026, 7, 10, 9, tzinfo=UTC))
    yield


def quarter(session: Session, document: Make) -> None:
    """Sales, a credit note, exports, rents, purchases, an import and a consultant abroad."""
    post = lambda *given, **more: post_entry(session, document(*given, **more))  # noqa: E731
    post("SA-S15", "1000", "1150")
    credited = post("SA-S15", "200", "230", day=date(2026, 2, 2))
    seal_now(session)
    reverse_entry(session, credited.id, on=date(2026, 2, 20))
    post("SA-EXPORT", "300", "300")
    post("SA-EXEMPT-RENT", "40", "40")
    post("SA-S0", "25", "25")
    post("SA-CITIZENS", "60", "60")
    post("SA-OUT", "7", "7")
    post("SA-P15", "400", "460", buys=True)
    post("SA-P15-BLOCKED", "100", "115", buys=True)
    post("SA-REVERSE", "500", "500", buys=True)
    post("SA-P0", "11", "11", buys=True)
    post("SA-P-EXEMPT", "12", "12", buys=True)
    duty = LineDraft("Assets:VAT:Input", D("22.5"), tax_code="SA-CUSTOMS", tax_role="tax",
                     tax_base=D(150))  # fmt: skip
    post_entry(session, EntryDraft(date(2026, 3, 3), (duty, LineDraft("Assets:Bank", D("-22.5"))),
                                   journal="BNK"))  # fmt: skip
    seal_now(session)


def boxes(session: Session, vat_return: VatReturn) -> dict[str, tuple[Decimal, Decimal, Decimal]]:
    found = work_out(session, vat_return).boxes
    return {key: (one.base, one.adjustment, one.tax) for key, one in found.items()}


def test_every_box_comes_from_the_ledger(session: Session, document: Make) -> None:
    quarter(session, document)
    found = boxes(session, drafts.create_return(session, QUARTER))
    assert found["1"] == (1200, 200, 150)
    assert found["2"] == (60, 0, 0)
    assert found["3"] == (25, 0, 0)
    assert found["4"] == (300, 0, 0)
    assert found["5"] == (40, 0, 0)
    assert found["6"] == (1625, 200, 150)
    assert found["7"] == (500, 0, 60)
    assert found["8"] == (150, 0, D("22.5"))
    assert found["9"] == (500, 0, 0)
    assert found["10"][0] == 11
    assert found["11"][0] == 12
    assert found["12"] == (1173, 0, D("82.5"))
    assert found["13"][2] == found["16"][2] == D("67.5")


def test_the_boxes_agree_with_the_ledger(session: Session, document: Make) -> None:
    quarter(session, document)
    statement = work_out(session, drafts.create_return(session, QUARTER))
    assert statement.reconciles
    assert statement.ledger_due == D("67.5")


def test_filing_settles_locks_and_keeps_evidence(session: Session, document: Make) -> None:
    quarter(session, document)
    draft = drafts.create_return(session, QUARTER)
    assert draft.due_date == date(2026, 4, 30)
    filed = file_return(session, draft.id, PAPERS)
    assert (filed.state, filed.net) == ("filed", D("67.5"))
    assert filed.entry_id is not None
    assert amounts(session, filed.entry_id) == {
        "Liabilities:VAT:Output": 225, "Assets:VAT:Input": D("-157.5"),
        "Liabilities:VAT:Tax authority": D("-67.5"),
    }  # fmt: skip
    kept = b"".join(read_file(session, filed.evidence))
    assert content_hash(kept) == filed.content_hash
    said = read_evidence(kept)
    assert said["boxes"]["16"]["tax"] == "67.50"
    assert len(said["line_ids"]) == filed.line_count
    with pytest.raises(PeriodIsNotOpen, match="lock"):
        post_entry(session, document("SA-S15", "10", "11.50"))
    assert recompute(session, filed).equal


def test_a_filed_return_never_changes(session: Session, document: Make) -> None:
    quarter(session, document)
    filed = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    with pytest.raises(ReturnIsFiled):
        drafts.update_return(session, filed, {"reason": "x"})
    with pytest.raises(ReturnIsFiled):
        file_return(session, filed.id, PAPERS)
    for statement in (
        "UPDATE vat.vat_return SET net = 0 WHERE id = :id",
        "DELETE FROM vat.vat_return WHERE id = :id",
        "UPDATE vat.filed_box SET tax = 0 WHERE return_id = :id",
        "DELETE FROM vat.filed_line WHERE return_id = :id",
    ):
        with pytest.raises(DatabaseError, match="filed and cannot be changed"), session.begin_nested():
            session.execute(text(statement), {"id": filed.id})


def test_the_days_of_a_return_must_be_over_and_those_before_it_filed(
    session: Session, document: Make
) -> None:
    ahead = drafts.create_return(
        session, {"start_date": date(2026, 7, 1), "end_date": date(2026, 9, 30)}
    )
    with pytest.raises(ReturnNotReady, match="not over"):
        file_return(session, ahead.id, PAPERS)
    drafts.delete_return(session, ahead)
    drafts.create_return(session, QUARTER)
    second = drafts.create_return(session, NEXT)
    with pytest.raises(ReturnNotReady, match="is not filed yet"):
        file_return(session, second.id, PAPERS)
    with pytest.raises(InvalidInput, match="overlap"):
        drafts.create_return(
            session, {"start_date": date(2026, 3, 1), "end_date": date(2026, 3, 31)}
        )


def test_a_credit_is_brought_forward(session: Session, document: Make) -> None:
    post_entry(session, document("SA-P15", "1000", "1150", buys=True))
    seal_now(session)
    first = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    assert first.net == -150
    post_entry(session, document("SA-S15", "2000", "2300", day=date(2026, 5, 5)))
    seal_now(session)
    found = boxes(session, drafts.create_return(session, NEXT))
    assert (found["13"][2], found["15"][2], found["16"][2]) == (300, 150, 150)


def test_adjustments_are_named_and_only_where_the_form_has_room(
    session: Session, document: Make
) -> None:
    quarter(session, document)
    item = {"box": "1", "column": "tax", "amount": D(-15), "reason": "Bad debt of 2025"}
    draft = drafts.create_return(session, {**QUARTER, "adjustments": [item]})
    assert boxes(session, draft)["16"][2] == D("52.5")
    for wrong in ({"box": "99"}, {"box": "16", "column": "base"}):
        with pytest.raises(InvalidInput, match="[Bb]ox"):
            drafts.update_return(session, draft, {"adjustments": [{**item, **wrong}]})
