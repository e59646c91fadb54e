"""A bookkeeper settles what customers owe with what they paid: in full, in part, many with many,
written off, in foreign currency, and undone again, so that open items always equal the ledger."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import (
    EntryDraft,
    LineDraft,
    NothingToSettle,
    OpenItem,
    WriteOff,
    open_items,
    post_entry,
    reverse_entry,
    settle,
    settle_oldest,
    undo_settlement,
)
from addons.accounting.models import Journal, JournalEntry, JournalLine
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.options import AccountingOptions
from addons.accounting.services.calendar import ensure_years, period_of, set_period_state
from addons.accounting.services.drafts import create_draft
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.settlement.overview import open_groups
from addons.contacts.services.merging import merge_contacts
from core.api import Conflict, InvalidInput, set_options
from tests.accounting.settling import (
    DAY,
    balance_of,
    contact,
    item,
    open_books,
    require_sound,
    residuals,
)


@pytest.fixture
def books(session: Session) -> dict[str, int]:
    ensure_years(session, [DAY])
    return open_books(session)


@pytest.fixture
def noor(session: Session, books: dict[str, int]) -> int:
    return contact(session, "Al Noor")


def _sum_of_open(session: Session, account_id: int) -> Decimal:
    found = open_items(session, account_ids=[account_id])
    return sum((one.residual for one in found), Decimal(0))


def test_a_payment_settles_its_invoice_in_full(session: Session, noor: int) -> None:
    invoice = item(session, "100", partner=noor)
    payment = item(session, "-100", partner=noor, other="Bank")
    made = settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["0", "0"]
    assert made.entry_id is None
    require_sound(session)


def test_a_part_payment_leaves_the_rest_open(session: Session, noor: int) -> None:
    invoice = item(session, "100", partner=noor)
    payment = item(session, "-30", partner=noor, other="Bank")
    settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["70", "0"]


def test_many_settle_many_the_oldest_due_first(session: Session, noor: int) -> None:
    late = item(session, "50", partner=noor, due=DAY + timedelta(days=60))
    soon = item(session, "40", partner=noor, due=DAY + timedelta(days=30))
    at_once = item(session, "30", partner=noor)
    first = item(session, "-45", partner=noor, other="Bank")
    second = item(session, "-10", partner=noor, other="Bank")
    settle(session, [late, soon, at_once, first, second])
    assert residuals(session, at_once, soon, late) == ["0", "15", "50"]
    assert residuals(session, first, second) == ["0", "0"]
    require_sound(session)


def test_chosen_amounts_limit_what_is_taken_of_a_line(session: Session, noor: int) -> None:
    invoices = [item(session, "100", partner=noor) for _ in range(2)]
    payment = item(session, "-100", partner=noor, other="Bank")
    settle(session, [*invoices, payment], amounts={invoices[0]: Decimal(25)})
    assert residuals(session, *invoices, payment) == ["75", "25", "0"]


def test_an_advance_waits_until_its_invoice_comes(session: Session, noor: int) -> None:
    advance = item(session, "-80", partner=noor, other="Bank", on=DAY - timedelta(days=20))
    assert residuals(session, advance) == ["-80"]
    invoice = item(session, "100", partner=noor)
    made = settle(session, [advance, invoice])
    assert made.date == DAY
    assert residuals(session, advance, invoice) == ["0", "20"]


def test_what_is_left_over_is_written_off_within_the_tolerance(
    session: Session, noor: int, books: dict[str, int]
) -> None:
    invoice = item(session, "100", partner=noor)
    payment = item(session, "-99.50", partner=noor, other="Bank")
    lines = [invoice, payment]
    with pytest.raises(InvalidInput, match=r"at most 0\.20"):
        settle(session, lines, write_off=WriteOff("Bad debts", tolerance=Decimal("0.20")))
    settle(session, lines, write_off=WriteOff("Bad debts", tolerance=Decimal(1)))
    assert residuals(session, *lines) == ["0", "0"]
    assert balance_of(session, "Bad debts") == Decimal("0.50")
    assert _sum_of_open(session, books["Receivables"]) == 0
    require_sound(session)


def test_a_discount_with_its_tax_is_a_write_off_of_several_lines(
    session: Session, noor: int
) -> None:
    invoice = item(session, "115", partner=noor)
    payment = item(session, "-112.70", partner=noor, other="Bank")
    discount = (LineDraft("Discounts", Decimal("2.00")), LineDraft("Sales", Decimal("0.30")))
    settle(session, [invoice, payment], write_off=WriteOff(lines=discount, label="Discount 2 %"))
    assert residuals(session, invoice, payment) == ["0", "0"]
    assert balance_of(session, "Discounts") == 2
    wrong = item(session, "10", partner=noor)
    with pytest.raises(InvalidInput, match=r"sum to 2\.30"):
        settle(session, [wrong], write_off=WriteOff(lines=discount))


def test_an_item_alone_can_be_written_off(session: Session, noor: int) -> None:
    invoice = item(session, "12", partner=noor)
    with pytest.raises(NothingToSettle):
        settle(session, [invoice])
    settle(session, [invoice], write_off=WriteOff("Bad debts", amount=Decimal(5)))
    assert residuals(session, invoice) == ["7"]


@pytest.mark.parametrize(
    ("control", "booked", "paid", "account", "result"),
    [
        ("Receivables", "100", "-110", "Exchange gains", "-10"),
        ("Receivables", "100", "-90", "Exchange losses", "10"),
        ("Payables", "-100", "110", "Exchange losses", "10"),
        ("Payables", "-100", "90", "Exchange gains", "-10"),
    ],
)
def test_an_exchange_difference_goes_where_it_belongs(
    session: Session, noor: int, control: str, booked: str, paid: str, account: str, result: str
) -> None:
    sign = "-" if booked.startswith("-") else ""
    other = "" if sign else "-"
    invoice = item(session, booked, partner=noor, control=control, foreign=(f"{sign}80", "EUR"))
    payment = item(
        session, paid, partner=noor, control=control, other="Bank", foreign=(f"{other}80", "EUR")
    )
    made = settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["0", "0"]
    assert balance_of(session, account) == Decimal(result)
    assert balance_of(session, control) == 0
    assert made.entry_id is not None
    require_sound(session)


def test_a_part_payment_in_foreign_currency_takes_the_books_in_proportion(
    session: Session, noor: int
) -> None:
    invoice = item(session, "100.01", partner=noor, foreign=("30", "EUR"))
    payment = item(session, "-35", partner=noor, other="Bank", foreign=("-10", "EUR"))
    settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["66.67/20", "0"]
    assert balance_of(session, "Exchange gains") == Decimal("-1.66")
    rest = item(session, "-60", partner=noor, other="Bank", foreign=("-20", "EUR"))
    settle(session, [invoice, rest])
    assert residuals(session, invoice, rest) == ["0", "0"]
    assert balance_of(session, "Exchange losses") == Decimal("6.67")
    require_sound(session)


def test_a_write_off_in_foreign_currency_leaves_nothing_in_either(
    session: Session, noor: int
) -> None:
    invoice = item(session, "120", partner=noor, foreign=("100", "EUR"))
    payment = item(session, "-121", partner=noor, other="Bank", foreign=("-98", "EUR"))
    settle(session, [invoice, payment], write_off=WriteOff("Discounts"))
    assert residuals(session, invoice, payment) == ["0", "0"]
    assert balance_of(session, "Discounts") == Decimal("2.40")
    assert balance_of(session, "Exchange gains") == Decimal("-3.40")
    assert balance_of(session, "Receivables") == 0
    require_sound(session)


def test_a_customer_may_owe_in_several_currencies(session: Session, noor: int) -> None:
    lines = [
        item(session, "120", partner=noor, foreign=("100", "EUR")),
        item(session, "70", partner=noor, foreign=("100", "CAD")),
        item(session, "50", partner=noor),
        item(session, "-125", partner=noor, other="Bank", foreign=("-100", "EUR")),
        item(session, "-40", partner=noor, other="Bank"),
    ]
    account = session.scalars(select(JournalLine.account_id).where(JournalLine.id == lines[0]))
    made = settle_oldest(session, account.one(), noor)
    assert [one.original_currency for one in made] == ["EUR", ""]
    assert residuals(session, *lines) == ["0", "70/100", "10", "0", "0"]
    assert [one.line_id for one in open_items(session, currency="CAD")] == [lines[1]]


def test_books_money_may_pay_a_foreign_invoice_in_proportion(session: Session, noor: int) -> None:
    invoice = item(session, "120", partner=noor, foreign=("100", "EUR"))
    payment = item(session, "-30", partner=noor, other="Bank")
    settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["90/75", "0"]


def test_undoing_gives_every_line_back_what_was_taken(session: Session, noor: int) -> None:
    invoice = item(session, "120", partner=noor, foreign=("100", "EUR"))
    payment = item(session, "-121", partner=noor, other="Bank", foreign=("-98", "EUR"))
    made = settle(session, [invoice, payment], write_off=WriteOff("Discounts"))
    undone = undo_settlement(session, made.id)
    assert undone.undone_on == DAY
    assert undone.undone_by
    assert residuals(session, invoice, payment) == ["120/100", "-121/-98"]
    assert len(open_items(session, partner_id=noor)) == 2
    assert balance_of(session, "Discounts") == balance_of(session, "Exchange gains") == 0
    with pytest.raises(Conflict, match="undone already"):
        undo_settlement(session, made.id)
    again = settle(session, [invoice, payment], write_off=WriteOff("Discounts"))
    assert residuals(session, invoice, payment) == ["0", "0"]
    assert again.id != made.id
    require_sound(session)


def test_undoing_after_the_month_is_closed_is_dated_today(session: Session, noor: int) -> None:
    invoice = item(session, "100", partner=noor, foreign=("80", "EUR"))
    payment = item(session, "-110", partner=noor, other="Bank", foreign=("-80", "EUR"))
    made = settle(session, [invoice, payment])
    seal_now(session)
    entry = session.get_one(JournalEntry, made.entry_id)
    period = period_of(session, DAY)
    assert period is not None
    set_period_state(session, period, "closed")
    undone = undo_settlement(session, made.id)
    assert undone.undone_on is not None
    assert undone.undone_on > entry.date
    assert residuals(session, invoice, payment, on=DAY) == ["0", "0"]
    assert residuals(session, invoice, payment, on=undone.undone_on) == ["100/80", "-110/-80"]
    require_sound(session)


def test_what_was_open_on_a_day_does_not_change_by_what_is_settled_later(
    session: Session, noor: int, books: dict[str, int]
) -> None:
    invoice = item(session, "100", partner=noor)
    later = DAY + timedelta(days=40)
    payment = item(session, "-60", partner=noor, other="Bank", on=later)
    settle(session, [invoice, payment])
    assert residuals(session, invoice, payment, on=DAY) == ["100", "0"]
    assert residuals(session, invoice, on=later - timedelta(days=1)) == ["100"]
    assert residuals(session, invoice, on=later) == ["40"]
    with pytest.raises(InvalidInput, match="cannot be settled on"):
        settle(session, [invoice, item(session, "-1", partner=noor, on=later)], on=DAY)


def test_items_of_two_partners_two_accounts_or_a_draft_do_not_meet(
    session: Session, noor: int, books: dict[str, int]
) -> None:
    invoice = item(session, "100", partner=noor)
    other = item(session, "-100", partner=contact(session, "Cedar"), other="Bank")
    nobody = item(session, "-100", partner=None, other="Bank")
    supplier = item(session, "-100", partner=noor, control="Payables", other="Bank")
    for line, word in ((other, "partners"), (nobody, "partners"), (supplier, "accounts")):
        with pytest.raises(InvalidInput, match=word):
            settle(session, [invoice, line])
    draft = JournalEntry(journal_id=1, date=DAY, partner_id=noor)
    draft.lines = [JournalLine(account_id=books["Receivables"], amount=Decimal(-5), currency="USD",
                               position=1)]  # fmt: skip
    session.add(draft)
    session.flush()
    with pytest.raises(NothingToSettle):
        settle(session, [invoice, draft.lines[0].id])


def test_items_of_a_contact_that_was_merged_meet_those_of_the_one_it_became(
    session: Session, noor: int
) -> None:
    twin = contact(session, "Al Nour")
    invoice = item(session, "100", partner=noor)
    payment = item(session, "-100", partner=twin, other="Bank")
    merge_contacts(session, noor, twin)
    assert {one.partner_id for one in open_items(session, partner_id=noor)} == {noor}
    settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["0", "0"]
    session.commit()


def test_drafts_and_terms_of_a_merged_contact_go_to_the_one_that_is_kept(
    session: Session, noor: int, books: dict[str, int]
) -> None:
    twin = contact(session, "Al Nour")
    values = {
        "journal_id": session.scalars(select(Journal.id)).first(),
        "date": DAY,
        "partner_id": twin,
        "lines": [{"account_id": books["Receivables"], "debit": Decimal(5), "partner_id": twin}],
    }
    draft = create_draft(session, values)
    terms = PartnerTerms(partner_id=twin, partner="Al Nour", credit_limit=Decimal(900))
    session.add(terms)
    session.flush()
    merge_contacts(session, noor, twin)
    assert (draft.partner, draft.partner_id, draft.lines[0].partner_id) == ("Al Nour", noor, noor)
    assert (terms.partner_id, terms.partner) == (noor, "Al Noor")
    again = create_draft(session, values)
    assert (again.partner, again.partner_id) == ("Al Noor", noor)
    for entry in (draft, again):
        session.delete(entry)
    session.flush()


def test_an_imported_ledger_without_contacts_is_settled_too(session: Session, noor: int) -> None:
    invoice = item(session, "100", partner=None)
    payment = item(session, "-100", partner=None, other="Bank")
    settle(session, [invoice, payment])
    assert residuals(session, invoice, payment) == ["0", "0"]


def test_items_that_bear_a_name_alone_pay_only_those_of_the_same_name(
    session: Session, noor: int, books: dict[str, int]
) -> None:
    lines = []
    for name, amount in (("Cedar", "100"), ("Harbour", "-100"), ("Cedar", "-40")):
        value = Decimal(amount)
        own = (LineDraft("Receivables", value), LineDraft("Bank", -value))
        entry = post_entry(session, EntryDraft(DAY, own, partner=name))
        first = select(JournalLine.id).where(JournalLine.entry_id == entry.id)
        lines.append(session.scalars(first.order_by(JournalLine.position)).all()[0])
    settle_oldest(session, books["Receivables"], None, named="Cedar")
    assert residuals(session, *lines) == ["60", "-100", "0"]
    groups = [one for one in open_groups(session, DAY) if one.partner_id is None]
    assert {(one.partner, one.balance) for one in groups} >= {("Cedar", 60), ("Harbour", -100)}


def test_an_entry_and_its_reversal_leave_nothing_open(session: Session, noor: int) -> None:
    invoice = item(session, "100", partner=noor, foreign=("80", "EUR"))
    payment = item(session, "-25", partner=noor, other="Bank", foreign=("-20", "EUR"))
    settle(session, [invoice, payment])
    seal_now(session)
    reverse_entry(session, session.get_one(JournalLine, invoice).entry_id)
    open_now = [(one.residual, one.owed) for one in open_items(session, partner_id=noor)]
    assert open_now == [(Decimal(-25), Decimal(-20))]
    assert balance_of(session, "Receivables") == -25
    require_sound(session)


def test_the_entry_of_a_settlement_is_reversed_only_by_undoing_it(
    session: Session, noor: int
) -> None:
    invoice = item(session, "100", partner=noor)
    made = settle(session, [invoice], write_off=WriteOff("Bad debts"))
    seal_now(session)
    assert made.entry_id is not None
    with pytest.raises(Conflict, match="belongs to settlement"):
        reverse_entry(session, made.entry_id)


def test_what_settles_twice_finds_nothing_the_second_time(session: Session, noor: int) -> None:
    lines = [item(session, amount, partner=noor) for amount in ("100", "-100")]
    settle(session, lines)
    with pytest.raises(NothingToSettle):
        settle(session, lines)


def test_a_missing_exchange_account_is_named(session: Session, noor: int) -> None:
    set_options(session, AccountingOptions, exchange_gain_account="")
    invoice = item(session, "100", partner=noor, foreign=("80", "EUR"))
    payment = item(session, "-110", partner=noor, other="Bank", foreign=("-80", "EUR"))
    with pytest.raises(Conflict, match="exchange gains"):
        settle(session, [invoice, payment])


def test_an_entry_with_partners_on_its_lines_opens_an_item_for_each(
    session: Session, noor: int
) -> None:
    cedar = contact(session, "Cedar")
    lines = (
        LineDraft("Receivables", Decimal(30), partner_id=noor),
        LineDraft("Receivables", Decimal(20), partner_id=cedar),
        LineDraft("Sales", Decimal(-50)),
    )
    post_entry(session, EntryDraft(DAY, lines))
    found: list[OpenItem] = open_items(session)
    assert [(one.partner_id, one.residual) for one in found] == [(noor, 30), (cedar, 20)]
