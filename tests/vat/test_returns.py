"""A Saudi company files its quarter: every box comes from the ledger, the return is kept with its
evidence, the quarter is locked, and what is posted late is either corrected or amended."""

from __future__ import annotations

from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DatabaseError
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entry, reverse_entry
from addons.accounting.errors import PeriodIsNotOpen
from addons.accounting.models import Journal, Period
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.locks import grant_exception
from addons.vat.errors import ReturnIsFiled, ReturnNotReady
from addons.vat.models import Tax, TaxRate, VatReturn
from addons.vat.services.audit import disagreeing
from addons.vat.services.filing import drafts
from addons.vat.services.filing.differences import changes, recompute
from addons.vat.services.filing.evidence import content_hash, read_evidence
from addons.vat.services.filing.returns import Papers, file_return
from addons.vat.services.filing.statement import work_out
from addons.vat.services.invariants import INVARIANTS
from addons.vat.services.reminders import STEP, overdue
from core.api import InvalidInput, read_file, utc_now
from core.auth import users
from core.kernel import Kernel
from tests.vat.conftest import amounts, company

Make = Callable[..., EntryDraft]
D = Decimal
PAPERS = Papers(lambda *_: b"%PDF", lambda *_: b"PK")
QUARTER = {"start_date": date(2026, 1, 1), "end_date": date(2026, 3, 31)}
NEXT = {"start_date": date(2026, 4, 1), "end_date": date(2026, 6, 30)}


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
        with (
            pytest.raises(DatabaseError, match="filed and cannot be changed"),
            session.begin_nested(),
        ):
            session.execute(text(statement), {"id": filed.id})


def test_the_days_of_a_return_must_be_over_and_those_before_it_filed(
    session: Session, document: Make
) -> None:
    ahead = drafts.create_return(
        session, {"start_date": date(2126, 7, 1), "end_date": date(2126, 9, 30)}
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
    for wrong in ({"box": "99"}, {"box": "16"}, {"box": "14", "column": "base"}):
        with pytest.raises(InvalidInput, match=r"[Bb]ox"):
            drafts.update_return(session, draft, {"adjustments": [{**item, **wrong}]})


def let_through(session: Session) -> None:
    """Whoever acts here may post behind the tax lock, for an hour."""
    user = users.create_user(session, email="late@example.com", name="Late", roles=[])
    grant_exception(
        session,
        {"kind": "tax", "user_id": user.id, "open_from": date(2026, 1, 1),
         "valid_until": utc_now() + timedelta(hours=1), "reason": "A forgotten invoice"},
    )  # fmt: skip
    session.execute(text(f"SELECT set_config('aorabooks.actor_id', '{user.id}', true)"))


def test_what_is_posted_late_corrects_the_next_return(session: Session, document: Make) -> None:
    quarter(session, document)
    first = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    let_through(session)
    late = post_entry(session, document("SA-S15", "1000", "1150"))
    seal_now(session)
    told = recompute(session, first)
    assert told.equal
    assert len(told.added) == 2
    second = drafts.create_return(session, NEXT)
    found = boxes(session, second)
    assert (found["1"], found["14"][2], found["16"][2]) == ((0, 0, 0), 150, 150)
    filed = file_return(session, second.id, PAPERS)
    assert filed.entry_id is not None
    assert amounts(session, filed.entry_id)["Liabilities:VAT:Tax authority"] == -150
    assert recompute(session, filed).equal
    assert late.created


def test_what_is_too_much_for_a_correction_amends_the_return(
    session: Session, document: Make
) -> None:
    """Implementing Regulations of Saudi Arabia, art. 63: more than 5,000 riyals of tax."""
    quarter(session, document)
    first = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    let_through(session)
    post_entry(session, document("SA-S15", "40000", "46000"))
    seal_now(session)
    second = drafts.create_return(session, NEXT)
    with pytest.raises(ReturnNotReady, match="more than the 5000"):
        file_return(session, second.id, PAPERS)
    amendment = drafts.amend_return(session, first)
    assert drafts.amend_return(session, first) is amendment
    changed = {one.box: one.after.tax - one.before.tax for one in changes(session, amendment)}
    assert changed == dict.fromkeys(("1", "6", "13", "16"), 6000)
    with pytest.raises(ReturnNotReady, match="does not say why"):
        file_return(session, amendment.id, PAPERS)
    drafts.update_return(session, amendment, {"reason": "Invoice of March found in June"})
    filed = file_return(session, amendment.id, PAPERS)
    assert (filed.revision, first.state, filed.net) == (2, "replaced", D("6067.5"))
    assert filed.entry_id is not None
    assert amounts(session, filed.entry_id) == {
        "Liabilities:VAT:Output": 6000, "Liabilities:VAT:Tax authority": -6000,
    }  # fmt: skip
    assert boxes(session, second)["14"][2] == 0
    assert recompute(session, filed).equal
    assert recompute(session, first).evidence_holds


def test_a_tax_that_no_box_takes_is_named_and_not_filed(session: Session, document: Make) -> None:
    tax = session.scalars(select(Tax).where(Tax.code == "SA-S15")).one()
    tax.treatment = "sale.trade"
    post_entry(session, document("SA-S15", "100", "115"))
    seal_now(session)
    draft = drafts.create_return(session, QUARTER)
    assert work_out(session, draft).unplaced == [("SA-S15", 15)]
    with pytest.raises(ReturnNotReady, match="in no box of the form: SA-S15"):
        file_return(session, draft.id, PAPERS)


def test_the_invariants_hold_and_a_settlement_cannot_be_taken_back(
    session: Session, document: Make
) -> None:
    quarter(session, document)
    filed = file_return(session, drafts.create_return(session, QUARTER).id, PAPERS)
    seal_now(session)
    assert [one.check(session).detail for one in INVARIANTS] == ["", "", ""]
    assert filed.entry_id is not None
    with pytest.raises(ReturnIsFiled, match="settles the VAT return"):
        reverse_entry(session, filed.entry_id, on=date(2026, 4, 1))


def test_an_auditor_sees_a_tax_that_was_changed_behind_the_books(
    session: Session, document: Make
) -> None:
    post_entry(session, document("SA-S15", "100", "115"))
    seal_now(session)
    assert disagreeing(session, QUARTER["start_date"], QUARTER["end_date"], 10) == []
    rate = session.scalars(select(TaxRate).join(Tax).where(Tax.code == "SA-S15")).all()[-1]
    rate.rate = D(10)
    session.flush()
    one = disagreeing(session, QUARTER["start_date"], QUARTER["end_date"], 10)[0]
    assert (one.tax, one.expected, one.difference) == (-15, -10, -5)


def test_returns_that_are_due_are_told_on_the_page_of_repairs_and_the_checklist(
    session: Session, document: Make
) -> None:
    quarter(session, document)
    march = session.scalars(select(Period).where(Period.name == "2026-03")).one()
    assert STEP.check(session, march).status in ("open", "not_needed")
    draft = drafts.create_return(session, QUARTER)
    assert STEP.check(session, march).status == "open"
    told = overdue(session)
    assert "by 2026-04-30" in told[0].cause
    assert told[0].url == f"/vat/form/{draft.id}"
    file_return(session, draft.id, PAPERS)
    assert STEP.check(session, march).status == "done"
    february = session.scalars(select(Period).where(Period.name == "2026-02")).one()
    assert STEP.check(session, february).status == "not_needed"


def test_drafts_within_the_return_are_posted_first(session: Session, document: Make) -> None:
    journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    create_draft(session, {"journal_id": journal, "date": date(2026, 2, 2), "lines": []})
    draft = drafts.create_return(session, QUARTER)
    with pytest.raises(ReturnNotReady, match="1 draft entries"):
        file_return(session, draft.id, PAPERS)


def test_two_who_file_at_once_take_turns(kernel: Kernel, document: Make) -> None:
    with company(kernel, "SA", "SAR") as tenant:
        with kernel.session(tenant) as session:
            quarter(session, document)
            number = drafts.create_return(session, QUARTER).id

        def try_it(_: int) -> str:
            try:
                with kernel.session(tenant) as own:
                    return file_return(own, number, PAPERS).state
            except ReturnIsFiled:
                return "was filed"

        with ThreadPoolExecutor(2) as pool:
            assert sorted(pool.map(try_it, range(2))) == ["filed", "was filed"]
