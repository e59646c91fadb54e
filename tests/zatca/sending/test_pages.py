"""At the screen: a device is registered step by step, and a refused document says what is wrong
with it and where that is mended."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime, timedelta

import httpx
import pytest

from addons.zatca.models import Device, Document
from addons.zatca.services.sending.queueing import wake
from addons.zatca.services.sending.troubles import troubles
from core.db.base import utc_now
from tests.zatca.authority.mischief import server_error
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company

pytestmark = pytest.mark.real_data


Browse = Callable[..., httpx.Client]


def test_somebody_registers_a_device_at_the_screen(
    company: Company, authority: StandIn, as_user: Browse
) -> None:
    page = f"/zatca/registration/{company.new_device('0100')}"
    browser = as_user()
    assert "Make the key" in browser.get(page).text
    browser.post(f"{page}/key")
    wrong = browser.post(f"{page}/compliance", data={"otp": "000000"})
    assert "wrong, used already, or older than an hour" in wrong.text
    assert "Have the Fatoora portal make a new one-time password" in wrong.text
    assert "/compliance" in browser.get(page).text
    typo = browser.post(f"{page}/compliance", data={"otp": "12"})
    assert (typo.status_code, "six digits" in typo.text) == (422, True)
    browser.post(f"{page}/compliance", data={"otp": authority.register.new_password()})
    authority.misbehave(server_error())
    assert "cannot be reached" in browser.post(f"{page}/documents").text
    browser.post(f"{page}/documents")
    browser.post(f"{page}/production")
    assert "The device signs." in browser.get(page).text
    early = browser.post(f"{page}/documents")
    assert early.status_code == 409


def test_registration_is_for_those_who_look_after_devices(
    company: Company, as_user: Browse
) -> None:
    page = f"/zatca/registration/{company.new_device()}"
    assert as_user("zatca.auditor").get(page).status_code == 403
    assert as_user("zatca.accountant").get(page).status_code == 200


def test_a_refused_document_says_what_is_wrong_and_where_it_is_mended(
    company: Company, as_user: Browse, work: Callable[..., int], now: datetime
) -> None:
    device = company.active_device("0100")
    document = company.signed(device, at=now + timedelta(days=2))
    with company.kernel.session(company.tenant) as session:
        wake(session, device)
    work()
    page = as_user().get(f"/zatca/reasons/{document}").text
    assert "BR-KSA-04" in page
    assert "issue_date" in page
    assert "Mend it there" in page
    assert "Make a new document" in page
    only_looks = as_user("zatca.auditor").get(f"/zatca/reasons/{document}").text
    assert "BR-KSA-04" in only_looks
    assert "Make a new document" not in only_looks


def test_what_waits_can_be_sent_at_once_and_what_is_done_cannot(
    company: Company, as_user: Browse, work: Callable[..., int]
) -> None:
    document = company.signed(company.active_device("0100"))
    browser = as_user()
    browser.post(f"/zatca/reasons/{document}/send")
    work()
    assert "found nothing wrong" in browser.get(f"/zatca/reasons/{document}").text
    assert browser.post(f"/zatca/reasons/{document}/send").status_code == 409


@pytest.mark.parametrize(
    ("hours", "key"), [(11, None), (13, "zatca.half_day"), (21, "zatca.deadline")]
)
def test_deadlines_are_warned_of_at_twelve_and_at_twenty_hours(
    company: Company, hours: int, key: str | None
) -> None:
    document = company.signed(company.active_device("0100"))
    with company.kernel.session(company.tenant) as session:
        waiting = session.get_one(Document, document)
        waiting.deadline_at = utc_now() + timedelta(hours=24 - hours)
        session.flush()
        found = {one.key for one in troubles(session)}
        waiting.state = "REPORTED"
    assert found & {"zatca.half_day", "zatca.deadline"} == ({key} if key else set())


def test_a_clock_that_goes_wrong_later_is_told_of_until_it_is_right(
    company: Company, authority: StandIn, as_user: Browse, work: Callable[..., int]
) -> None:
    device = company.active_device("0100")
    told: list[bool] = []
    for skew in (timedelta(days=-1), timedelta()):
        authority.skew = skew
        document = company.signed(device)
        as_user().post(f"/zatca/reasons/{document}/send")
        work()
        with company.kernel.session(company.tenant) as session:
            told.append("zatca.clock" in {one.key for one in troubles(session)})
    assert told == [True, False]


def test_a_certificate_that_ends_is_told_of_in_time(company: Company) -> None:
    device_id = company.active_device("0100")
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        key = f"zatca.certificate.{device_id}"
        assert key not in {one.key for one in troubles(session)}
        device.expires_at = utc_now() + timedelta(days=30)
        session.flush()
        (soon,) = (one for one in troubles(session) if one.key == key)
        device.expires_at = utc_now() - timedelta(days=1)
        session.flush()
        (ended,) = (one for one in troubles(session) if one.key == key)
    assert (soon.severity, ended.severity) == ("warning", "bad")
