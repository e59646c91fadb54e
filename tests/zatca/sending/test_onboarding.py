"""A device goes through the steps of the authority: each can be repeated, each says how it went,
what is wrong is named before it is sent, and no secret stands anywhere in the open."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import select, text

from addons.zatca.models import ChainEnd, Device, Exchange
from addons.zatca.services.chain.choosing import begun_at
from addons.zatca.services.onboarding import steps
from core.errors import Conflict, InvalidInput
from tests.zatca.authority.mischief import EMPTY_SUCCESS, server_error
from tests.zatca.authority.server import StandIn
from tests.zatca.sending.company import Company

pytestmark = pytest.mark.real_data


@pytest.mark.parametrize(
    ("kinds", "documents", "environment"),
    [("1100", 6, "simulation"), ("1000", 3, "production"), ("0100", 3, "sandbox")],
)
def test_a_device_shows_what_it_declares_and_becomes_active(
    company: Company, authority: StandIn, kinds: str, documents: int, environment: str
) -> None:
    authority.calls.clear()
    device_id = company.active_device(kinds, environment)
    assert [path for _, path in authority.calls] == [
        "/compliance",
        *["/compliance/invoices"] * documents,
        "/production/csids",
    ]
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        assert device.state == "active"
        assert device.expires_at is not None
        assert session.get(ChainEnd, device_id) is None


def test_no_secret_stands_in_the_open(company: Company) -> None:
    device_id = company.active_device()
    secrets = {issue.secret for issue in company.authority.register.issued.values()}
    with company.kernel.session(company.tenant) as session:
        rows = session.execute(
            text("SELECT device::text FROM zatca.device AS device WHERE id = :id"),
            {"id": device_id},
        ).scalars()
        logged = session.scalars(select(Exchange.body).where(Exchange.device_id == device_id))
        seen = "\n".join([*rows, *logged])
    assert "PRIVATE KEY" not in seen
    assert not [secret for secret in secrets if secret in seen]


def test_a_one_time_password_is_good_once(company: Company, authority: StandIn) -> None:
    otp = authority.register.new_password()
    first, second = company.new_device(), company.new_device()
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, first)
        steps.make_key(session, device)
        assert steps.request_compliance(session, device, otp).done
    calls = len(authority.calls)
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, second)
        steps.make_key(session, device)
        with pytest.raises(InvalidInput, match="used already") as refused:
            steps.request_compliance(session, device, f" {otp} ")
    assert refused.value.problems[0].field == "otp"
    assert len(authority.calls) == calls


@pytest.mark.parametrize("otp", ["", "12345", "1234567", "١٢٣٤٥٦", "12a456"])
def test_what_is_no_password_is_not_sent(company: Company, authority: StandIn, otp: str) -> None:
    device_id, calls = company.new_device(), len(authority.calls)
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        with pytest.raises(InvalidInput, match="six digits"):
            steps.request_compliance(session, device, otp)
    assert len(authority.calls) == calls


def test_a_refused_password_is_told_and_the_step_can_be_repeated(company: Company) -> None:
    device_id = company.new_device()
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        refused = steps.request_compliance(session, device, "000000")
    assert (refused.done, refused.problems[0].code) == (False, "Invalid-OTP")
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        assert device.state == "csr"
        log = session.scalars(select(Exchange).where(Exchange.device_id == device_id)).one()
        assert (log.status, log.outcome) == (400, "refused")
        otp = company.authority.register.new_password()
        assert steps.request_compliance(session, device, otp).done


def test_a_success_without_a_token_is_none(company: Company, authority: StandIn) -> None:
    device_id = company.new_device()
    otp = authority.register.new_password()
    authority.misbehave(EMPTY_SUCCESS)
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        assert not steps.request_compliance(session, device, otp).done
        assert device.state == "csr"


def test_a_clock_that_is_off_by_a_day_is_found_before_anything_is_signed(
    company: Company, authority: StandIn
) -> None:
    device_id = company.new_device()
    authority.skew = timedelta(days=-1)
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        result = steps.request_compliance(session, device, authority.register.new_password())
    assert [problem.code for problem in result.problems] == ["clock-wrong"]


def test_an_outage_in_the_middle_is_gone_on_from_where_it_was(
    company: Company, authority: StandIn
) -> None:
    device_id = company.new_device("0100")
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        assert steps.request_compliance(session, device, authority.register.new_password()).done
        authority.misbehave(server_error())
        assert not steps.show_documents(session, device).done
        assert device.state == "compliance"
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        assert steps.show_documents(session, device).done
        authority.misbehave(server_error(504))
        assert not steps.request_production(session, device).done
        assert steps.request_production(session, device).done
        assert device.state == "active"


def test_steps_are_taken_in_their_order(company: Company) -> None:
    device_id = company.new_device()
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        for step in (steps.show_documents, steps.request_production):
            with pytest.raises(Conflict):
                step(session, device)


@pytest.mark.parametrize("checks", [False, True])
def test_a_renewed_device_keeps_its_key_and_its_chain(
    company: Company, authority: StandIn, checks: bool
) -> None:
    device_id = company.active_device("0100")
    company.signed(device_id)
    authority.register.renewal_needs_checks = checks
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        before = device.certificate
        assert steps.renew(session, device, authority.register.new_password()).done
        if checks:
            assert (device.state, device.certificate) == ("renewing", before)
            assert steps.show_documents(session, device).done
            assert steps.request_production(session, device).done
        assert device.state == "active"
        assert device.certificate != before
        assert session.get_one(ChainEnd, device_id).next_counter == 2
    company.signed(device_id)


def test_a_revoked_device_has_no_key_any_more(company: Company) -> None:
    device_id = company.active_device("0100")
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.revoke(session, device)
        assert (device.state, device.key) == ("revoked", None)
        with pytest.raises(Conflict):
            steps.revoke(session, device)


def test_a_certificate_for_another_key_is_not_taken(company: Company, authority: StandIn) -> None:
    company.active_device("0100")
    other = next(iter(authority.register.issued.values())).device
    device_id = company.new_device("0100")
    authority.register.certifies = other
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        result = steps.request_compliance(session, device, authority.register.new_password())
        assert [problem.code for problem in result.problems] == ["certificate-not-ours"]
        assert device.state == "csr"


@pytest.mark.parametrize(("environment", "works"), [("sandbox", True), ("simulation", False)])
def test_only_the_sandbox_may_certify_somebody_else(
    company: Company, authority: StandIn, environment: str, works: bool
) -> None:
    company.active_device("0100")
    other = next(iter(authority.register.issued.values())).device
    device_id = company.new_device("0100", environment)
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        assert steps.request_compliance(session, device, authority.register.new_password()).done
        assert steps.show_documents(session, device).done
        authority.register.certifies = other
        assert steps.request_production(session, device).done == works
    if works:
        company.signed(device_id)


def test_a_certificate_that_has_ended_is_not_taken(company: Company, authority: StandIn) -> None:
    device_id = company.new_device("0100")
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        steps.make_key(session, device)
        assert steps.request_compliance(session, device, authority.register.new_password()).done
        assert steps.show_documents(session, device).done
        authority.register.days = -1
        result = steps.request_production(session, device)
        assert [problem.code for problem in result.problems] == ["certificate-expired"]
        assert device.state == "checked"


def test_without_a_seller_there_is_nothing_to_certify(company: Company) -> None:
    device_id = company.new_device()
    with company.kernel.session(company.tenant) as session:
        session.execute(text("DELETE FROM zatca.seller"))
        with pytest.raises(InvalidInput, match="who the seller"):
            steps.make_key(session, session.get_one(Device, device_id))
        session.rollback()


def test_nothing_is_signed_with_what_has_ended_while_it_is_renewed(
    company: Company, authority: StandIn
) -> None:
    device_id = company.active_device("0100")
    authority.register.renewal_needs_checks = True
    with company.kernel.session(company.tenant) as session:
        device = session.get_one(Device, device_id)
        device.state, since = "expired", device.active_since
        assert since is not None
        assert steps.renew(session, device, authority.register.new_password()).done
        assert not device.signs
        assert begun_at(session) is not None
        assert steps.show_documents(session, device).done
        assert steps.request_production(session, device).done
        assert device.signs
        assert device.active_since == since
