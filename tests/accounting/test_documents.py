"""A bookkeeper's documents: drafts are written and changed until they are posted; what is
posted is undone by one reversal; years are closed, and locked for good."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from datetime import UTC, date
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, balances, post_entry, reverse_entry
from addons.accounting.errors import EntryIsInvalid, EntryIsPosted, PeriodIsNotOpen
from addons.accounting.jobs import roll_up_balances, verify_chain
from addons.accounting.models import Account, FiscalYear, Journal, JournalEntry
from addons.accounting.services import calendar, chart, drafts
from addons.accounting.services.dimensions.masters import create_dimension, create_value
from addons.accounting.services.ledger import seal_now
from addons.contacts.api import add_contact
from core.api import Conflict, InvalidInput
from tests.accounting.conftest import DAY

Sale = Callable[..., EntryDraft]


def _values(session: Session, *lines: tuple[str, str, str]) -> dict[str, Any]:
    ids = {a.code: a.id for a in session.scalars(select(Account))}
    return {
        "journal_id": session.scalars(select(Journal.id).where(Journal.code == "GEN")).one(),
        "date": DAY,
        "narration": "Rent of March",
        "lines": tuple(
            {
                "account_id": ids[code],
                "debit": Decimal(debit) if debit else None,
                "credit": Decimal(credit) if credit else None,
            }
            for code, debit, credit in lines
        ),
    }


RENT = (("Expenses:Rent", "900.00", ""), ("Assets:Bank", "", "900.00"))


def _posted(session: Session, entry: EntryDraft) -> JournalEntry:
    posted = session.get_one(JournalEntry, post_entry(session, entry).id)
    seal_now(session)
    return posted


def test_a_draft_is_written_changed_and_posted(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, RENT[0]))
    with pytest.raises(EntryIsInvalid, match="at least two lines"):
        drafts.post_draft(session, entry)
    drafts.update_draft(session, entry, {"lines": _values(session, *RENT)["lines"]})
    drafts.post_draft(session, entry)
    seal_now(session)
    assert entry.number is not None
    assert [(line.debit, line.credit) for line in entry.lines] == [(900, 0), (0, 900)]
    with pytest.raises(EntryIsPosted, match="cannot be changed"):
        drafts.update_draft(session, entry, {"narration": "Rent of April"})
    with pytest.raises(EntryIsPosted):
        drafts.delete_draft(session, entry)
    with pytest.raises(EntryIsPosted):
        drafts.post_draft(session, entry)


def test_debit_and_credit_in_one_line_is_refused(session: Session) -> None:
    with pytest.raises(InvalidInput, match="Line 1: fill in debit or credit, not both") as raised:
        drafts.create_draft(session, _values(session, ("Assets:Bank", "1", "1")))
    assert raised.value.problems[0].field == "lines.0.credit"


def test_a_draft_moves_with_its_date(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, *RENT))
    drafts.update_draft(session, entry, {"date": date(2026, 7, 1)})
    dates = session.scalars(
        text("SELECT date FROM accounting.journal_line WHERE entry_id = :id"), {"id": entry.id}
    ).all()
    assert dates == [date(2026, 7, 1)] * 2


def test_a_draft_on_an_account_put_out_of_use_names_the_line(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, *RENT))
    entry.lines[1].account.active = False
    with pytest.raises(EntryIsInvalid, match="Line 2: account Assets:Bank is not active"):
        drafts.post_draft(session, entry)


def test_a_draft_is_thrown_away_with_its_lines(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, *RENT))
    drafts.delete_draft(session, entry)
    assert session.scalar(text("SELECT count(*) FROM accounting.journal_line")) == 0


def test_a_copy_is_a_draft_of_its_own(session: Session, sale: Sale) -> None:
    entry = _posted(session, sale("42", narration="Sale", source_type="s", source_id="1"))
    copied = drafts.copy_entry(session, entry)
    assert (copied.state, copied.number, copied.source_type) == ("draft", None, None)
    assert [line.amount for line in copied.lines] == [42, -42]


def test_a_reversal_nets_to_zero_and_happens_once(session: Session, sale: Sale) -> None:
    entry = _posted(session, sale("12.34"))
    reversal = session.get_one(JournalEntry, reverse_entry(session, entry.id).id)
    seal_now(session)
    assert reversal.reverses_id == entry.id
    assert reversal.reference == entry.number
    assert {b.closing for b in balances(session)} == {Decimal(0)}
    with pytest.raises(Conflict, match=f"already reversed, by {reversal.number}"):
        reverse_entry(session, entry.id)


def test_a_reversal_is_dated_where_the_books_are_open(session: Session, sale: Sale) -> None:
    entry = _posted(session, sale())
    period = calendar.period_of(session, DAY)
    assert period is not None
    calendar.set_period_state(session, period, "closed")
    with pytest.raises(PeriodIsNotOpen):
        reverse_entry(session, entry.id)
    reversal = reverse_entry(session, entry.id, on=date(2026, 4, 1))
    assert session.get_one(JournalEntry, reversal.id).date == date(2026, 4, 1)


def test_a_draft_cannot_be_reversed(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, *RENT))
    with pytest.raises(Conflict, match="is a draft"):
        reverse_entry(session, entry.id)


def test_a_year_closes_with_its_periods_once_its_drafts_are_posted(session: Session) -> None:
    year = session.scalars(select(FiscalYear).where(FiscalYear.name == "2026")).one()
    draft = drafts.create_draft(session, _values(session, *RENT))
    with pytest.raises(Conflict, match="draft entries"):
        calendar.set_year_state(session, year, "closed")
    drafts.delete_draft(session, draft)
    calendar.set_year_state(session, year, "closed")
    assert {period.state for period in year.periods} == {"closed"}
    with pytest.raises(Conflict, match="Fiscal year 2026 is closed"):
        calendar.set_period_state(session, year.periods[0], "open")
    calendar.set_year_state(session, year, "open")
    calendar.set_period_state(session, year.periods[0], "open")
    calendar.set_year_state(session, year, "locked")
    with pytest.raises(Conflict, match="locked for good"):
        calendar.set_year_state(session, year, "open")


def test_a_fiscal_year_of_any_length_has_a_period_per_month(session: Session) -> None:
    year = calendar.create_year(session, "Short", date(2030, 5, 15), date(2030, 7, 31))
    assert [(p.name, p.start_date.day, p.end_date.day) for p in year.periods] == [
        ("2030-05", 15, 31),
        ("2030-06", 1, 30),
        ("2030-07", 1, 31),
    ]
    with pytest.raises(InvalidInput, match="overlap with fiscal year Short"):
        calendar.create_year(session, "Long", date(2030, 1, 1), date(2030, 12, 31))
    calendar.delete_year(session, year)


def test_a_year_with_entries_cannot_be_deleted(session: Session, sale: Sale) -> None:
    _posted(session, sale())
    year = session.scalars(select(FiscalYear).where(FiscalYear.name == "2026")).one()
    with pytest.raises(Conflict, match="Entries were posted"):
        calendar.delete_year(session, year)


def test_the_type_of_an_account_in_use_stays(session: Session, sale: Sale) -> None:
    _posted(session, sale())
    cash = session.scalars(select(Account).where(Account.code == "Assets:Cash")).one()
    assert chart.update_account(session, cash, {"name": "Till"}).name == "Till"
    with pytest.raises(InvalidInput, match="its type stays"):
        chart.update_account(session, cash, {"type": "expense"})
    with pytest.raises(InvalidInput, match="has entries in USD"):
        chart.update_account(session, cash, {"currency": "EUR"})
    assert chart.update_account(session, cash, {"currency": "USD"}).currency == "USD"


def test_anyone_can_recompute_the_chain_from_its_description(session: Session, sale: Sale) -> None:
    texts = 'Café "بيع" \\ tab\t line\n end\u2028'
    split = {}
    for code, percents in (("CC", ("60", "40")), ("PRJ", ("100",))):
        dimension = create_dimension(session, {"code": code, "name": code})
        given = [{"dimension_id": dimension.id, "code": part, "name": part} for part in percents]
        values = [create_value(session, value).id for value in given]
        split[str(dimension.id)] = dict(zip(map(str, values), percents, strict=True))
    one, other = (add_contact(session, {"name": name}).id for name in ("One", "Other"))
    lines = (
        LineDraft(
            "Assets:Cash", Decimal("1.10"), texts, "USD", Decimal("4.0"), "SAR", due_date=DAY
        ),
        LineDraft("Income:Sales", Decimal("-1.00"), quantity=Decimal("0.50"), unit="h"),
        LineDraft(
            "Income:Sales",
            Decimal("-0.10"),
            partner_id=other,
            tax_code="S10",
            tax_role="tax",
            tax_base=Decimal("-1.00"),
            analytic=split,
        ),
    )
    first = _posted(session, EntryDraft(DAY, lines, narration=texts, partner="P", partner_id=one))
    second = _posted(session, sale(source_type="s", source_id="9"))
    assert second.previous_hash == first.hash
    for entry in (first, second):
        assert entry.hash == _recomputed(entry)
    assert [line.partner_id for line in first.lines] == [one, one, other]


def _recomputed(entry: JournalEntry) -> str:
    """The hash as the ledger's documentation defines it."""

    def written(value: object) -> str:
        return "" if value is None else str(value)

    assert entry.posted_at is not None
    content = [
        "2",
        entry.previous_hash,
        *map(written, (entry.id, entry.journal_id, entry.number, entry.date, entry.reference)),
        *map(written, (entry.narration, entry.partner, entry.partner_id, entry.source_type)),
        *map(written, (entry.source_id, entry.reverses_id, entry.branch_id)),
        entry.posted_at.astimezone(UTC).strftime("%Y-%m-%dT%H:%M:%S.%fZ"),
        entry.posted_by,
        [
            [
                written(value)
                for value in (
                    line.account_id,
                    line.label,
                    line.amount,
                    line.currency,
                    line.original_amount,
                    line.original_currency,
                    line.quantity,
                    line.unit,
                    line.partner_id,
                    line.due_date,
                    line.tax_code,
                    line.tax_role,
                    line.tax_base,
                    _as_jsonb(line.analytic),
                )
            ]
            for line in entry.lines
        ],
    ]
    text = json.dumps(content, ensure_ascii=False)
    return hashlib.sha256(text.encode()).hexdigest()


def _as_jsonb(value: dict | None) -> str:
    """PostgreSQL puts shorter keys before longer ones."""
    if value is None:
        return ""

    def ordered(part: object) -> object:
        if not isinstance(part, dict):
            return part
        return {key: ordered(part[key]) for key in sorted(part, key=lambda key: (len(key), key))}

    return json.dumps(ordered(value), ensure_ascii=False)


def test_the_nightly_jobs_say_what_they_did(session: Session, sale: Sale) -> None:
    _posted(session, sale())
    assert roll_up_balances(session) == "1 entries rolled up"
    assert roll_up_balances(session) == "0 entries rolled up"
    assert verify_chain(session) == "1 entries verified"


def test_the_audit_trail_keeps_what_was_changed_in_a_draft(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, *RENT))
    drafts.update_draft(session, entry, {"narration": "Rent of April"})
    drafts.post_draft(session, entry)
    seal_now(session)
    changes = session.scalars(
        text(
            "SELECT changes FROM core.audit_log WHERE table_name = 'accounting.journal_entry'"
            " AND record_id = CAST(:id AS text) ORDER BY id"
        ),
        {"id": entry.id},
    ).all()
    assert changes == [
        {"narration": ["Rent of March", "Rent of April"]},
        {"state": ["draft", "posted"]},
    ]
    assert (entry.created_by, entry.posted_by) == ("system", "system")


@pytest.mark.parametrize(
    ("field", "value"), [("number_prefix", "INV-"), ("number_digits", 0), ("number_digits", 13)]
)
def test_numbers_that_would_repeat_or_not_fit_are_refused(
    session: Session, field: str, value: object
) -> None:
    journal = chart.create_journal(session, {"code": "X", "name": "X", "type": "general"})
    with pytest.raises(InvalidInput) as raised:
        chart.update_journal(session, journal, {field: value})
    assert raised.value.problems[0].field == field


def test_a_line_keeps_what_a_change_of_its_draft_does_not_mention(session: Session) -> None:
    entry = drafts.create_draft(session, _values(session, *RENT))
    first, second = entry.lines
    first.original_amount, first.original_currency = Decimal(3375), "SAR"
    drafts.update_draft(
        session, entry, {"lines": ({"id": first.id, "label": "Shop"}, {"id": second.id})}
    )
    assert [line.id for line in entry.lines] == [first.id, second.id]
    assert (first.label, first.amount, first.original_amount) == ("Shop", 900, 3375)
    assert second.amount == -900
