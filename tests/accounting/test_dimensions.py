"""A company splits its results by cost centre and project: splits are read as people write them,
sum to 100 whoever writes them, follow rules per account, and their sums are the whole."""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any

import httpx
import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.accounting.api import EntryDraft, LineDraft, post_entries, post_entry, reverse_entry
from addons.accounting.errors import EntryIsInvalid
from addons.accounting.models import Account, Journal, JournalEntry
from addons.accounting.models.dimensions import Dimension, DimensionValue
from addons.accounting.services import drafts
from addons.accounting.services.balances import balances
from addons.accounting.services.dimensions.balances import balances_by_dimension, rounded_parts
from addons.accounting.services.dimensions.masters import (
    create_dimension,
    create_value,
    delete_value,
    update_dimension,
    update_value,
)
from addons.accounting.services.dimensions.splits import SplitIsWrong, read_split
from addons.accounting.services.ledger import seal_now
from core.api import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.conftest import DAY

Browse = Callable[..., httpx.Client]


class Centres:
    """A cost centre dimension with Riyadh, Jeddah and Dammam, and a project dimension."""

    def __init__(self, session: Session) -> None:
        self.session = session
        self.centre = create_dimension(session, {"code": "CC", "name": "Cost centre"})
        self.project = create_dimension(session, {"code": "PRJ", "name": "Project"})
        self.ids = {
            code: self.value(self.centre, code, name).id
            for code, name in (("RUH", "Riyadh"), ("JED", "Jeddah"), ("DMM", "Dammam"))
        }
        self.ids["P7"] = self.value(self.project, "P7", "Project 7").id

    def value(self, dimension: Dimension, code: str, name: str) -> DimensionValue:
        given = {"dimension_id": dimension.id, "code": code, "name": name}
        return create_value(self.session, given)

    def split(self, **percents: str) -> dict[str, dict[str, str]]:
        return {str(self.centre.id): {str(self.ids[k]): v for k, v in percents.items()}}

    def rent(self, amount: str, analytic: Any = None, **more: Any) -> EntryDraft:
        value = Decimal(amount)
        lines = (
            LineDraft("Expenses:Rent", value, analytic=analytic),
            LineDraft("Assets:Bank", -value),
        )
        return EntryDraft(DAY, lines, **more)


@pytest.fixture
def centres(session: Session) -> Centres:
    return Centres(session)


@pytest.mark.parametrize(
    ("text", "wanted"),
    [
        ("CC: RUH 60, JED 40", {"RUH": "60", "JED": "40"}),
        ("ruh 60%, jed 40 %", {"RUH": "60", "JED": "40"}),
        ("Cost centre: Riyadh 33.5، Jeddah", {"RUH": "33.5", "JED": "66.5"}),
        ("RUH ٦٠, JED ٤٠", {"RUH": "60", "JED": "40"}),
        ("RUH", {"RUH": "100"}),
    ],
)
def test_a_split_is_read_as_people_write_it(
    session: Session, centres: Centres, text: str, wanted: dict[str, str]
) -> None:
    assert read_split(session, text) == centres.split(**wanted)


def test_several_dimensions_stand_side_by_side(session: Session, centres: Centres) -> None:
    split = read_split(session, "CC: RUH 60, JED 40; Project 7")
    assert split == {
        **centres.split(RUH="60", JED="40"),
        str(centres.project.id): {str(centres.ids["P7"]): "100"},
    }
    assert read_split(session, "  ") is None


@pytest.mark.parametrize(
    ("text", "words"),
    [
        ("CC: RUH 60, JED 30", "sums to 90 %, not 100 %"),
        ("CC: RUH 60, JED 50", "sums to 110 %"),
        ("CC: RUH, JED", "sums to 0 %"),
        ("CC: RUH 100, JED", "sums to 100 %"),
        ("CC: RUH 0, JED 100", "no percentage above 0"),
        ("CC: PAR 100", "has no active value “PAR 100”"),
        ("XX: RUH", "no active dimension XX"),
        ("PAR", "Which dimension"),
        ("CC: RUH 50, RUH 50", "named twice"),
        ("CC: RUH; CC: JED", "split twice"),
    ],
)
def test_a_split_that_is_wrong_says_what(
    session: Session, centres: Centres, text: str, words: str
) -> None:
    with pytest.raises(SplitIsWrong, match=words):
        read_split(session, text)


def test_what_is_read_is_written_in_words_by_the_database(
    session: Session, centres: Centres
) -> None:
    split = read_split(session, "Project 7; JED 40, RUH 60")
    entry = session.get_one(JournalEntry, post_entry(session, centres.rent("10", split)).id)
    assert entry.lines[0].dimensions == "CC: RUH 60, JED 40; PRJ: P7"
    assert read_split(session, entry.lines[0].dimensions) == split


WRONG = pytest.mark.parametrize(
    ("percents", "constraint"),
    [
        ({"RUH": "60", "JED": "30"}, "split_is_whole"),
        ({"RUH": "-60", "JED": "160"}, "split_is_known"),
        ({"RUH": "NaN"}, "split_is_known"),
        ({"P7": "100"}, "split_is_known"),
    ],
)


@WRONG
def test_a_split_that_is_not_whole_or_not_known_is_refused_by_every_door(
    session: Session, centres: Centres, percents: dict[str, str], constraint: str
) -> None:
    entry = centres.rent("10", centres.split(**percents))
    for post in (lambda: post_entry(session, entry), lambda: post_entries(session, [entry])):
        with pytest.raises(EntryIsInvalid, match="Line 1: the split") as raised:
            post()
        assert raised.value.problems[0].field == "lines.0.dimensions"


@WRONG
def test_the_database_refuses_it_too(
    session: Session, centres: Centres, percents: dict[str, str], constraint: str
) -> None:
    entry = post_entry(session, centres.rent("10", centres.split(RUH="25", JED="75")))
    split = json.dumps(centres.split(**percents))
    change = text("UPDATE accounting.journal_line SET analytic = :split WHERE entry_id = :id")
    with pytest.raises(DBAPIError) as raised, session.begin_nested():
        session.execute(change, {"split": split, "id": entry.id})
    assert isinstance(raised.value.orig, psycopg.Error)
    assert raised.value.orig.diag.constraint_name == constraint


def _rules(session: Session, centres: Centres, *rules: tuple[str, str]) -> None:
    sent = tuple({"account_prefix": prefix, "requirement": kind} for prefix, kind in rules)
    update_dimension(session, centres.centre, {"rules": sent})


def test_a_mandatory_dimension_that_is_missing_names_line_and_account(
    session: Session, centres: Centres
) -> None:
    _rules(session, centres, ("Expenses", "mandatory"), ("Expenses:Rent:Old", "optional"))
    with pytest.raises(EntryIsInvalid, match="asks for a value of Cost centre") as raised:
        post_entry(session, centres.rent("10"))
    assert raised.value.problems[0].field == "lines.0.dimensions"
    with pytest.raises(EntryIsInvalid):
        post_entries(session, [centres.rent("10")])
    posted = post_entry(session, centres.rent("10", centres.split(RUH="100")))
    seal_now(session)
    # Undoing repeats the split, whatever the rules say by then.
    _rules(session, centres, ("Expenses", "forbidden"))
    assert reverse_entry(session, posted.id).created


def test_the_longest_prefix_decides_and_what_is_forbidden_is_refused(
    session: Session, centres: Centres
) -> None:
    _rules(session, centres, ("Expenses", "mandatory"), ("Expenses:Rent", "forbidden"))
    assert post_entry(session, centres.rent("10")).created
    with pytest.raises(EntryIsInvalid, match="takes no value of Cost centre"):
        post_entry(session, centres.rent("10", centres.split(RUH="100")))


def test_a_default_fills_what_a_line_leaves_out_the_partners_before_the_accounts(
    session: Session, centres: Centres
) -> None:
    _rules(session, centres, ("Expenses", "mandatory"))
    contact = session.execute(
        text("INSERT INTO contacts.contact (name) VALUES ('Landlord') RETURNING id")
    ).scalar_one()
    update_dimension(
        session,
        centres.centre,
        {
            "defaults": (
                {"account_prefix": "Expenses", "split": "RUH 60, JED 40"},
                {"account_prefix": "Expenses", "partner_id": contact, "split": "DMM"},
            )
        },
    )
    usual = session.get_one(JournalEntry, post_entry(session, centres.rent("10")).id)
    theirs = post_entry(session, centres.rent("10", partner_id=contact))
    assert usual.lines[0].dimensions == "CC: RUH 60, JED 40"
    assert usual.lines[1].dimensions == ""
    assert session.get_one(JournalEntry, theirs.id).lines[0].dimensions == "CC: DMM"
    with pytest.raises(InvalidInput, match="sums to 50 %"):
        update_dimension(
            session,
            centres.centre,
            {"defaults": ({"account_prefix": "Income", "split": "RUH 50"},)},
        )


def test_a_draft_takes_the_split_as_text_and_keeps_it(session: Session, centres: Centres) -> None:
    ids = {account.code: account.id for account in session.scalars(select(Account))}
    journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    line = {"account_id": ids["Expenses:Rent"], "debit": Decimal(9), "dimensions": "RUH 60, JED"}
    other = {"account_id": ids["Assets:Bank"], "credit": Decimal(9)}
    values = {"journal_id": journal, "date": DAY, "lines": (line, other)}
    entry = drafts.create_draft(session, values)
    session.refresh(entry.lines[0])
    assert entry.lines[0].dimensions == "CC: RUH 60, JED 40"
    update_value(session, session.get_one(DimensionValue, centres.ids["RUH"]), {"code": "RYD"})
    sent = [{"id": kept.id, "dimensions": kept.dimensions} for kept in entry.lines]
    drafts.update_draft(session, entry, {"lines": tuple(sent)})
    assert entry.lines[0].analytic == centres.split(RUH="60", JED="40")
    with pytest.raises(InvalidInput, match="Line 1: Cost centre has no active value") as raised:
        drafts.create_draft(session, {**values, "lines": ({**line, "dimensions": "CC: LON"},)})
    assert raised.value.problems[0].field == "lines.0.dimensions"


def test_a_retired_value_takes_no_new_lines(session: Session, centres: Centres) -> None:
    update_value(session, session.get_one(DimensionValue, centres.ids["RUH"]), {"active": False})
    with pytest.raises(EntryIsInvalid, match="RUH is no longer used"):
        post_entry(session, centres.rent("10", centres.split(RUH="100")))


def test_a_value_that_lines_name_stays_and_a_tree_has_no_circle(
    session: Session, centres: Centres
) -> None:
    riyadh = session.get_one(DimensionValue, centres.ids["RUH"])
    jeddah = session.get_one(DimensionValue, centres.ids["JED"])
    post_entry(session, centres.rent("10", centres.split(RUH="100")))
    with pytest.raises(Conflict, match="Entries are split to RUH"):
        delete_value(session, riyadh)
    with pytest.raises(DBAPIError, match="it stays where it is"), session.begin_nested():
        session.execute(text("DELETE FROM accounting.dimension_value WHERE code = 'RUH'"))
    update_value(session, jeddah, {"parent_id": riyadh.id})
    with pytest.raises(InvalidInput, match="cannot be part of itself"):
        update_value(session, riyadh, {"parent_id": jeddah.id})
    session.expire(riyadh)
    with pytest.raises(InvalidInput, match="of the same dimension"):
        update_value(session, riyadh, {"parent_id": centres.ids["P7"]})


def test_the_parts_of_an_account_are_its_whole(session: Session, centres: Centres) -> None:
    thirds = centres.split(RUH="33.33", JED="33.33", DMM="33.34")
    for amount in ("0.01", "10", "99.99"):
        post_entry(session, centres.rent(amount, thirds))
    post_entry(session, centres.rent("5"))
    post_entry(session, EntryDraft(date(2026, 4, 1), centres.rent("7", thirds).lines))
    seal_now(session)
    rows = balances_by_dimension(session, centres.centre.id, date(2026, 3, 1), date(2026, 3, 31))
    rent = {row.value_id: row.amount for row in rows if row.code == "Expenses:Rent"}
    assert sum(rent.values()) == Decimal("115.00")
    assert rent[None] == Decimal("5.00")
    assert rent[centres.ids["DMM"]] == Decimal("36.68")
    whole = {b.code: b.debit - b.credit for b in balances(session, date(2026, 3, 1), DAY)}
    bank = [row for row in rows if row.code == "Assets:Bank"]
    assert [(row.value_id, row.amount) for row in bank] == [(None, whole["Assets:Bank"])]


@given(
    parts=st.lists(st.decimals(-(10**15), 10**15, places=4), min_size=1, max_size=9),
    currency=st.sampled_from(["SAR", "KWD", "JPY"]),
)
@settings(max_examples=50, deadline=None, suppress_health_check=[HealthCheck.too_slow])
def test_rounded_parts_keep_the_sum_and_are_near(parts: list[Decimal], currency: str) -> None:
    rounded = rounded_parts(parts, currency)
    assert sum(rounded) == sum(parts)
    unit = {"SAR": Decimal("0.01"), "KWD": Decimal("0.001"), "JPY": Decimal(1)}[currency]
    assert all(abs(one - other) < 2 * unit for one, other in zip(parts, rounded, strict=True))


def test_an_accountant_sets_up_a_dimension_and_writes_an_entry_with_it(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    browser = as_user("accounting.accountant")
    api = "/api/v1/accounting"
    made = browser.post(f"{api}/dimensions", json={"code": "BR", "name": "Branch"})
    assert made.status_code == 201, made.text
    for code in ("NORTH", "SOUTH"):
        sent = {"dimension_id": made.json()["id"], "code": code, "name": code.title()}
        assert browser.post(f"{api}/dimension-values", json=sent).status_code == 201
    with kernel.session(tenant) as session:
        ids = {account.code: account.id for account in session.scalars(select(Account))}
        journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    entry = {
        "journal_id": journal,
        "date": "2026-03-14",
        "lines": [
            {"account_id": ids["Expenses:Rent"], "debit": "10", "dimensions": "North 70, South"},
            {"account_id": ids["Assets:Bank"], "credit": "10"},
        ],
    }
    created = browser.post(f"{api}/entries", json=entry)
    assert created.status_code == 201, created.text
    assert created.json()["lines"][0]["dimensions"] == "BR: NORTH 70, SOUTH 30"
    entry["lines"][0]["dimensions"] = "North 70"
    refused = browser.post(f"{api}/entries", json=entry)
    assert refused.status_code == 422
    assert "sums to 70 %" in refused.text
    bookkeeper = as_user("accounting.bookkeeper")
    assert bookkeeper.post(f"{api}/dimensions", json={"code": "X", "name": "Y"}).status_code == 403
