"""A session is opened, counted and closed: differences are posted, large ones approved; what came
late is collected, a lost till is closed at the office, and its report stays as it was."""

from __future__ import annotations

import itertools
from collections.abc import Callable, Iterator
from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from typing import Literal

import httpx
import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.pos.models import Binding, Method, Register, SessionCount, TillLog, TillSession
from addons.pos.services.devices.binding import bind, make_code
from addons.pos.services.devices.seen import revoke
from addons.pos.services.registers import create_register
from addons.pos.services.sessions.cash import move_cash, note
from addons.pos.services.sessions.closing import close_rescue, close_session, close_without_till
from addons.pos.services.sessions.expected import drawer_cash
from addons.pos.services.sessions.opening import open_session, rescue_session
from addons.pos.services.sessions.values import Closing, Counted, LogEntry, Move, Opening
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

DAY = date(2026, 11, 23)
NOON = datetime(2026, 11, 23, 12, tzinfo=UTC)
_NUMBERS = itertools.count(10)


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """A company with tills and nothing else, for the tests of this file."""
    with fresh_tenant(kernel, "tillsessions", addons=("pos",)) as tenant:
        yield tenant


@pytest.fixture
def device(session: Session) -> Binding:
    """A device at a till of its own, which may differ by five."""
    values = {"code": f"S{next(_NUMBERS)}", "name": "Front", "tolerance": Decimal(5)}
    register = create_register(session, values)
    return bind(session, make_code(session, register), "Tablet").binding


def opened(session: Session, device: Binding, key: str = "") -> TillSession:
    """A session with a float of a hundred."""
    opening = Opening(
        key or f"01JD{next(_NUMBERS):022}",
        device.id,
        device.register_id,
        None,
        Decimal(100),
        NOON,
        DAY,
    )
    return open_session(session, opening)


def cash_of(session: Session) -> int:
    """The id of cash."""
    return session.scalars(select(Method.id).where(Method.kind == "cash")).one()


def counted(session: Session, amount: str, approved_by: int | None = None) -> Closing:
    """A closing at noon with so much cash."""
    return Closing(
        None, NOON, DAY, (Counted(cash_of(session), Decimal(amount)),), approved_by=approved_by
    )


def moved(direction: Literal["in", "out"], amount: str) -> Move:
    """Cash that was moved at noon."""
    return Move(
        f"01JE{next(_NUMBERS):022}",
        None,
        direction,
        Decimal(amount),
        "Change",
        NOON,
        DAY,
    )


def test_a_drawer_should_hold_its_float_and_what_was_put_in_less_what_was_taken(
    session: Session, device: Binding
) -> None:
    till = opened(session, device)
    move = moved("in", "50")
    assert move_cash(session, till, move).id == move_cash(session, till, move).id
    move_cash(session, till, moved("out", "20.50"))
    assert drawer_cash(session, till).expected == Decimal("129.50")


def test_an_opening_that_comes_twice_opens_once(session: Session, device: Binding) -> None:
    first = opened(session, device, "01JDSAME")
    assert opened(session, device, "01JDSAME").id == first.id
    other = bind(session, make_code(session, device.register), "Phone").binding
    with pytest.raises(InvalidInput):
        opened(session, other, "01JDSAME")


def test_a_small_difference_closes_and_a_large_one_waits_for_approval(
    session: Session, device: Binding
) -> None:
    small, large = opened(session, device), opened(session, device)
    assert close_session(session, small, counted(session, "97")) == ()
    assert (small.state, small.difference, small.approval) == ("closed", Decimal(-3), "none")
    assert close_session(session, large, counted(session, "80")) == ("difference",)
    assert (large.difference, large.approval) == (Decimal(-20), "asked")
    assert (small.z_number, large.z_number) == (1, 2)
    with pytest.raises(Conflict):
        close_session(session, large, counted(session, "100"))


def test_cash_that_was_not_counted_is_as_expected(session: Session, device: Binding) -> None:
    till = opened(session, device)
    close_session(session, till, Closing(None, NOON, DAY, ()))
    counts = session.scalars(select(SessionCount).where(SessionCount.session_id == till.id)).all()
    assert {one.difference for one in counts} == {Decimal(0)}


def test_a_wrong_method_closes_nothing(session: Session, device: Binding) -> None:
    till = opened(session, device)
    wrong = Closing(None, NOON, DAY, (Counted(10**9, Decimal(1)),))
    with pytest.raises(InvalidInput, match="way to pay"):
        close_session(session, till, wrong)
    assert till.state == "open"


def test_a_closed_session_and_what_it_counted_stay(session: Session, device: Binding) -> None:
    till = opened(session, device)
    move_cash(session, till, moved("in", "5"))
    close_session(session, till, counted(session, "105"))
    session.commit()
    for change in (
        "UPDATE pos.session SET opening_float = 1 WHERE id = :id",
        "UPDATE pos.session SET z = '{}' WHERE id = :id",
        "DELETE FROM pos.session WHERE id = :id",
        "UPDATE pos.session_count SET counted = expected WHERE session_id = :id",
        "DELETE FROM pos.cash_move WHERE session_id = :id",
    ):
        with pytest.raises(DBAPIError), session.begin_nested():
            session.execute(text(change), {"id": till.id})


def test_latecomers_of_a_day_are_collected_in_one_session(
    session: Session, device: Binding
) -> None:
    late = rescue_session(session, device.register_id, DAY)
    assert rescue_session(session, device.register_id, DAY).id == late.id
    close_rescue(session, late, {cash_of(session): Decimal(0)})
    assert late.state == "closed"
    assert rescue_session(session, device.register_id, DAY).id != late.id
    with pytest.raises(Conflict):
        close_rescue(session, late, {})


def test_a_till_that_is_at_work_is_not_closed_over_its_head(
    session: Session, device: Binding
) -> None:
    till = opened(session, device)
    with pytest.raises(Conflict, match="called"):
        close_without_till(session, till, "Stolen")
    revoke(session, device)
    with pytest.raises(InvalidInput):
        close_without_till(session, till, " ")
    close_without_till(session, till, "Stolen")
    assert (till.state, till.forced, till.difference) == ("closed", True, Decimal(0))
    assert till.z is not None
    assert till.z["forced"]


def test_a_device_that_was_silent_for_a_day_counts_as_lost(
    session: Session, device: Binding
) -> None:
    till = opened(session, device)
    device.last_seen_at = datetime.now(UTC) - timedelta(hours=25)
    session.flush()
    close_without_till(session, till, "Broken")
    assert till.state == "closed"


def test_what_is_noted_twice_is_noted_once(session: Session, device: Binding) -> None:
    till = opened(session, device)
    entry = LogEntry("01JFLOG", till.id, device.register_id, "no_sale", NOON, cashier_id=10**9)
    note(session, [entry])
    note(session, [entry])
    kept = session.scalars(select(TillLog).where(TillLog.session_id == till.id)).one()
    assert (kept.what, kept.cashier_id) == ("no_sale", None)


def test_the_report_is_a_page_a_pdf_and_a_csv(
    session: Session, device: Binding, as_user: Callable[..., httpx.Client]
) -> None:
    till = opened(session, device)
    close_session(session, till, counted(session, "90"))
    session.commit()
    manager = as_user("pos.manager")
    page = manager.get(f"/pos/sessions/{till.id}/report")
    assert page.status_code == 200
    assert f"{device.register.code}-Z-00001" in page.text
    assert "has to be approved" in page.text
    pdf = manager.get(f"/pos/sessions/{till.id}/report.pdf")
    assert pdf.content.startswith(b"%PDF")
    assert "Should be in the drawer,100" in manager.get(f"/pos/sessions/{till.id}/report.csv").text
    assert manager.get(f"/pos/sessions/{till.id}").status_code == 200
    done = manager.post(f"/pos/sessions/{till.id}/actions/approve")
    assert done.status_code in (200, 303)
    session.refresh(till)
    assert till.approval == "given"
    assert as_user("pos.reader").get(f"/pos/sessions/{till.id}/close").status_code == 403


def test_a_manager_sees_the_tills_binds_a_device_and_asks_one_to_close(
    session: Session, device: Binding, as_user: Callable[..., httpx.Client]
) -> None:
    register = device.register
    opened(session, device)
    session.commit()
    manager = as_user("pos.manager")
    page = manager.get("/pos/tills").text
    assert register.code in page
    assert "Online" in page
    code_page = manager.post(f"/pos/registers/{register.id}/bind")
    assert "data:image/svg+xml" in code_page.text
    asked = manager.post(f"/pos/registers/{register.id}/actions/close")
    assert asked.status_code in (200, 303)
    session.expire_all()
    assert session.get_one(Register, register.id).close_asked_at is not None
    assert "Asked to close" in manager.get("/pos/tills").text


@pytest.mark.parametrize(
    "page",
    [
        "registers",
        "devices",
        "cashiers",
        "methods",
        "sessions",
        "counts",
        "cash-moves",
        "log",
    ],
)
def test_every_list_opens(page: str, as_user: Callable[..., httpx.Client]) -> None:
    assert as_user("pos.manager").get(f"/pos/{page}").status_code == 200
