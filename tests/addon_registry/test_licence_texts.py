"""A licence is believed for its signature alone.

The vendor signs one for an organization; a reseller signs within what the vendor certified. Whoever
changes a date, borrows a certificate or signs beyond it has a text that says no more than nothing.
"""

from __future__ import annotations

import base64
import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from addon_registry import keys
from addon_registry.licences import signed
from addon_registry.licences.certificate import Certificate, read_certificate, sign_certificate
from addon_registry.licences.errors import LicenceRefused
from addon_registry.licences.licence import Terms, issue, new_serial, require_issued, verify
from addon_registry.licences.revocations import Revocation, read_list, require_newer, sign_list

NOW = datetime(2026, 3, 1, 12, tzinfo=UTC)
VENDOR = keys.generate()
SELLER = keys.generate()
RING = keys.keyring([keys.PublisherKey("Vendor", VENDOR.public_key())])
TERMS = Terms("0123456789ab", ("crm", "tickets"), NOW, NOW + timedelta(days=365), seats=10)


def certificate(**changes: Any) -> tuple[Certificate, str]:
    """The seller's certificate for a year, ten seats and two addons, and its text."""
    held = Certificate(
        serial=new_serial(),
        holder="North Sales",
        public=SELLER.public_key(),
        addons=("crm", "tickets"),
        max_seats=10,
        issued_at=NOW - timedelta(days=1),
        until=NOW + timedelta(days=400),
    )
    text = sign_certificate(replace(held, **changes), VENDOR)
    return read_certificate(text, RING), text


def forged(token: str, **claims: Any) -> str:
    """The same text with other claims, and the signature that it had."""
    header, body, signature = token.split(".")
    values = json.loads(base64.urlsafe_b64decode(body + "=" * (-len(body) % 4))) | claims
    raw = base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()
    return f"{header}.{raw}.{signature}"


def test_what_the_vendor_signs_is_read_as_it_was_meant() -> None:
    terms = replace(TERMS, quotas={"users": 20, "storage": 10**9}, trial=True, grace_days=7)
    licence = verify(issue(terms, VENDOR, at=NOW), RING)
    assert licence.terms == terms
    assert licence.issued_at == NOW
    assert licence.key_id == keys.key_id(VENDOR.public_key())


def test_a_forged_date_breaks_the_signature() -> None:
    token = issue(TERMS, VENDOR, at=NOW)
    later = int((NOW + timedelta(days=4000)).timestamp())
    with pytest.raises(LicenceRefused, match="changed after it was signed"):
        verify(forged(token, exp=later), RING)


def test_no_other_algorithm_is_believed() -> None:
    header, body, _ = issue(TERMS, VENDOR, at=NOW).split(".")
    for algorithm in ("none", "HS256"):
        values = {"alg": algorithm, "typ": "licence", "kid": keys.key_id(VENDOR.public_key())}
        other = base64.urlsafe_b64encode(json.dumps(values).encode()).rstrip(b"=").decode()
        with pytest.raises(LicenceRefused):
            verify(f"{other}.{body}.", RING)
    with pytest.raises(LicenceRefused):
        verify(f"{header}.{body}.", RING)


def test_a_stranger_s_key_and_a_revoked_one_sign_nothing() -> None:
    with pytest.raises(LicenceRefused, match="not trusted"):
        verify(issue(TERMS, SELLER, at=NOW), RING)
    revoked = keys.keyring([keys.PublisherKey("Vendor", VENDOR.public_key(), NOW)])
    token = issue(TERMS, VENDOR, at=NOW)
    with pytest.raises(LicenceRefused, match="revoked"):
        verify(token, revoked)
    # What was accepted while the key was good is still read, to know how it ends.
    assert verify(token, revoked, accept_revoked=True).terms == TERMS


def test_a_reseller_s_licence_carries_its_certificate() -> None:
    held = certificate()
    licence = verify(issue(TERMS, SELLER, at=NOW, certificate=held), RING)
    assert licence.certificate is not None
    assert licence.certificate.holder == "North Sales"


@pytest.mark.parametrize(
    "beyond",
    [
        {"addons": ("crm", "payroll")},
        {"seats": 11},
        {"seats": None},
        {"until": NOW + timedelta(days=401)},
        {"until": None},
    ],
    ids=lambda beyond: next(iter(beyond)),
)
def test_a_reseller_signs_nothing_beyond_the_certificate(beyond: dict[str, Any]) -> None:
    held, text = certificate()
    terms = replace(TERMS, **beyond)
    with pytest.raises(LicenceRefused):
        issue(terms, SELLER, at=NOW, certificate=(held, text))
    # Nor does it help to write the text without this platform's code.
    wide = replace(
        held, addons=("crm", "payroll", "tickets"), max_seats=None, until=NOW + timedelta(days=9999)
    )
    if terms.until is not None:
        token = issue(terms, SELLER, at=NOW, certificate=(wide, text))
        with pytest.raises(LicenceRefused, match="certificate"):
            verify(token, RING)


def test_a_borrowed_certificate_is_of_no_use() -> None:
    _, text = certificate()
    stranger = keys.generate()
    held = replace(certificate()[0], public=stranger.public_key())
    token = issue(TERMS, stranger, at=NOW, certificate=(held, text))
    with pytest.raises(LicenceRefused, match="not signed with the key"):
        verify(token, RING)


def test_one_kind_of_text_does_not_pass_for_another() -> None:
    _, text = certificate()
    with pytest.raises(LicenceRefused, match="another kind"):
        verify(text, RING)
    with pytest.raises(LicenceRefused, match="another kind"):
        read_certificate(issue(TERMS, VENDOR, at=NOW), RING)


def test_a_date_of_issue_that_is_yet_to_come_is_refused() -> None:
    licence = verify(issue(TERMS, VENDOR, at=NOW), RING)
    require_issued(licence, NOW - timedelta(hours=20))
    with pytest.raises(LicenceRefused, match="yet to come"):
        require_issued(licence, NOW - timedelta(days=2))


@pytest.mark.parametrize(
    ("change", "field"),
    [
        ({"addons": ()}, "addons"),
        ({"until": NOW}, "until"),
        ({"trial": True, "until": None}, "until"),
        ({"grace_days": 91}, "grace_days"),
        ({"seats": 0}, "seats"),
        ({"quotas": {"cats": 3}}, "quotas"),
    ],
)
def test_terms_that_make_no_sense_name_their_field(change: dict[str, Any], field: str) -> None:
    with pytest.raises(LicenceRefused) as refused:
        issue(replace(TERMS, **change), VENDOR, at=NOW)
    assert [problem.field for problem in refused.value.problems] == [field]


def test_lists_of_revocations_go_one_way() -> None:
    entry = Revocation("a" * 32, NOW, "The invoice was never paid")
    first = read_list(sign_list([], 1, VENDOR, at=NOW), RING)
    second = read_list(sign_list([entry], 2, VENDOR, at=NOW), RING)
    assert second.by_vendor
    assert second.revoked == (entry,)
    require_newer(second, first.version)
    with pytest.raises(LicenceRefused, match="version 2 is known"):
        require_newer(first, second.version)


def test_a_reseller_s_list_says_that_it_is_the_reseller_s() -> None:
    _, text = certificate()
    listed = read_list(sign_list([], 1, SELLER, at=NOW, certificate=text), RING)
    assert not listed.by_vendor
    assert listed.key_id == keys.key_id(SELLER.public_key())
    with pytest.raises(LicenceRefused, match="not trusted"):
        read_list(sign_list([], 1, SELLER, at=NOW), RING)


@settings(max_examples=60, deadline=None)
@given(position=st.integers(0, 10_000), letter=st.sampled_from("AZaz09-_.="))
def test_one_letter_changed_is_never_believed(position: int, letter: str) -> None:
    token = issue(TERMS, VENDOR, at=NOW)
    at = position % len(token)
    if token[at] == letter:
        return
    try:
        licence = verify(token[:at] + letter + token[at + 1 :], RING)
    except LicenceRefused:
        return
    # Base64 has spare bits in its last letter; the bytes that were signed are the same.
    assert licence.terms == TERMS


@settings(max_examples=100, deadline=None)
@given(text=st.text(max_size=200))
def test_whatever_is_pasted_gets_a_sentence(text: str) -> None:
    with pytest.raises(LicenceRefused):
        verify(text, RING)
    with pytest.raises(LicenceRefused):
        signed.kind_of(text)
