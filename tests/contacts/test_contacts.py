"""An accountant keeps customers and suppliers: numbers are checked by the rules of their country,
whoever is there twice is found and merged, and other addons find the right one."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable
from typing import Any

import httpx
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from sqlalchemy import text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.orm import Session

from addons.contacts.api import (
    ContactChanged,
    ContactCreated,
    ContactsMerged,
    add_contact,
    all_ids,
    canonical_ids,
    contact_names,
    find_contact,
    get_contact,
)
from addons.contacts.models import Contact
from addons.contacts.services.contacts import update_contact
from addons.contacts.services.duplicates import all_duplicates, duplicates_of
from addons.contacts.services.invariants import INVARIANTS
from addons.contacts.services.merging import merge_contacts
from addons.contacts.services.spelling import compact, name_key
from core.api import Conflict, InvalidInput
from core.events import log
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

API = "/api/v1/contacts/contacts"
AsUser = Callable[..., httpx.Client]


def _events(session: Session) -> list[str]:
    log.write_waiting(session)
    rows = session.execute(text("SELECT name FROM core.event_log ORDER BY id"))
    return [row[0] for row in rows if row[0].startswith("contacts.")]


def _sound(session: Session) -> None:
    for invariant in INVARIANTS:
        result = invariant.check(session)
        assert result.holds, (invariant.name, result)


@pytest.mark.parametrize(
    ("country", "number", "kept"),
    [
        ("SA", "300 011 122 200 003", "300011122200003"),
        ("SA", "٣٠٠٠١١١٢٢٢٠٠٠٠٣", "300011122200003"),
        ("AE", "100-2003-0040-0003", "100200300400003"),
        ("BD", "000111222-0101", "0001112220101"),
        ("BD", "০০০১১১২২২-০১০১", "0001112220101"),
        ("LB", "253-601 A", "253601A"),
        ("", "whatever 7", "WHATEVER7"),
    ],
)
def test_a_tax_number_is_kept_plain_however_it_was_written(
    session: Session, country: str, number: str, kept: str
) -> None:
    made = add_contact(session, {"name": "Noor", "country": country, "tax_number": number})
    assert made.tax_number == kept


@pytest.mark.parametrize(
    ("country", "field", "value"),
    [
        ("SA", "tax_number", "30001112220000"),
        ("SA", "tax_number", "100011122200003"),
        ("SA", "tax_number", "300011122200001"),
        ("AE", "tax_number", "1002003004000031"),
        ("BD", "tax_number", "00011122201"),
        ("SA", "building_number", "12A4"),
        ("SA", "postal_code", "1221"),
        ("SA", "additional_number", "56789"),
        ("", "email", "nobody at home"),
        ("", "phone", "call me"),
        ("", "name", "  "),
        ("", "country", "Atlantis"),
    ],
)
def test_what_its_country_does_not_allow_is_refused_by_the_field(
    as_user: AsUser, country: str, field: str, value: str
) -> None:
    manager = as_user("contacts.manager")
    answer = manager.post(API, json={"name": "Noor", "country": country or None, field: value})
    assert answer.status_code == 422
    assert field in answer.text


def test_a_name_is_all_that_a_contact_needs(as_user: AsUser) -> None:
    manager = as_user("contacts.manager")
    page = manager.get("/contacts/contacts/new").text
    for name in ("country", "language"):
        opening = re.search(rf'<select[^>]*name="{name}"[^>]*>', page)
        assert opening is not None
        assert "required" not in opening[0]
    made = manager.post(API, json={"name": "Noor"})
    assert made.status_code == 201
    assert made.json()["country"] is None


def test_a_change_of_country_checks_the_number_that_is_already_there(session: Session) -> None:
    made = add_contact(session, {"name": "Noor", "tax_number": "12345"})
    with pytest.raises(InvalidInput, match="15 digits"):
        update_contact(session, session.get_one(Contact, made.id), {"country": "SA"})


@given(st.text(max_size=40))
@settings(max_examples=60, deadline=None)
def test_keys_forgive_case_and_say_the_same_when_made_again(written: str) -> None:
    assert name_key(name_key(written)) == name_key(written)
    assert compact(compact(written)) == compact(written)


@pytest.mark.parametrize(
    ("one", "other"),
    [
        ("Al-Noor Trading Co., Ltd.", "AL NOOR TRADING"),
        ("شركة النور للتجارة", "النّور للتجاره"),
        ("ঢাকা টেক্সটাইলস লিমিটেড", "ঢাকা টেক্সটাইলস"),
        ("Société Générale", "Societe Generale"),
    ],
)
def test_names_that_differ_in_spelling_alone_have_one_key(one: str, other: str) -> None:
    assert name_key(one) == name_key(other) != ""


def test_names_that_say_something_else_have_other_keys() -> None:
    names = ("Al Noor Trading", "Al Noor Transport", "কল", "কাল", "Trading 1", "Trading 21")
    assert len({name_key(name) for name in names}) == len(names)


def test_a_duplicate_is_shown_beside_the_contact_with_its_reason(as_user: AsUser) -> None:
    manager = as_user("contacts.manager")
    first = manager.post(API, json={"name": "Cedar House", "country": "LB"}).json()
    second = manager.post(API, json={"name": "CEDAR HOUSE LLC"}).json()
    page = manager.get(f"/contacts/contacts/{second['id']}").text
    assert "Perhaps there twice" in page
    assert f"/contacts/duplicates/merge?one={second['id']}&amp;other={first['id']}" in page
    listed = manager.get("/contacts/duplicates").text
    assert "The same name" in listed
    reader = as_user("contacts.reader")
    assert reader.get("/contacts/duplicates").status_code == 200
    assert (
        reader.get(f"/contacts/duplicates/merge?one={first['id']}&other={second['id']}").status_code
        == 403
    )


def test_namesakes_at_two_companies_are_two_people(session: Session) -> None:
    companies = [add_contact(session, {"name": name}) for name in ("Cedar House", "Blue Harbour")]
    people = [
        add_contact(session, {"kind": "person", "name": "Layla", "parent_id": company.id})
        for company in companies
    ]
    assert duplicates_of(session, session.get_one(Contact, people[0].id)) == ()
    assert all_duplicates(session) == []


def test_a_company_and_its_own_people_may_share_an_address(session: Session) -> None:
    company = add_contact(session, {"name": "Cedar", "email": "office@cedar.example"})
    person = {"kind": "person", "name": "Layla", "parent_id": company.id}
    made = add_contact(session, {**person, "email": "Office@Cedar.example"})
    assert duplicates_of(session, session.get_one(Contact, made.id)) == ()


def test_merging_keeps_what_is_known_and_leads_every_id_to_the_one(session: Session) -> None:
    one = add_contact(session, {"name": "Cedar House", "is_customer": True, "city": "Beirut"})
    two = add_contact(
        session, {"name": "Cedar House SAL", "code": "C-7", "city": "Tyre", "phone": "+961 1 2"}
    )
    three = add_contact(session, {"name": "Cedarhouse", "is_supplier": True})
    worker = add_contact(session, {"kind": "person", "name": "Layla", "parent_id": three.id})
    merge_contacts(session, two.id, three.id)
    kept = merge_contacts(session, one.id, two.id)
    assert (kept.city, kept.phone, kept.code) == ("Beirut", "+961 1 2", "C-7")
    assert kept.is_customer
    assert kept.is_supplier
    assert canonical_ids(session, [one.id, two.id, three.id]) == dict.fromkeys(
        (one.id, two.id, three.id), one.id
    )
    assert all_ids(session, three.id) == (one.id, two.id, three.id)
    assert contact_names(session, [three.id, None]) == {three.id: "Cedar House"}
    assert session.get_one(Contact, worker.id).parent_id == one.id
    found = get_contact(session, two.id)
    assert found is not None
    assert found.id == one.id
    assert _events(session).count(ContactsMerged.event_name) == 2
    _sound(session)


def test_a_merge_is_final_and_what_was_merged_stays_as_it_was(
    session: Session, as_user: AsUser
) -> None:
    one, two = (add_contact(session, {"name": name}) for name in ("Cedar", "Cedar House"))
    merge_contacts(session, one.id, two.id)
    session.commit()
    with pytest.raises(Conflict, match="merged"):
        merge_contacts(session, two.id, one.id)
    manager = as_user("contacts.manager")
    assert manager.patch(f"{API}/{two.id}", json={"name": "Back"}).status_code in (409, 412, 428)
    with pytest.raises(DBAPIError, match="final"):
        session.execute(
            text("UPDATE contacts.contact SET merged_into_id = NULL WHERE id = :id"), {"id": two.id}
        )


def test_a_company_and_a_person_are_never_merged(session: Session) -> None:
    company = add_contact(session, {"name": "Layla"})
    person = add_contact(session, {"kind": "person", "name": "Layla"})
    with pytest.raises(Conflict, match="not the same"):
        merge_contacts(session, company.id, person.id)


def test_two_who_merge_the_same_two_the_other_way_round_merge_them_once(
    kernel: Kernel, tenant: Tenant, session: Session
) -> None:
    pair = [add_contact(session, {"name": "Cedar"}).id for _ in range(2)]
    session.commit()
    barrier, outcomes = threading.Barrier(2), []

    def merge(keep: int, other: int) -> None:
        barrier.wait()
        try:
            with kernel.session(tenant) as own:
                merge_contacts(own, keep, other)
            outcomes.append("merged")
        except Conflict:
            outcomes.append("too late")

    threads = [threading.Thread(target=merge, args=ids) for ids in (pair, pair[::-1])]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert sorted(outcomes) == ["merged", "too late"]
    _sound(session)


def test_a_document_finds_its_contact_by_number_then_address_then_name(session: Session) -> None:
    noor = add_contact(
        session,
        {"name": "Al Noor", "name_local": "النور", "country": "SA",
         "tax_number": "300011122200003", "email": "a@noor.example"},
    )  # fmt: skip
    cedar = add_contact(session, {"name": "Cedar House"})

    def found(**said: Any) -> int | None:
        contact = find_contact(session, **said)
        return None if contact is None else contact.id

    assert found(tax_number="3000 1112 2200 003", name="Cedar House") == noor.id
    assert found(email="A@Noor.Example") == noor.id
    assert found(name="النور") == noor.id
    assert found(name="cedar house, ltd") == cedar.id
    assert found(name="Nobody") is None
    add_contact(session, {"name": "CEDAR HOUSE"})
    assert found(name="Cedar House") is None


def test_what_happens_to_a_contact_is_told_once(session: Session) -> None:
    made = session.get_one(Contact, add_contact(session, {"name": "Cedar"}).id)
    update_contact(session, made, {"name": "Cedar", "city": ""})
    update_contact(session, made, {"city": "Beirut"})
    assert _events(session) == [ContactCreated.event_name, ContactChanged.event_name]
    assert log.payload_of(ContactChanged(made.id, ("city",)))["fields"] == ["city"]


def test_a_file_of_customers_can_be_imported_again_without_harm(as_user: AsUser) -> None:
    manager = as_user("contacts.manager")
    rows = [{"code": f"C-{place}", "name": f"Customer {place}"} for place in range(3)]
    for row in rows:
        assert manager.post(API, json=row).status_code == 201
    twice = manager.post(API, json=rows[0])
    assert twice.status_code == 409
    assert "code" in twice.text


def test_a_contact_with_people_is_not_deleted(as_user: AsUser, session: Session) -> None:
    company = add_contact(session, {"name": "Cedar"})
    add_contact(session, {"kind": "person", "name": "Layla", "parent_id": company.id})
    session.commit()
    manager = as_user("contacts.manager")
    answer = manager.delete(f"{API}/{company.id}")
    assert answer.status_code == 409
    assert "Layla" in answer.text


def test_a_tax_number_kept_twice_is_a_trouble(as_user: AsUser, session: Session) -> None:
    for name in ("Cedar", "Blue Harbour"):
        add_contact(session, {"name": name, "tax_number": "77"})
    session.commit()
    assert "Contacts are there twice" in as_user().get("/settings/repairs").text
