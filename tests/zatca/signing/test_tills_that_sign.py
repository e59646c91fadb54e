"""A till holds its device's key: it is registered by what it signs, sells without a network, and
what it signed is verified, stored byte for byte and reported."""

from __future__ import annotations

import io
import threading
import zipfile
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime

import pytest
from cryptography import x509
from sqlalchemy import select

from addons.pos.services.booking.applying import apply_register
from addons.zatca.authority.csr import certificate_request, request_info
from addons.zatca.authority.environments import ENVIRONMENTS
from addons.zatca.documents.signing import RIYADH
from addons.zatca.models import Device
from addons.zatca.services.doctor import examine
from addons.zatca.services.onboarding.naming import device_name
from core.errors import InvalidInput
from tests.zatca.authority.register import Received
from tests.zatca.authority.validator import validate
from tests.zatca.signing.conftest import SigningShop, complaints
from tests.zatca.signing.signing_till import SigningTill
from tests.zatca.trade.trader import have_device

pytestmark = pytest.mark.real_data


def test_a_till_is_registered_and_its_sales_are_reported(shop: SigningShop) -> None:
    till = shop.till("A1")
    page = shop.device(till, invoice_kinds="1100")
    assert "Ask the till for its key" in shop.browser.get(page).text
    assert not till.load()["asks"]
    shop.browser.post(f"{page}/key")
    assert "Waiting for the till A1" in shop.browser.get(page).text
    assert till.sign_what_is_asked() == "csr"
    assert "One-time password" in shop.browser.get(page).text
    shop.browser.post(f"{page}/compliance", data={"otp": shop.authority.register.new_password()})
    assert "Waiting for the till A1" in shop.browser.get(page).text
    early = shop.browser.post(f"{page}/documents")
    assert "The till has to sign this first" in early.text
    assert till.sign_what_is_asked() == "compliance"
    shop.browser.post(f"{page}/documents")
    assert not till.load()["signs"]
    shop.browser.post(f"{page}/production")
    terms = till.load()
    assert (terms["signs"], terms["asks"], terms["state"]) == (True, False, "active")
    assert terms["chain"]["counter"] == 0

    sold = [shop.sell(till), shop.sell(till)]
    sold.append(till.sell(shop.tea_of("-1"), method=shop.cash, kind="refund"))
    shop.sync(till)
    documents = shop.documents(till)
    assert [one.xml.decode() for one in documents] == [
        one["payload"]["einvoice"]["xml"] for one in sold
    ]
    assert [(one.counter, one.kind, one.state) for one in documents] == [
        (1, "388", "REPORTED"),
        (2, "388", "REPORTED"),
        (3, "381", "REPORTED"),
    ]
    for one in documents:
        verdict = validate(one.xml, previous_hash=one.previous_hash)
        assert [*verdict.errors, *verdict.warnings] == []
    assert till.load()["chain"] == {"counter": 3, "hash": documents[-1].hash}
    assert complaints(shop, till) == []
    day = f"{datetime.now(UTC).astimezone(RIYADH):%Y-%m-%d}"
    asked = {"device": str(documents[0].device_id), "first": day, "last": day}
    fetched = shop.browser.get("/zatca/archive/files", params=asked).content
    with zipfile.ZipFile(io.BytesIO(fetched)) as archive:
        kept = [archive.read(name) for name in archive.namelist()]
    assert all(one.xml in kept for one in documents)


def test_the_request_is_the_one_that_the_usual_way_makes(shop: SigningShop) -> None:
    till = shop.registered("A2")
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        device = session.scalars(select(Device).where(Device.serial == till.terms["device"])).one()
        assert device.key is None
        request = x509.load_pem_x509_csr(device.csr.encode())
        assert request.is_signature_valid
        name = device_name(session, device, industry="Trade")
    place = ENVIRONMENTS["simulation"]
    usual = x509.load_pem_x509_csr(certificate_request(name, till.key, place))
    assert request.tbs_certrequest_bytes == usual.tbs_certrequest_bytes
    assert request_info(name, till.key.public_key(), place) == usual.tbs_certrequest_bytes


def test_a_certificate_is_renewed_with_the_same_key(shop: SigningShop) -> None:
    till, other = shop.registered("A3"), SigningTill(shop.till("A4").till)
    page = _page(shop, till)
    late = shop.sell(till)  # under the certificate of which the till knows
    shop.authority.register.renewal_needs_checks = True
    shop.browser.post(f"{page}/renew", data={"otp": shop.authority.register.new_password()})
    shop.authority.register.renewal_needs_checks = False
    assert till.sign_what_is_asked() == "renewing"
    assert till.terms["signs"]
    shop.browser.post(f"{page}/documents")
    shop.browser.post(f"{page}/production")
    before = till.terms["certificate"]["text"]
    assert till.load()["certificate"]["text"] != before
    fresh = shop.sell(till)
    shop.sync(till)
    assert [one.number for one in shop.documents(till)] == [
        late["payload"]["number"],
        fresh["payload"]["number"],
    ]
    other.till, other.terms = till.till, till.terms
    refused = other.answer()
    assert (refused.status_code, "register a new device" in refused.text) == (409, True)


def test_what_is_no_key_and_no_signature_is_refused(shop: SigningShop) -> None:
    till = shop.till("A5")
    till.terms = {"device": "1-a|2-b|3-c"}
    assert till.answer().status_code == 404
    assert till.load() == {}
    page = shop.device(till)
    with pytest.raises(InvalidInput, match="has a device already"):
        shop.device(till)
    shop.browser.post(f"{page}/key")
    till.load()
    for key in ("", "AAAA", "not base64", "BA" + "A" * 86, 5):
        assert till.answer(public_key=key).status_code == 422
    (question,) = till.answer().json()["sign"]
    for signature in ("", "MEUCIQ==", 7):
        wrong = till.answer(signatures=[{"id": question["id"], "signature": signature}])
        assert wrong.status_code == 422
    assert till.answer(signatures=[5, {}, {"id": "x"}]).json()["sign"] == [question]
    assert till.answer(device="1-a|2-b|3-c").status_code == 409


def test_what_has_begun_goes_on_when_the_last_device_is_revoked(shop: SigningShop) -> None:
    till = shop.registered("A6")
    before = shop.sell(till)
    shop.browser.post(f"{_page(shop, till)}/revoke")
    plain = till.till.sell(shop.tea_of(), method=shop.cash)
    shop.sync(till)
    (document,) = shop.documents(till)
    assert (document.number, document.state) == (before["payload"]["number"], "REPORTED")
    assert "No device is active" in shop.refusal(plain)
    assert till.load() == {}


def test_a_document_comes_again_to_a_server_that_lost_it(shop: SigningShop) -> None:
    till = shop.registered("A7")
    said = shop.sell(till)["payload"]["einvoice"]
    # What the authority heard of before the server was set back to its backup of last night.
    known = Received("", said["uuid"], said["hash"], 1, said["previous_hash"], "REPORTED", b"")
    shop.authority.register.received[said["uuid"]] = known
    sent = list(till.till.outbox)
    shop.sync(till)
    told = till.till.send(sent).json()
    assert {one["status"] for one in told["results"]} == {"duplicate"}
    (document,) = shop.documents(till)
    assert document.state == "REPORTED_WITH_WARNINGS"
    assert complaints(shop, till) == []


def test_two_registers_are_booked_at_once(shop: SigningShop) -> None:
    tills = [shop.registered("A8"), shop.registered("A9")]
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        office = have_device(session)
    for till in tills:
        for _ in range(5):
            shop.sell(till)
            till.till.sell(shop.tea_of(), method=shop.cash)
        till.till.sync()
    start = threading.Barrier(len(tills), timeout=60)

    def book(register_id: int) -> int:
        start.wait()
        with shop.shop.kernel.session(shop.shop.tenant) as session:
            return apply_register(session, register_id)

    with ThreadPoolExecutor(len(tills)) as pool:
        booked = list(pool.map(book, [one.till.register for one in tills]))
    assert booked == [11, 11]
    for till in tills:
        assert [one.counter for one in shop.documents(till)] == [1, 2, 3, 4, 5]
        assert complaints(shop, till) == []
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        (made,) = examine(session, office)
        assert (made.links, made.complaints) == (10, ())


def _page(shop: SigningShop, till: SigningTill) -> str:
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        own = select(Device.id).where(Device.serial == till.terms["device"])
        return f"/zatca/registration/{session.scalars(own).one()}"
