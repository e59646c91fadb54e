"""A reseller's people at the control plane: they see and change their own customers, catalogue and
requests, and whatever door they try, nothing of anybody else's."""

from __future__ import annotations

from collections.abc import Iterator
from itertools import count

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete

from core.auth.models import User
from core.auth.users import ADMIN_ROLE
from core.db.base import utc_now
from core.errors import Conflict, InvalidInput
from core.kernel import Kernel
from tenants.control import control
from tenants.licensing.models import OrganizationLicence
from tenants.models import Organization, Reseller
from tenants.permissions import ONLOOKER, OPERATOR
from tenants.selling import offers, resellers
from tenants.selling import requests as addon_requests
from tenants.selling.models import AddonRequest, Offer
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.tenants.sellers import Seller, add_customer, add_offer, add_reseller, seller

API = "/api/v1/tenants"


@pytest.fixture(scope="module", autouse=True)
def made_up_customers_go(kernel: Kernel) -> Iterator[None]:
    """They have no database, and whoever looks at all organizations would stumble over them."""
    yield
    with kernel.session(control(kernel)) as session:
        session.execute(delete(Organization).where(Organization.runtime_secret == ""))


@pytest.fixture(scope="module")
def ours(kernel: Kernel, transport: AppTransport) -> Iterator[Seller]:
    with seller(kernel, transport) as found:
        yield found


@pytest.fixture(scope="module")
def theirs(kernel: Kernel, transport: AppTransport) -> Iterator[Seller]:
    with seller(kernel, transport) as found:
        yield found


@pytest.fixture(scope="module")
def operator(kernel: Kernel, transport: AppTransport) -> Iterator[httpx.Client]:
    with open_browser(transport, "app.localhost") as browser:
        sign_in(kernel, control(kernel), browser, [OPERATOR.code])
        yield browser


def _keys(browser: httpx.Client, resource: str, **query: str) -> set[str]:
    answer = browser.get(f"{API}/{resource}", params={"limit": "200", **query})
    assert answer.status_code == 200, answer.text
    return {str(row["id"]) for row in answer.json()["data"]}


_CALLS = count(1)
_ADDONS = count(1)


def _change(browser: httpx.Client, address: str, values: dict[str, object]) -> httpx.Response:
    """Change a record as a program does, from the version that it has read."""
    tag = browser.get(address).headers.get("etag", '"1"')
    headers = {"Idempotency-Key": f"change-{next(_CALLS)}", "If-Match": tag}
    return browser.patch(address, json=values, headers=headers)


def _one_of_each(kernel: Kernel, reseller_id: int | None) -> dict[str, str]:
    """A customer, a request and, for a reseller, an offer; by their resources."""
    with kernel.session(control(kernel)) as session:
        customer = add_customer(session, reseller_id)
        request = AddonRequest(
            organization_id=customer,
            reseller_id=reseller_id,
            addon="rental",
            title="Rental",
            asked_by="Ann",
        )
        licence = OrganizationLicence(
            serial=f"licence-{next(_CALLS)}",
            organization_id=customer,
            token="",
            key_id="",
            certificate_serial="reseller",
            addons=["rental"],
            trial=False,
            issued_at=utc_now(),
            starts_at=utc_now(),
            grace_days=0,
        )
        session.add_all([request, licence])
        session.flush()
        made = {
            "customers": customer,
            "requests": str(request.id),
            "customer-licences": str(licence.id),
        }
        if reseller_id is not None:
            reseller = session.get_one(Reseller, reseller_id)
            offer = add_offer(session, reseller, f"addon_{next(_ADDONS)}")
            made |= {"offers": str(offer.id), "terms": str(offer.id)}
    return made


def test_staff_see_their_own_reseller_and_nothing_that_is_the_operators(
    ours: Seller, theirs: Seller
) -> None:
    assert _keys(ours.browser, "resellers") == {str(ours.id)}
    assert ours.browser.get(f"/tenants/resellers/{theirs.id}").status_code == 404
    for page in ("organizations", "domains", "servers"):
        assert ours.browser.get(f"/tenants/{page}").status_code == 403
        assert ours.browser.get(f"{API}/{page}").status_code == 403
    assert ours.browser.get("/core/users").status_code == 403
    # The seats of the control plane would be the names of everybody there.
    assert ours.browser.get("/settings/licences").status_code == 404
    start = ours.browser.get("/").text
    assert "/tenants/customers" in start
    assert "/tenants/servers" not in start
    assert "/settings/licences" not in start


@settings(
    max_examples=8, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(owners=st.lists(st.sampled_from(["ours", "theirs", "nobody"]), min_size=1, max_size=5))
def test_whoever_owns_what_staff_reach_what_is_theirs_and_nothing_else(
    kernel: Kernel, ours: Seller, theirs: Seller, owners: list[str]
) -> None:
    ids = {"ours": ours.id, "theirs": theirs.id, "nobody": None}
    for owner in owners:
        made = _one_of_each(kernel, ids[owner])
        for who, mine in ((ours.browser, owner == "ours"), (theirs.browser, owner == "theirs")):
            for resource, key in made.items():
                assert (key in _keys(who, resource)) == mine
                assert (who.get(f"{API}/{resource}/{key}").status_code == 200) == mine
                assert (who.get(f"/tenants/{resource}/{key}").status_code == 200) == mine
                assert (who.get(f"/tenants/{resource}/{key}/history").status_code == 200) == mine


def test_no_door_changes_what_is_another_resellers(
    kernel: Kernel, ours: Seller, theirs: Seller
) -> None:
    made = _one_of_each(kernel, theirs.id)
    tries = [
        ("PATCH", f"{API}/customers/{made['customers']}", {"title": "Taken over"}),
        ("POST", f"{API}/customers/{made['customers']}/actions/suspend", {}),
        ("PATCH", f"{API}/offers/{made['offers']}", {"price": "1"}),
        ("PATCH", f"{API}/terms/{made['terms']}", {"cost": "1"}),
        ("DELETE", f"{API}/terms/{made['terms']}", None),
        ("POST", f"{API}/requests/{made['requests']}/actions/decline", {}),
        ("POST", f"{API}/customer-licences/{made['customer-licences']}/actions/revoke", {}),
    ]
    for method, address, body in tries:
        headers = {"Idempotency-Key": f"try-{next(_CALLS)}", "If-Match": '"1"'}
        answer = ours.browser.request(method, address, json=body, headers=headers)
        assert answer.status_code in (403, 404, 405), (address, answer.text)
    licence = ours.browser.post(f"/tenants/customers/{made['customers']}/licence", data={})
    assert licence.status_code == 404
    with kernel.session(control(kernel), readonly=True) as session:
        customer = session.get_one(Organization, made["customers"])
        assert (customer.status, "Taken" in customer.title) == ("active", False)
        assert session.get_one(Offer, int(made["offers"])).price == 50
        assert session.get_one(AddonRequest, int(made["requests"])).status == "open"
        licence = session.get_one(OrganizationLicence, int(made["customer-licences"]))
        assert licence.revoked_at is None


def test_a_search_finds_no_customer_of_another_reseller(
    kernel: Kernel, ours: Seller, theirs: Seller
) -> None:
    with kernel.session(control(kernel)) as session:
        add_customer(session, ours.id, "Zanzibar Spice")
        add_customer(session, theirs.id, "Zanzibar Boats")
    headers = {"accept": "application/json"}
    found = ours.browser.get("/search", params={"q": "zanzibar"}, headers=headers).text
    assert "Zanzibar Spice" in found
    assert "Zanzibar Boats" not in found
    page = ours.browser.get("/tenants/customers", params={"q": "zanzibar"}).text
    assert "Zanzibar Spice" in page
    assert "Zanzibar Boats" not in page


def test_an_offer_is_for_customers_of_its_own_reseller_alone(
    kernel: Kernel, ours: Seller, theirs: Seller
) -> None:
    made, others = _one_of_each(kernel, ours.id), _one_of_each(kernel, theirs.id)
    address = f"{API}/offers/{made['offers']}"

    def choose(customer: str) -> httpx.Response:
        wish = {"audience": "chosen", "customers": [{"organization_id": customer}]}
        return _change(ours.browser, address, wish)

    refused = choose(others["customers"])
    assert refused.status_code == 422, refused.text
    assert "customers" in refused.text
    assert choose(made["customers"]).status_code == 200
    with kernel.session(control(kernel), readonly=True) as session:
        chosen, other = (
            session.get_one(Organization, each["customers"]) for each in (made, others)
        )
        offered = {offer.id for offer in offers.offered_to(session, chosen)}
        assert int(made["offers"]) in offered
        assert not offered & {offer.id for offer in offers.offered_to(session, other)}


def test_the_operator_sees_all_and_support_changes_nothing(
    kernel: Kernel, transport: AppTransport, ours: Seller, theirs: Seller, operator: httpx.Client
) -> None:
    keys = {_one_of_each(kernel, each.id)["customers"] for each in (ours, theirs)}
    assert keys <= _keys(operator, "customers")
    with open_browser(transport, "app.localhost") as support:
        sign_in(kernel, control(kernel), support, [ONLOOKER.code])
        assert keys <= _keys(support, "customers")
        refused = _change(support, f"{API}/customers/{keys.pop()}", {"title": "X"})
        assert refused.status_code == 403


def test_a_reseller_sets_price_and_margin_and_never_the_cost(kernel: Kernel, ours: Seller) -> None:
    made = _one_of_each(kernel, ours.id)
    address = f"{API}/offers/{made['offers']}"
    sent: dict[str, object] = {"price": "75.50", "trial_days": 14}
    _change(ours.browser, address, {**sent, "cost": "0"})
    with kernel.session(control(kernel), readonly=True) as session:
        assert session.get_one(Offer, int(made["offers"])).cost == 30
    changed = _change(ours.browser, address, sent)
    assert changed.status_code == 200, changed.text
    assert changed.json()["margin"] == "45.50"


@pytest.mark.parametrize(
    ("values", "field"),
    [
        ({"price": None}, "price"),
        ({"price": "-1"}, "price"),
        ({"price": "1.005"}, "price"),
        ({"currency": "XXQ"}, "currency"),
        ({"trial_days": 366}, "trial_days"),
    ],
)
def test_a_price_that_makes_no_sense_is_refused_by_the_field(
    kernel: Kernel, ours: Seller, values: dict[str, object], field: str
) -> None:
    made = _one_of_each(kernel, ours.id)
    refused = _change(ours.browser, f"{API}/offers/{made['offers']}", values)
    assert refused.status_code == 422, refused.text
    assert field in {problem["field"] for problem in refused.json()["errors"]}


def test_staff_who_leave_a_reseller_lose_what_they_saw(
    kernel: Kernel, transport: AppTransport
) -> None:
    with seller(kernel, transport) as leaving:
        key = _one_of_each(kernel, leaving.id)["customers"]
        assert key in _keys(leaving.browser, "customers")
        with kernel.session(control(kernel)) as session:
            reseller = session.get_one(Reseller, leaving.id)
            (user,) = resellers.staff(session, reseller)
            resellers.remove_staff(session, reseller, user)
        assert leaving.browser.get(f"{API}/customers").status_code == 403


def test_a_closed_reseller_offers_nothing_and_its_customers_stay(kernel: Kernel) -> None:
    with kernel.session(control(kernel)) as session:
        reseller = add_reseller(session)
        offer = add_offer(session, reseller, "rental")
        customer = session.get_one(Organization, add_customer(session, reseller.id))
        assert [each.id for each in offers.offered_to(session, customer)] == [offer.id]
        resellers.set_open(session, reseller, False)
        assert offers.offered_to(session, customer) == []
        assert customer.reseller_id == reseller.id


def test_names_that_are_taken_or_wrong_are_refused(kernel: Kernel) -> None:
    with kernel.session(control(kernel)) as session:
        reseller = add_reseller(session)
        with pytest.raises(Conflict, match="is taken"):
            resellers.create(session, {"slug": reseller.slug, "title": "Another"})
        with pytest.raises(InvalidInput) as refused:
            resellers.create(
                session,
                {"slug": "No Slug", "title": "", "email": "x", "website": "y", "currency": "Q"},
            )
        fields = {problem.field for problem in refused.value.problems}
        assert fields == {"slug", "title", "email", "website", "currency"}


def test_what_was_granted_is_not_declined_afterwards(kernel: Kernel) -> None:
    with kernel.session(control(kernel)) as session:
        customer = session.get_one(Organization, add_customer(session, None))
        asked = AddonRequest(
            organization_id=customer.id, addon="rental", title="Rental", asked_by="Ann"
        )
        session.add(asked)
        session.flush()
        addon_requests.grant(session, asked)
        with pytest.raises(Conflict):
            addon_requests.decline(session, asked)


def test_an_administrator_of_the_control_plane_is_no_resellers_staff(
    kernel: Kernel, transport: AppTransport, ours: Seller
) -> None:
    with open_browser(transport, "app.localhost") as browser:
        user_id = sign_in(kernel, control(kernel), browser, [ADMIN_ROLE])
        assert str(ours.id) in _keys(browser, "resellers")
        with kernel.session(control(kernel), readonly=True) as session:
            reseller = session.get_one(Reseller, ours.id)
            assert session.get_one(User, user_id) not in resellers.staff(session, reseller)
