"""What a till signed and what is no document of its sale: the sale is booked all the same, what is
wrong is named, and the server makes a document in its place where somebody wants one."""

from __future__ import annotations

import base64
import re
import uuid
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime
from decimal import Decimal
from typing import Any

import pytest
from sqlalchemy import select, text
from sqlalchemy.exc import DBAPIError

from addons.pos.models import Operation
from addons.pos.services.repairing.mending import mend
from addons.zatca.documents.values import Identity, Party
from addons.zatca.models import Device, Document, Unmade
from addons.zatca.services.issuing import make_anew, make_up_for
from core.jobs.serving import work_off
from tests.zatca.documents.signers import signer
from tests.zatca.signing.conftest import SigningShop, complaints
from tests.zatca.signing.signing_till import ECDSA, SigningTill
from tests.zatca.trade.trader import have_device

pytestmark = pytest.mark.real_data

Change = Callable[[dict[str, Any]], Any]
MEGABYTES = "x" * 5_000_000
BOMB = (
    '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "aaaaaaaaaa">'
    + "".join(
        f'<!ENTITY {after} "{f"&{before};" * 10}">'
        for before, after in zip("abcdefgh", "bcdefghi", strict=True)
    )
    + '<!ATTLIST x y CDATA "&i;">]><x>&i;</x>'
)


def said(**changed: Any) -> Change:
    """What the till says of its document, but for this."""
    return lambda document: {**document, **changed}


NO_DOCUMENT: list[tuple[str, Change]] = [
    ("not complete", lambda _: 5),
    ("not complete", lambda _: {}),
    ("not complete", said(xml=None)),
    ("not complete", said(counter=True)),
    ("not complete", said(counter=-1)),
    ("not complete", said(xml="\0")),
    ("not complete", said(xml=MEGABYTES)),
    ("no electronic invoice", said(xml=BOMB)),
    ("no electronic invoice", said(xml="<x/>")),
    ("no electronic invoice", said(xml="?")),
    ("not registered", said(device="1-a|2-b|3-c")),
    ("not the one that the till says", said(counter=99)),
    ("not the one that the till says", said(uuid=str(uuid.uuid4()))),
    ("not the one that the till says", said(hash="0" * 43 + "=")),
    ("not the one that the till says", said(previous_hash="0" * 43 + "=")),
    ("content was changed", lambda one: said(xml=one["xml"].replace("Tea", "Tee"))(one)),
    ("signature does not belong", lambda one: said(xml=_resigned(one["xml"]))(one)),
]


@pytest.fixture(scope="module")
def till(shop: SigningShop) -> SigningTill:
    """A till whose chain has begun well."""
    made = shop.registered("B1")
    shop.sell(made)
    shop.sync(made)
    return made


def offer(shop: SigningShop, till: SigningTill, change: Change, **invoice: Any) -> dict[str, Any]:
    """A sale whose document is spoilt: the till takes its place back, and signs there again."""
    before = till.counter, till.hash
    payload, now = till.till.sale(shop.tea_of(), method=shop.cash), _now()
    document = till.document("sale", payload, now, **invoice)
    till.counter, till.hash = before
    return _sent(till, {**payload, "einvoice": change(document)}, now)


def test_what_is_no_document_costs_neither_the_sale_nor_the_place(
    shop: SigningShop, till: SigningTill
) -> None:
    offered = [(why, offer(shop, till, change)) for why, change in NO_DOCUMENT]
    neighbour = shop.registered("B2")
    foreign = replace(till, key=neighbour.key, terms=neighbour.terms)
    stranger = replace(till, key=signer().key, terms=_certified(till, signer().certificate.text))
    ended = signer(until=datetime(2025, 1, 1, tzinfo=UTC)).certificate.text
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        own = session.scalars(select(Device).where(Device.serial == till.terms["device"])).one()
        own.earlier_certificates = [base64.b64decode(ended)]
    late = replace(stranger, terms=_certified(till, ended))
    offered += [
        ("certificate that had ended", offer(shop, late, said())),
        ("another till", offer(shop, foreign, said())),
        ("certificate that is not the device's", offer(shop, stranger, said())),
        ("something else than this sale", offer(shop, till, said(), number="B1-1-99999")),
        ("something else than this sale", offer(shop, till, said(), standard=True)),
        ("another time", offer(shop, till, said(), issue_date=date(2026, 1, 1))),
        ("not those of the sale", offer(shop, till, said(), rounding=Decimal("0.05"))),
        ("another seller's", offer(shop, till, said(), seller=_another(till))),
    ]
    good = shop.sell(till)
    shop.sync(till)
    for why, operation in offered:
        assert why in shop.refusal(operation)
    assert shop.documents(till)[-1].number == good["payload"]["number"]
    assert [one.counter for one in shop.documents(till)] == [1, 2]


def test_a_chain_that_forks_keeps_its_first_branch(shop: SigningShop, till: SigningTill) -> None:
    start = till.counter, till.hash
    first = shop.sell(till)
    after = till.counter, till.hash
    till.counter, till.hash = start
    second = shop.sell(till)
    follows = shop.sell(till)
    till.counter, till.hash = after
    shop.sync(till)
    assert "The chain forks" in shop.refusal(second)
    assert "does not follow" in shop.refusal(follows)
    assert shop.documents(till)[-1].number == first["payload"]["number"]
    assert complaints(shop, till) == []


def test_a_gap_left_by_a_refused_document_names_its_sale(shop: SigningShop) -> None:
    till = shop.registered("B3")
    payload, now = till.till.sale(shop.tea_of(), method=shop.cash), _now()
    document = till.document("sale", payload, now, rounding=Decimal("0.05"))
    refused = _sent(till, {**payload, "einvoice": document}, now)
    shop.sell(till)
    shop.sync(till)
    number = refused["payload"]["number"]
    (sale,) = shop.shop.rows("SELECT id FROM pos.sale WHERE number = :n", n=number)
    (behind,) = shop.documents(till)
    assert behind.counter == 2
    assert complaints(shop, till) == ["Missing: what the till signed for this sale was refused."]
    page = shop.browser.get(f"/zatca/chains/{behind.device_id}").text
    assert "1 thing is wrong." in page
    assert f'<a href="/pos/sales/{sale[0]}"><bdi>{number}</bdi></a>' in page
    assert "Its amounts are not those of the sale." in page


def test_a_gap_is_named_until_what_is_missing_comes(shop: SigningShop, till: SigningTill) -> None:
    payload, now = till.till.sale(shop.tea_of(), method=shop.cash), _now()
    document = till.document("sale", payload, now)
    broken = _sent(till, {**payload, "total": "1.00", "einvoice": document}, now)
    shop.sell(till)
    shop.sync(till)
    place = document["counter"]
    assert [one.counter for one in shop.documents(till)][-2:] == [place - 1, place + 1]
    (complaint,) = complaints(shop, till)
    assert f"Missing: {place}. It may still come" in complaint
    page = shop.browser.get(f"/pos/repairs/{_operation(shop, broken).id}").text
    assert "&lt;Invoice" not in page
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        found = session.get_one(Operation, _operation(shop, broken).id)
        mend(session, found, {**payload, "einvoice": document}, "As on paper")
    work_off(shop.shop.kernel, shop.shop.tenant)
    assert [one.counter for one in shop.documents(till)][-2:] == [place, place + 1]
    assert {one.state for one in shop.documents(till)} == {"REPORTED"}
    assert complaints(shop, till) == []


def test_what_is_refused_or_breaks_a_rule_gets_a_document_of_the_server(
    shop: SigningShop, till: SigningTill
) -> None:
    refused = offer(shop, till, said(device="1-a|2-b|3-c"))
    payload, now = till.till.sale(shop.tea_of("-1"), method=shop.cash), _now()
    document = till.document("refund", payload, now, reason="")
    against_a_rule = _sent(till, {**payload, "einvoice": document}, now, "refund")
    shop.sync(till)
    stored = shop.documents(till)[-1]
    assert (stored.number, stored.state) == (payload["number"], "NOT_CLEARED")
    assert [one["code"] for one in stored.errors] == ["BR-KSA-17"]
    reasons = shop.browser.get(f"/zatca/reasons/{stored.id}").text
    assert "BR-KSA-17" in reasons
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        office = have_device(session)
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        number = refused["payload"]["number"]
        make_up_for(session, session.scalars(select(Unmade).where(Unmade.number == number)).one())
        make_anew(session, session.get_one(Document, stored.id))
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        made = session.scalars(select(Document).where(Document.device_id == office)).all()
        assert {one.number for one in made} == {number, against_a_rule["payload"]["number"]}
        assert session.get_one(Document, stored.id).state == "SUPERSEDED"
    assert complaints(shop, till) == []


@pytest.mark.parametrize(
    ("place", "previous", "why"),
    [
        ("max(counter) + 1", "repeat('0', 43) || '='", "does not follow"),
        ("max(counter) - 1", "previous_hash", "is not followed"),
    ],
)
def test_the_database_takes_no_fork_of_a_tills_chain_either(
    shop: SigningShop, till: SigningTill, place: str, previous: str, why: str
) -> None:
    statement = f"""
INSERT INTO zatca.document (device_id, counter, uuid, source_type, source_id, number, kind,
  standard, issue_at, hash, previous_hash, xml, qr, currency, total, tax, deadline_at)
SELECT device_id, (SELECT {place} FROM zatca.document WHERE device_id = one.device_id), 'another',
  'x', 0, number, kind, standard, issue_at, hash, {previous}, xml, qr, currency, total, tax,
  deadline_at FROM zatca.document AS one WHERE uuid = :uuid
"""
    last = shop.documents(till)[-1]
    with (
        pytest.raises(DBAPIError, match=why),
        shop.shop.kernel.session(shop.shop.tenant) as session,
    ):
        session.execute(text(statement), {"uuid": last.uuid})


def _sent(
    till: SigningTill, payload: dict[str, Any], at: datetime, kind: str = "sale"
) -> dict[str, Any]:
    return till.till.add(kind, payload, occurred_at=at.isoformat().replace("+00:00", "Z"))


def _now() -> datetime:
    return datetime.now(UTC).replace(microsecond=0)


def _resigned(xml: str) -> str:
    """The document with a signature of something else."""
    other = base64.b64encode(signer().key.sign(b"something else", ECDSA)).decode()
    return re.sub(r"(<ds:SignatureValue>)[^<]+", rf"\g<1>{other}", xml)


def _certified(till: SigningTill, text: str) -> dict[str, Any]:
    return {**till.terms, "certificate": {**till.terms["certificate"], "text": text}}


def _another(till: SigningTill) -> Party:
    own = {**till.terms["seller"], "vat_number": "399999999800003"}
    return Party(**{**own, "identity": Identity(**own["identity"])})


def _operation(shop: SigningShop, sent: dict[str, Any]) -> Operation:
    with shop.shop.kernel.session(shop.shop.tenant) as session:
        wanted = select(Operation).where(Operation.sync_id == sent["sync_id"])
        return session.scalars(wanted).one()
