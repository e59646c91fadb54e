"""A contact has several addresses: each is checked by the rules of its country, documents take the
right one, and a merge brings all of them together."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from typing import Any

import httpx
import pytest
from sqlalchemy.orm import Session

from addons.contacts.api import (
    ContactChanged,
    add_contact,
    address_for,
    address_lines,
    addresses_of,
    affiliations,
)
from addons.contacts.models import Address, Contact, ContactGroup
from addons.contacts.services.addresses import create_address, update_address
from addons.contacts.services.duplicates import duplicates_of
from addons.contacts.services.invariants import INVARIANTS
from addons.contacts.services.merging import merge_contacts
from addons.contacts.services.spelling import phone_key
from addons.contacts.services.subdivisions import DIVISIONS, suggest_districts, suggest_regions
from addons.contacts.services.tax_numbers import tax_number_problem
from core.api import InvalidInput
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.tenants import fresh_tenant

AsUser = Callable[..., httpx.Client]
RIYADH = {
    "country": "SA", "building_number": "2929", "street": "Prince Turki Road",
    "additional_number": "7878", "district": "Al Muhammadiyah", "city": "Riyadh",
    "postal_code": "12362", "short_address": "RRRD2929",
}  # fmt: skip


@pytest.fixture(scope="module")
def tenant(kernel: Kernel) -> Iterator[Tenant]:
    """One company for the whole file."""
    with fresh_tenant(kernel, "addresses", addons=("contacts",)) as tenant:
        yield tenant


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("building_number", "29A"), ("additional_number", "78789"), ("postal_code", "1236"),
        ("short_address", "RRD2929"), ("short_address", "RRRD2930"), ("name", " "),
        ("phone", "call me"), ("contact_id", None),
    ],
)  # fmt: skip
def test_an_address_follows_the_rules_of_its_country(
    session: Session, field: str, value: str | None
) -> None:
    made = add_contact(session, {"name": "Noor"})
    sound = {**RIYADH, "contact_id": made.id, "name": "Warehouse"}
    with pytest.raises(InvalidInput) as refused:
        create_address(session, {**sound, field: value})
    assert [problem.field for problem in refused.value.problems] == [field]
    kept = create_address(session, {**sound, "short_address": "rrrd ٢٩٢٩"})
    assert kept.short_address == "RRRD2929"
    session.rollback()


@pytest.mark.parametrize(
    ("region", "district", "kept"),
    [
        ("চট্টগ্রাম", "", ("Chattogram", "")),
        ("Chittagong Division", "comilla", ("Chattogram", "Cumilla")),
        ("", "Gazipur", ("Dhaka", "Gazipur")),
        ("", "Banani", ("", "Banani")),
        ("Barisal", "Barisal", ("Barishal", "Barishal")),
    ],
)
def test_in_bangladesh_divisions_and_districts_are_written_in_one_way(
    session: Session, region: str, district: str, kept: tuple[str, str]
) -> None:
    values = {"name": "Meghna", "country": "BD", "region": region, "district": district}
    made = add_contact(session, values)
    assert (made.region, made.district) == kept


@pytest.mark.parametrize(
    ("field", "region", "district"),
    [("region", "Bengal", ""), ("district", "Sylhet", "Gazipur")],
)
def test_what_lies_elsewhere_in_bangladesh_is_said(
    session: Session, field: str, region: str, district: str
) -> None:
    with pytest.raises(InvalidInput) as refused:
        add_contact(session, {"name": "M", "country": "BD", "region": region, "district": district})
    assert [problem.field for problem in refused.value.problems] == [field]


def test_there_are_eight_divisions_with_sixty_four_districts() -> None:
    assert len(DIVISIONS) == 8
    assert len({names[0] for one in DIVISIONS for names in one.districts}) == 64
    assert [one.text for one in suggest_districts(None, "bogra")] == ["Bogura"]
    assert [one.text for one in suggest_regions(None, "ঢাকা")] == ["Dhaka"]
    assert [one.text for one in suggest_regions(None, "الرياض")] == ["Riyadh"]


@pytest.mark.parametrize(
    ("country", "sound", "wrong"),
    [
        ("DE", "DE123456789", "DE12345678"),
        ("AT", "ATU12345678", "AT123456789"),
        ("GR", "EL123456789", "GR123456789"),
        ("FR", "FRXX123456789", "FR12345678"),
        ("ES", "ESX1234567X", "ES123456789"),
        ("IE", "IE1234567WA", "IE12345678"),
        ("NL", "123456789B01", "12345678"),
        ("RO", "RO12", "RO1"),
        ("US", "anything", ""),
    ],
)
def test_tax_numbers_of_the_european_union_have_the_structure_that_vies_lists(
    country: str, sound: str, wrong: str
) -> None:
    assert tax_number_problem(country, sound) == ""
    assert not wrong or tax_number_problem(country, wrong)


def test_a_document_takes_the_usual_address_the_company_s_or_the_contact_s_own(
    session: Session,
) -> None:
    noor = add_contact(session, {"name": "Noor", **RIYADH})
    worker = add_contact(session, {"kind": "person", "name": "Layla", "parent_id": noor.id})

    def place(contact_id: int, kind: str) -> str:
        found = address_for(session, contact_id, kind)
        assert found is not None
        return found.city

    assert place(noor.id, "shipping") == place(worker.id, "shipping") == "Riyadh"
    dammam = {"contact_id": noor.id, "name": "Dammam", "city": "Dammam", "is_default": True}
    create_address(session, dammam)
    assert (place(noor.id, "shipping"), place(noor.id, "billing")) == ("Dammam", "Riyadh")
    assert place(worker.id, "shipping") == "Dammam"
    create_address(session, {**dammam, "name": "Jeddah", "city": "Jeddah"})
    assert place(noor.id, "shipping") == "Jeddah"
    assert [one.name for one in addresses_of(session, noor.id)] == ["Noor", "Jeddah", "Dammam"]
    own = addresses_of(session, noor.id)[0]
    assert address_lines(own) == (
        "2929 Prince Turki Road", "Al Muhammadiyah 7878", "12362 Riyadh", "RRRD2929",
    )  # fmt: skip
    assert address_for(session, 10**12, "billing") is None


def test_an_address_stays_with_its_contact_and_its_name_is_its_own(session: Session) -> None:
    one, two = (add_contact(session, {"name": name}) for name in ("Noor", "Cedar"))
    address = create_address(session, {"contact_id": one.id, "name": "Shop"})
    with pytest.raises(InvalidInput, match="stays with its contact"):
        update_address(session, address, {"contact_id": two.id})
    with pytest.raises(InvalidInput, match="cannot be the usual one"):
        update_address(session, address, {"is_default": True, "active": False})


def test_a_merge_brings_the_addresses_together_without_doubles(session: Session) -> None:
    one, two = (add_contact(session, {"name": name}) for name in ("Noor", "Noor Trading"))
    shop = {"name": "Shop", "city": "Riyadh", "is_default": True}
    create_address(session, {**shop, "contact_id": one.id})
    create_address(session, {**shop, "contact_id": two.id, "street": "King Road"})
    create_address(session, {"contact_id": two.id, "name": "Same", "city": "RIYADH"})
    merge_contacts(session, one.id, two.id)
    found = addresses_of(session, one.id)[1:]
    assert [(place.name, place.street) for place in found] == [
        ("Shop", ""),
        ("Shop (2)", "King Road"),
    ]
    usual = session.query(Address).filter(Address.contact_id == one.id, Address.is_default).all()
    assert [place.name for place in usual] == ["Shop"]
    assert all(invariant.check(session).holds for invariant in INVARIANTS)


def test_a_telephone_number_is_the_same_however_it_is_dialled(session: Session) -> None:
    assert phone_key("+966 50 123 4567") == phone_key("٠٥٠١٢٣٤٥٦٧") == phone_key("0501234567 x9")
    assert phone_key("12345") == ""
    one = add_contact(session, {"name": "Noor", "phone": "+966 50 123 4567"})
    two = add_contact(session, {"name": "Cedar", "phone": "0501234567"})
    person = {"kind": "person", "name": "Layla", "parent_id": two.id, "phone": "0501234567"}
    worker = add_contact(session, person)
    (group,) = duplicates_of(session, session.get_one(Contact, one.id))
    assert (group.reason, [found.id for found in group.contacts]) == (
        "The same telephone number",
        [two.id],
    )
    assert duplicates_of(session, session.get_one(Contact, worker.id)) == ()


def test_affiliations_say_company_and_groups_the_own_one_first(session: Session) -> None:
    wholesale, family = ContactGroup(name="Wholesale"), ContactGroup(name="Family")
    session.add_all([wholesale, family])
    session.flush()
    company = add_contact(session, {"name": "Noor", "group_id": wholesale.id})
    person = {"kind": "person", "name": "Layla", "parent_id": company.id, "group_id": family.id}
    worker = add_contact(session, person)
    found = affiliations(session, [worker.id, company.id, None])
    assert (found[worker.id].company_id, found[worker.id].group_ids) == (
        company.id,
        (family.id, wholesale.id),
    )
    assert (found[company.id].company_id, found[company.id].group_ids) == (None, (wholesale.id,))


def test_addresses_have_pages_and_stand_beside_their_contact(
    as_user: AsUser, session: Session
) -> None:
    made = add_contact(session, {"name": "Noor"})
    session.commit()
    manager = as_user("contacts.manager")
    api = "/api/v1/contacts/addresses"
    values: dict[str, Any] = {"contact_id": made.id, "name": "Warehouse", "city": "Jeddah"}
    assert manager.post(api, json=values).status_code == 201
    assert manager.post(api, json=values).status_code == 409
    page = manager.get(f"/contacts/contacts/{made.id}").text
    assert "Warehouse" in page
    assert f"/contacts/addresses/new?contact_id={made.id}" in page
    assert manager.get(f"/contacts/addresses/new?contact_id={made.id}").status_code == 200
    reader = as_user("contacts.reader")
    assert reader.post(api, json=values).status_code == 403
    told = session.connection().exec_driver_sql(
        "SELECT count(*) FROM core.event_log WHERE name = %s AND payload->'fields' ? 'addresses'",
        (ContactChanged.event_name,),
    )
    assert told.scalar() == 1
