"""Till and server make the same document of the same sale, byte for byte, and with the same key the
same signature of it. What a till cannot say by itself it leaves to the server."""

from __future__ import annotations

import os
from dataclasses import asdict, replace
from datetime import UTC, datetime, timedelta
from decimal import Decimal
from typing import Any
from uuid import uuid4

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.contacts.services.contacts import create_contact
from addons.zatca.documents.signing import Signed
from addons.zatca.documents.signing import sign as sign_here
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH, Chain, EInvoice, Identity, Party
from addons.zatca.documents.verifying import verify
from addons.zatca.reactions.pos import _sale
from addons.zatca.services.preparing.documents import prepare
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.zatca.authority import own_checks
from tests.zatca.authority.validator import Verdict, validate
from tests.zatca.documents.sales import words
from tests.zatca.documents.signers import signer
from tests.zatca.till.conftest import Sign, told
from tests.zatca.till.receipts import LEFT_TO_THE_SERVER, NO_UNIT, booked, payloads

EXAMPLES = int(os.environ.get("AORABOOKS_EXAMPLES", "300"))
SECRET = f"{7:064x}"
UUID = "3cf5ee18-ee25-44ea-a444-2c37ba7f28be"
SOMEBODY = (("Salma Haddad", ""), ("Noor & sons", "نور <وأولاده>"))
PREVIOUS = "X+zrZv/IbzjZUnhsbWlsecLbwjndTpG0ZynXOif7V+k="
LEFT = {codes[0] for codes in LEFT_TO_THE_SERVER}
QUIET = settings(max_examples=EXAMPLES, deadline=None, suppress_health_check=[HealthCheck.too_slow])

sellers = st.builds(
    Party,
    name=words,
    vat_number=st.sampled_from(["399999999900003", "٣٩٩٩٩٩٩٩٩٩٠٠٠٠٣"]),
    identity=st.builds(Identity, st.sampled_from(["CRN", "700"]), st.sampled_from(["۱۰1", "a&b"])),
    street=words,
    additional_street=st.sampled_from(["", "Gate 4"]),
    building=st.sampled_from(["2322", "٢٣٢٢"]),
    plot=st.sampled_from(["", "12"]),
    district=words,
    city=words,
    postal_zone=st.just("٢٣٣٣٣"),
    province=st.sampled_from(["", "Riyadh > centre"]),
)
moments = st.datetimes(
    datetime(2019, 1, 1),  # noqa: DTZ001 Hypothesis adds the zone
    datetime(2026, 3, 1),  # noqa: DTZ001
    timezones=st.just(UTC),
)
ways = st.lists(st.sampled_from(["cash", "card", "transfer", "gift_card"]), max_size=3)


def test_a_sale_is_the_same_document_at_the_till_and_at_the_server(
    kernel: Kernel, company: Tenant, sign: Sign
) -> None:
    with kernel.session(company) as session:
        people = {
            create_contact(session, {"name": name, "name_local": local, "is_customer": True}).id: (
                local or name
            )
            for name, local in SOMEBODY
        }
        section = told(session)
        counts = {"signed": 0, "left": 0}

        @QUIET
        @given(payloads(), moments, ways, sellers, st.sampled_from([None, *people]))
        def check(
            said: tuple[str, dict[str, Any]],
            at: datetime,
            paid: list[str],
            seller: Party,
            who: int | None,
        ) -> None:
            kind, payload = said
            asked = _asked(kind, payload, at, paid, people.get(who) if who else None)
            found = sign({**asked, "section": {**section, "seller": asdict(seller)}})
            assert (found is None) == _is_left(kind, payload)
            counts["signed" if found else "left"] += 1
            if found is None:
                return
            sale = _sale(booked(kind, payload, at, paid, who))
            invoice = replace(prepare(session, sale).invoice, seller=seller)
            _agree(found, _signed_here(invoice, at))

        check()
        assert counts["signed"] > counts["left"] > 0


def _asked(
    kind: str, payload: dict[str, Any], at: datetime, paid: list[str], buyer: str | None
) -> dict[str, Any]:
    moment = at.isoformat(timespec="milliseconds").replace("+00:00", "Z")
    sale = {"type": kind, "occurred_at": moment, "payload": payload, "ways": paid, "buyer": buyer}
    end = {"counter": 41, "hash": PREVIOUS}
    return {"sale": sale, "end": end, "secret": SECRET, "uuid": UUID}


def _signed_here(invoice: EInvoice, at: datetime) -> Signed:
    device = signer()
    unsigned = build(invoice, Chain(UUID, 42, PREVIOUS))
    return sign_here(unsigned, device.key, device.certificate, at)


def _agree(found: dict[str, Any], here: Signed) -> None:
    said = found["einvoice"]
    assert said["xml"].split("\n") == here.xml.decode().split("\n")
    assert (said["hash"], found["qr"]) == (here.hash, here.qr)
    assert (said["uuid"], said["counter"], said["previous_hash"]) == (UUID, 42, PREVIOUS)
    root = etree.fromstring(said["xml"].encode())
    assert own_checks.signature_problems(root) == set()
    assert own_checks.qr_problems(root) == set()
    assert own_checks.previous_hash(root) == PREVIOUS


def _is_left(kind: str, payload: dict[str, Any]) -> bool:
    """Whether a till must leave a sale to the server: what it says goes beyond what tills know, or
    nothing of it is sold in the end."""
    amounts = [Decimal(one["net"]) + Decimal(one["tax"]) for one in payload["lines"]]
    sign = -1 if kind == "refund" or sum(amounts) < 0 else 1
    sold = [one for one in payload["lines"] if Decimal(one["quantity"]) * sign > 0]
    return (
        payload["currency"] != "SAR"
        or not sold
        or any(set(one["tax_codes"]) & LEFT for one in payload["lines"])
        or any(one["unit"] == NO_UNIT for one in sold)
    )


@pytest.mark.real_data
def test_what_a_till_signs_passes_every_rule(kernel: Kernel, company: Tenant, sign: Sign) -> None:
    """A sale of all categories, an exchange and a return, one chain through them."""
    with kernel.session(company) as session:
        section = told(session)
    tea, rent = (
        _line("Tea", "2", "20.00", "3.00", "SA-S15"),
        _line("Flat", "1", "80.00", "0.00", "SA-EXEMPT-RENT"),
    )
    medicine, stamp = _line("Syrup", "1", "12.50", "0.00", "SA-S0"), _line("7", "3", "3.00", "0.00")
    back = _line("Tea", "-1", "-10.00", "-1.50", "SA-S15", of={"number": "R01-1-00001", "line": 1})
    sales = [
        _said("sale", tea, rent, medicine, stamp, rounding="0.05"),
        _said("sale", tea, back),
        _said("refund", back, note="Too strong"),
        _said("sale", back, stamp),
    ]
    end = {"counter": 0, "hash": FIRST_PREVIOUS_HASH}
    at = datetime.now(UTC).isoformat(timespec="milliseconds").replace("+00:00", "Z")
    for number, (kind, payload) in enumerate(sales, 1):
        sale = {
            "type": kind,
            "occurred_at": at,
            "payload": {**payload, "number": f"R01-1-0000{number}"},
            "ways": ["cash"],
            "buyer": None,
        }
        found = sign(
            {"sale": sale, "section": section, "end": end, "secret": SECRET, "uuid": str(uuid4())}
        )
        assert found is not None
        xml = found["einvoice"]["xml"].encode()
        assert verify(xml, end["hash"]) == ()
        assert validate(xml, str(end["hash"])) == Verdict(frozenset(), frozenset())
        end = {"counter": found["einvoice"]["counter"], "hash": found["einvoice"]["hash"]}
    assert end["counter"] == len(sales)


def test_a_till_signs_nothing_once_its_certificate_has_ended(
    kernel: Kernel, company: Tenant, sign: Sign
) -> None:
    with kernel.session(company) as session:
        section = told(session)
    kind, payload = _said("sale", _line("Tea", "1", "10.00", "1.50", "SA-S15"))
    sold = {
        "type": kind,
        "payload": {**payload, "number": "R01-1-00001"},
        "ways": [],
        "buyer": None,
    }
    asked = {
        "section": section,
        "end": {"counter": 0, "hash": FIRST_PREVIOUS_HASH},
        "secret": SECRET,
        "uuid": UUID,
    }
    until = datetime.fromisoformat(section["certificate"]["until"])
    moments = (until - timedelta(seconds=1), until)
    told_of = [sign({**asked, "sale": {**sold, "occurred_at": f"{at:%FT%TZ}"}}) for at in moments]
    assert [one is None for one in told_of] == [False, True]


def _line(
    label: str, quantity: str, net: str, tax: str, *codes: str, of: Any = None
) -> dict[str, Any]:
    return {
        "label": label,
        "quantity": quantity,
        "unit": None,
        "price": "10.00",
        "tax_codes": codes,
        "net": net,
        "tax": tax,
        "of": of,
    }


def _said(kind: str, *lines: dict[str, Any], **more: Any) -> tuple[str, dict[str, Any]]:
    net, tax = (str(sum(Decimal(one[name]) for one in lines)) for name in ("net", "tax"))
    return kind, {
        "currency": "SAR",
        "lines": lines,
        "net": net,
        "tax": tax,
        "rounding": "0.00",
        "note": "",
        **more,
    }
