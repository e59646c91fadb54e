"""What the database itself refuses of settlements, whoever asks it."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

import pytest
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.accounting.api import (
    settle,
    undo_settlement,
)
from addons.accounting.services.calendar import ensure_years
from tests.accounting.settling import (
    DAY,
    contact,
    item,
    open_books,
)


@pytest.fixture
def books(session: Session) -> dict[str, int]:
    ensure_years(session, [DAY])
    return open_books(session)


@pytest.fixture
def noor(session: Session, books: dict[str, int]) -> int:
    return contact(session, "Al Noor")


STORE = text("""
WITH made AS (
  INSERT INTO accounting.settlement (date, account_id, partner_id, currency)
    VALUES (:day, :account, :partner, 'USD') RETURNING id)
INSERT INTO accounting.settlement_part (settlement_id, line_id, amount)
SELECT made.id, part.line, part.amount
  FROM made, unnest(CAST(:lines AS bigint[]), CAST(:amounts AS numeric[])) AS part (line, amount)
""")


def _store(session: Session, values: dict[str, object]) -> None:
    session.execute(STORE, values)
    session.execute(text("SET CONSTRAINTS ALL IMMEDIATE"))


@pytest.mark.parametrize(
    ("amounts", "partner", "day", "refused"),
    [
        (("110", "-110"), "noor", DAY, "than is open"),
        (("-10", "10"), "noor", DAY, "than is open"),
        (("50", "-40"), "noor", DAY, "sum to zero"),
        (("50",), "noor", DAY, "two parts"),
        (("50", "-50"), "cedar", DAY, "several partners"),
        (("50", "-50"), "noor", DAY - timedelta(days=1), "dated before"),
    ],
)
def test_the_database_refuses_what_python_never_asks_for(
    session: Session, noor: int, books: dict[str, int], amounts: tuple[str, ...], partner: str,
    day: date, refused: str,
) -> None:  # fmt: skip
    lines = [item(session, "100", partner=noor), item(session, "-100", partner=noor, other="Bank")]
    cedar = contact(session, "Cedar")
    values = {
        "day": day,
        "account": books["Receivables"],
        "partner": noor if partner == "noor" else cedar,
        "lines": lines[: len(amounts)],
        "amounts": [Decimal(amount) for amount in amounts],
    }
    with pytest.raises(DBAPIError, match=refused):
        _store(session, values)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE accounting.settlement SET date = date + 1",
        "UPDATE accounting.settlement SET undone_on = NULL, undone_at = NULL, undone_by = NULL",
        "DELETE FROM accounting.settlement",
        "UPDATE accounting.settlement_part SET amount = amount / 2",
        "DELETE FROM accounting.settlement_part",
        "UPDATE accounting.settled_line SET amount = 0",
        "INSERT INTO accounting.settlement_part (settlement_id, line_id, amount)"
        " SELECT settlement_id, line_id, 0 FROM accounting.settlement_part",
        "UPDATE accounting.account SET reconcilable = false WHERE code = 'Receivables'",
    ],
)
def test_a_settlement_stays_as_it_was_written(session: Session, noor: int, statement: str) -> None:
    settle(session, [item(session, amount, partner=noor) for amount in ("100", "-100")])
    session.commit()
    with pytest.raises(
        DBAPIError, match=r"cannot be changed|permission denied|stays an account|complete"
    ):
        session.execute(text(statement))


def test_who_settled_and_who_undid_stands_in_the_audit_trail(session: Session, noor: int) -> None:
    made = settle(session, [item(session, amount, partner=noor) for amount in ("100", "-100")])
    undo_settlement(session, made.id)
    rows = session.execute(
        text("SELECT operation FROM core.audit_log WHERE table_name = 'accounting.settlement'"
             " AND record_id = :id ORDER BY id"), {"id": str(made.id)},
    )  # fmt: skip
    assert [row[0] for row in rows] == ["insert", "update"]


def test_a_contact_that_the_books_name_cannot_be_deleted(session: Session, noor: int) -> None:
    item(session, "100", partner=noor)
    with pytest.raises(DBAPIError, match="foreign key"):
        session.execute(text("DELETE FROM contacts.contact WHERE id = :id"), {"id": noor})
