"""What was signed reaches the authority once, whatever happens on the way: every answer has its
consequence, what is not answered is sent again byte for byte, and one document never holds up
another."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta
from threading import Event

import httpx
import pytest
from sqlalchemy import func, select

from addons.zatca.authority import client
from addons.zatca.authority.answers import Outcome
from addons.zatca.models import Device, Document, Exchange
from addons.zatca.services.sending import syncing
from addons.zatca.services.sending.delivering import resume
from addons.zatca.services.sending.patience import LONGEST_PAUSE, breaker, pause_after
from addons.zatca.services.sending.queueing import wake
from addons.zatca.services.sending.troubles import troubles
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.zatca.authority.mischief import (
    CLEARANCE_OFF,
    CUT,
    GARBAGE,
    HANG_UP,
    HTML,
    TOO_LARGE,
    Mischief,
    server_error,
)
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company

pytestmark = pytest.mark.real_data

Work = Callable[..., int]
StateOf = Callable[[int], Document]


@pytest.fixture(scope="module")
def device(kernel: Kernel, tenant: Tenant, stand_in: StandIn) -> int:
    """A device for the whole file: its chain grows from test to test."""
    company = Company(kernel, tenant, stand_in)
    company.have_seller()
    return company.active_device()


@pytest.fixture
def send(company: Company, device: int, work: Work) -> Callable[[], None]:
    """Wake the device and do what is queued, as a worker would."""

    def go() -> None:
        with company.kernel.session(company.tenant) as session:
            session.execute(Document.__table__.update().values(next_try_at=None))  # type: ignore[attr-defined]
            wake(session, device)
        work()

    return go


@pytest.fixture(autouse=True)
def _calm(company: Company, device: int) -> None:
    """The breaker looks at the last exchanges: let none of another test be among them."""
    with company.kernel.session(company.tenant) as session:
        session.add(
            Exchange(
                device_id=device,
                endpoint="/calm",
                outcome=Outcome.ACCEPTED.value,
                document_id=session.scalar(select(func.max(Document.id))),
            )
        )


def test_a_simplified_invoice_is_reported_and_a_standard_one_cleared(
    company: Company, device: int, send: Callable[[], None], state_of: StateOf
) -> None:
    simplified, standard = company.signed(device), company.signed(device, standard=True)
    send()
    assert state_of(simplified).state == "REPORTED"
    cleared = state_of(standard)
    assert cleared.state == "CLEARED"
    assert cleared.cleared_xml is not None
    assert cleared.printed_qr == cleared.cleared_qr != cleared.qr


@pytest.mark.parametrize(
    ("mischief", "state"),
    [
        (server_error(500), "PENDING"),
        (server_error(503), "PENDING"),
        (server_error(504), "PENDING"),
        (server_error(429, retry_after="3600"), "PENDING"),
        (HTML, "UNKNOWN"),
        (GARBAGE, "UNKNOWN"),
        (CUT, "UNKNOWN"),
        (HANG_UP, "UNKNOWN"),
    ],
    ids=["500", "503", "504", "429", "html", "garbage", "cut", "hang-up"],
)
@pytest.mark.parametrize("standard", [False, True], ids=["simplified", "standard"])
def test_without_a_clear_answer_the_same_bytes_go_again(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
    mischief: Mischief,
    state: str,
    standard: bool,
) -> None:
    document = company.signed(device, standard=standard)
    authority.misbehave(mischief)
    send()
    waiting = state_of(document)
    assert (waiting.state, waiting.attempts) == (state, 1)
    assert waiting.next_try_at is not None
    if mischief.headers:
        assert waiting.answered_at is not None
        assert waiting.next_try_at - waiting.answered_at >= timedelta(hours=1)
    send()
    assert state_of(document).state == ("CLEARED" if standard else "REPORTED")
    sent = [call for call in authority.register.submissions if call[0] == waiting.uuid]
    assert len(set(sent)) == 1
    kept = authority.register.received[waiting.uuid]
    assert kept.hash == waiting.hash


def test_an_answer_that_does_not_come_in_time_is_none(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    document, answered = company.signed(device), Event()
    authority.misbehave(Mischief(held=answered))
    try:
        with monkeypatch.context() as patch:
            patch.setattr(client, "TIMEOUT", httpx.Timeout(30, read=0.2))
            send()
    finally:
        answered.set()
    waiting = state_of(document)
    assert (waiting.state, waiting.attempts) == ("UNKNOWN", 1)
    send()
    assert state_of(document).state == "REPORTED"
    sent = [call for call in authority.register.submissions if call[0] == waiting.uuid]
    assert len(set(sent)) == 1


def test_where_clearance_is_switched_off_the_same_document_is_reported(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
) -> None:
    document = company.signed(device, standard=True)
    authority.misbehave(CLEARANCE_OFF)
    send()
    reported = state_of(document)
    assert (reported.state, reported.cleared_xml) == ("REPORTED", None)
    assert reported.printed_qr == reported.qr
    assert len(authority.register.received[reported.uuid].xml) > 0


def test_a_rejected_document_says_why_and_is_not_sent_again(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
    now: datetime,
) -> None:
    bad = company.signed(device, at=now + timedelta(days=2))
    good = company.signed(device)
    send()
    rejected = state_of(bad)
    assert (rejected.state, rejected.next_try_at) == ("REJECTED", None)
    assert "BR-KSA-04" in {error["code"] for error in rejected.errors}
    assert state_of(good).state == "REPORTED"
    calls = len(authority.calls)
    send()
    assert len(authority.calls) == calls


def test_a_late_report_is_final_with_its_warning(
    company: Company, device: int, send: Callable[[], None], state_of: StateOf, now: datetime
) -> None:
    document = company.signed(device, at=now - timedelta(days=3))
    send()
    late = state_of(document)
    assert late.state == "REPORTED_WITH_WARNINGS"
    assert [warning["code"] for warning in late.warnings] == ["BR-KSA-98"]


def test_what_is_too_large_waits_for_somebody(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
) -> None:
    document = company.signed(device)
    authority.misbehave(TOO_LARGE)
    send()
    assert (state_of(document).state, state_of(document).next_try_at) == ("NOT_CLEARED", None)


def test_a_refused_certificate_stops_the_device_and_nothing_else(
    company: Company,
    authority: StandIn,
    send: Callable[[], None],
    state_of: StateOf,
    work: Work,
) -> None:
    refused, other = company.active_device("0100"), company.active_device("0100")
    first, second, beside = company.signed(refused), company.signed(refused), company.signed(other)
    authority.misbehave(Mischief(401, b'{"status":401,"error":"Unauthorized"}'))
    with company.kernel.session(company.tenant) as session:
        wake(session, refused)
    work()
    with company.kernel.session(company.tenant) as session:
        wake(session, other)
    work()
    assert [state_of(each).state for each in (first, second, beside)] == [
        "PENDING",
        "PENDING",
        "REPORTED",
    ]
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, refused)
        assert device.stopped_at is not None
        for document in session.scalars(select(Document).where(Document.device_id == refused)):
            document.next_try_at = None
        resume(session, device)
    work()
    assert [state_of(each).state for each in (first, second)] == ["REPORTED", "REPORTED"]


def test_a_document_that_always_fails_lets_the_others_pass(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
) -> None:
    poison = company.signed(device)
    others = [company.signed(device) for _ in range(3)]
    authority.misbehave(HANG_UP)
    send()
    authority.misbehave(*[Mischief()] * 3, HTML)
    send()
    assert {state_of(each).state for each in others} == {"REPORTED"}
    assert state_of(poison).state in ("UNKNOWN", "REPORTED")


def test_an_outage_shuts_the_breaker_and_its_end_opens_it(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
    work: Work,
    now: datetime,
    frozen_time: Callable[[datetime], object],
) -> None:
    documents = [company.signed(device) for _ in range(12)]
    authority.outage(True)
    calls = len(authority.calls)
    send()
    assert len(authority.calls) - calls == 5
    assert {state_of(each).state for each in documents} == {"PENDING"}
    with company.kernel.session(company.tenant) as session:
        assert breaker(session, "simulation").is_shut(now)
    authority.outage(False)
    # A day later the same bytes go, one first, then all.
    then = now + timedelta(hours=20)
    frozen_time(then)
    with company.kernel.session(company.tenant) as session:
        syncing.sync(session)
    work(then + timedelta(minutes=2))
    assert {state_of(each).state for each in documents} == {"REPORTED"}
    assert sum(1 for each in documents if state_of(each).attempts > 1) <= 6


def test_nothing_is_sent_by_a_clock_that_is_a_day_off(
    company: Company,
    authority: StandIn,
    device: int,
    send: Callable[[], None],
    state_of: StateOf,
    work: Work,
    now: datetime,
    frozen_time: Callable[[datetime], object],
) -> None:
    then = now + timedelta(hours=2)
    frozen_time(then)
    document, calls = company.signed(device), len(authority.calls)
    authority.skew = timedelta(days=-1)
    send()
    held_back = state_of(document)
    assert (held_back.state, held_back.attempts) == ("PENDING", 0)
    assert len(authority.calls) == calls
    with company.kernel.session(company.tenant) as session:
        (trouble,) = (one for one in troubles(session) if one.key == "zatca.clock")
        assert "Nothing is sent before it is right" in trouble.cause
    authority.skew = timedelta()
    with company.kernel.session(company.tenant) as session:
        syncing.sync(session)
    work(then + timedelta(minutes=2))
    assert state_of(document).state == "REPORTED"


def test_what_its_sender_left_behind_is_found_again(
    company: Company, authority: StandIn, device: int, state_of: StateOf, work: Work, now: datetime
) -> None:
    document = company.signed(device)
    with company.kernel.session(company.tenant) as session:
        left = session.get_one(Document, document)
        left.state, left.attempts = "SENDING", 1
        left.next_try_at = now - timedelta(minutes=1)
    with company.kernel.session(company.tenant) as session:
        assert syncing.sync(session) == 1
    work()
    assert (state_of(document).state, state_of(document).attempts) == ("REPORTED", 2)


def test_every_exchange_is_kept_and_cannot_be_changed(
    company: Company, device: int, send: Callable[[], None]
) -> None:
    document = company.signed(device)
    send()
    with company.kernel.session(company.tenant) as session:
        (kept,) = session.scalars(select(Exchange).where(Exchange.document_id == document))
        assert (kept.status, kept.outcome) == (200, "accepted")
        assert '"REPORTED"' in kept.body
        assert len(kept.request_digest) == 64


def test_pauses_grow_vary_and_end() -> None:
    pauses = [[pause_after(attempt) for _ in range(20)] for attempt in (1, 4, 40)]
    assert all(len(set(each)) > 1 for each in pauses)
    assert max(pauses[0]) < min(pauses[1]) < min(pauses[2])
    assert max(pauses[2]) <= LONGEST_PAUSE * 1.25
    assert pause_after(1, 600.0) >= timedelta(minutes=10)
