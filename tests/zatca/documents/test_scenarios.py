"""One document for every scenario, one chain through all of them: each passes the schema and all
rules with no error and no warning, and each is what it says."""

from __future__ import annotations

from datetime import UTC, datetime
from uuid import UUID

import pytest

from addons.zatca.documents.hashing import canonical_form
from addons.zatca.documents.reading import parsed, read
from addons.zatca.documents.signing import Signed, sign
from addons.zatca.documents.ubl import build
from addons.zatca.documents.values import FIRST_PREVIOUS_HASH, Chain
from addons.zatca.documents.verifying import verify
from addons.zatca.samples.scenarios import scenarios
from tests.zatca.authority.validator import Verdict, validate
from tests.zatca.documents.signers import signer

CLEAN = Verdict(frozenset(), frozenset())


@pytest.mark.real_data
def test_every_scenario_passes_without_error_or_warning() -> None:
    device = signer()
    now = datetime.now(UTC)
    cases = scenarios(now)
    assert len({case.name for case in cases}) == len(cases) > 200
    previous = FIRST_PREVIOUS_HASH
    told: dict[str, Verdict] = {}
    for counter, case in enumerate(cases, 1):
        unsigned = build(case.invoice, Chain(str(UUID(int=counter)), counter, previous))
        signed = sign(unsigned, device.key, device.certificate, now)
        assert canonical_form(parsed(signed.xml)) == unsigned.canonical
        assert verify(signed.xml, previous) == ()
        told[case.name] = validate(signed.xml, previous)
        previous = signed.hash
    assert {name: verdict for name, verdict in told.items() if verdict != CLEAN} == {}


def test_the_same_document_is_signed_the_same_twice() -> None:
    """Nonces by RFC 6979: who signs again after a crash makes the same bytes."""
    now = datetime.now(UTC)
    assert _first(now) == _first(now)


def test_a_till_and_the_office_write_the_time_of_riyadh() -> None:
    signed = _first(datetime(2026, 11, 23, 21, 30, tzinfo=UTC))
    reading = read(signed.xml)
    assert (reading.issue_date, reading.issue_time) == ("2026-11-24", "00:30:00")
    assert reading.signature.signed_at == "2026-11-24T00:30:00"


def _first(now: datetime) -> Signed:
    device = signer()
    invoice = scenarios(now)[0].invoice
    return sign(build(invoice, Chain(str(UUID(int=1)), 1)), device.key, device.certificate, now)
