"""Companies review addons that they have worked with: others read the stars, the text and, where
it is wanted, the name; the operator answers and hides; and what was taken back is gone."""

from __future__ import annotations

import re
import secrets
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import dataclass, replace
from itertools import count

import httpx
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sqlalchemy import delete, select, text

from core.addons import lifecycle
from core.auth.users import ADMIN_ROLE
from core.errors import Forbidden
from core.kernel import Kernel
from core.reviews import LONGEST, Draft
from core.tenancy.tenant import Tenant
from core.web.catalogue.reviewing import OFTEN
from tenants import organizations
from tenants.control import control
from tenants.models import Organization, Reseller
from tenants.permissions import OPERATOR
from tenants.reviewing.models import AddonReview
from tenants.selling import resellers
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tenants.testing.tenants import fresh_tenant
from tests.tenants.sellers import Seller, add_customer, seller

PAGE = "/settings/catalogue/contacts"
CALL = "/api/v1/core/reviews/contacts"
SECRET = "Ours since the spring"
_CALLS = count(1)


@dataclass(frozen=True, slots=True)
class Market:
    """Two companies and their administrators, a seller of the first one, and the operator."""

    first: Tenant
    second: Tenant
    alice: httpx.Client
    bob: httpx.Client
    seller: Seller
    operator: httpx.Client


@pytest.fixture(scope="module")
def market(kernel: Kernel, transport: AppTransport) -> Iterator[Market]:
    with ExitStack() as stack:

        def company() -> tuple[Tenant, httpx.Client]:
            slug = f"r{secrets.token_hex(4)}"
            made = stack.enter_context(fresh_tenant(kernel, slug, addons=("contacts",)))
            browser = stack.enter_context(open_browser(transport, f"{slug}.localhost"))
            sign_in(kernel, made, browser, [ADMIN_ROLE])
            return made, browser

        (first, alice), (second, bob) = company(), company()
        sold = stack.enter_context(seller(kernel, transport))
        with kernel.session(control(kernel)) as session:
            reseller = session.get_one(Reseller, sold.id)
            resellers.assign(session, organizations.find(session, first.slug), reseller)
        operator = stack.enter_context(open_browser(transport, "app.localhost"))
        sign_in(kernel, control(kernel), operator, [OPERATOR.code])
        yield Market(first, second, alice, bob, sold, operator)


@pytest.fixture(autouse=True)
def nothing_was_said(kernel: Kernel, market: Market) -> None:
    """Each story begins without reviews."""
    with kernel.session(control(kernel)) as session:
        session.execute(delete(AddonReview))


def _read(browser: httpx.Client, **query: str) -> str:
    """The reviews on the addon's page, as they are read."""
    page = browser.get(PAGE, params=query)
    assert page.status_code == 200, page.text
    section = re.search(r'<section[^>]*id="reviews".*?</section>', page.text, re.S)
    assert section is not None
    shown = section[0].partition("<details")[0]
    return re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", shown))


def _card(browser: httpx.Client, **query: str) -> str:
    """The addon's card among the others; nothing where it is not."""
    page = browser.get("/settings/catalogue", params=query).text
    card = re.search(r'<article[^>]*"addon-contacts".*?</article>', page, re.S)
    return "" if card is None else re.sub(r"\s+", " ", re.sub(r"<[^>]+>", " ", card[0]))


def _said(browser: httpx.Client, **sent: str) -> httpx.Response:
    return browser.post(f"{PAGE}/review", data=sent)


def _key() -> dict[str, str]:
    return {"Idempotency-Key": f"review-{next(_CALLS)}"}


def _moderated(operator: httpx.Client, review: int, **values: str) -> httpx.Response:
    address = f"/api/v1/tenants/reviews/{review}"
    headers = {**_key(), "If-Match": operator.get(address).headers["etag"]}
    return operator.patch(address, json=values, headers=headers)


def _act(operator: httpx.Client, review: int, action: str) -> httpx.Response:
    address = f"/api/v1/tenants/reviews/{review}/actions/{action}"
    return operator.post(address, headers=_key())


def _review_of(kernel: Kernel, company: Tenant) -> int:
    with kernel.session(control(kernel), readonly=True) as session:
        mine = select(AddonReview.id).where(AddonReview.organization_id == company.id)
        return session.scalars(mine).one()


def test_a_review_is_read_by_others_and_tells_nothing_else(market: Market) -> None:
    alice, bob = market.alice, market.bob
    assert "Nobody has reviewed it yet." in _read(alice)
    assert "review" not in _card(alice)
    assert "leaves your company" in alice.get(PAGE).text
    for sent, sentence in (
        ({"text": SECRET}, "Choose one to five stars."),
        ({"stars": "6"}, "Choose one to five stars."),
        ({"stars": "4", "text": "x" * (LONGEST + 1)}, "Write at most 2000 characters."),
        ({"stars": "4", "text": "bad\x07sign"}, "control characters"),
        ({"stars": "4", "text": "turned\u202earound"}, "control characters"),
    ):
        refused = _said(alice, **sent)
        assert refused.status_code == 422, sent
        assert sentence in refused.text
    assert "Nobody has reviewed it yet." in _read(bob)

    assert _said(alice, stars="4", text=f"{SECRET}.\r\n<b>Simple.</b>").status_code == 303
    assert "Your company" in _read(alice)
    others = _read(bob)
    assert "A company" in others
    assert f"{SECRET}. &lt;b&gt;Simple.&lt;/b&gt;" in others
    assert "4.0" in _card(bob)
    assert "One review" in _card(bob)
    page = bob.get(PAGE).text
    assert market.first.title not in page
    assert market.first.slug not in page

    assert _said(bob, stars="1", named="yes", text="Slow").status_code == 303
    assert market.second.title in _read(alice)
    assert "2.5" in _card(alice)
    assert "2 reviews" in _card(alice)
    assert SECRET not in _read(alice, stars="1")
    best, worst = _read(alice, order="best"), _read(alice, order="worst")
    assert best.index(SECRET) < best.index("Slow")
    assert worst.index("Slow") < worst.index(SECRET)
    assert _card(alice, rated="4") == ""
    assert _card(alice, rated="3", order="rating") == ""
    assert _card(alice, order="rating")
    # One review a company: the second one takes the place of the first.
    assert _said(alice, stars="5", text=SECRET).status_code == 303
    assert "3.0" in _card(alice)
    assert alice.post(f"{PAGE}/review/remove").status_code == 303
    assert SECRET not in _read(bob)
    assert alice.post(f"{PAGE}/review/remove").status_code == 404


def test_who_has_or_had_an_addon_reviews_it_and_nobody_else(
    kernel: Kernel, transport: AppTransport, market: Market
) -> None:
    never = market.alice.post("/settings/catalogue/inventory/review", data={"stars": "5"})
    assert never.status_code == 403
    assert "has not worked with this addon" in never.text
    lifecycle.disable(kernel, market.first, "contacts", with_dependants=True)
    assert _said(market.alice, stars="3").status_code == 303
    assert "3.0" in _card(market.bob)
    sample = replace(market.second, sample_of=market.first.id)
    with kernel.session(sample) as session, pytest.raises(Forbidden):
        kernel.reviews.write(session, "contacts", "Contacts", Draft(5, "", False, "1.0.0"))
    with open_browser(transport, market.first.slug + ".localhost") as member:
        sign_in(kernel, market.first, member, [])
        assert _said(member, stars="5").status_code == 403


def test_a_seller_reads_what_their_own_customers_say(
    kernel: Kernel, transport: AppTransport, market: Market
) -> None:
    _said(market.alice, stars="4", text=SECRET)
    _said(market.bob, stars="1", text="Not yours")
    theirs = _read(market.seller.browser)
    assert SECRET in theirs
    assert market.first.title not in theirs
    assert "Not yours" not in theirs
    assert "4.0" in _card(market.seller.browser)
    assert market.seller.browser.get("/tenants/reviews").status_code == 403
    with seller(kernel, transport) as another:
        assert "Nobody has reviewed it yet." in _read(another.browser)


def test_the_operator_answers_and_hides_with_a_reason(kernel: Kernel, market: Market) -> None:
    operator, alice, bob = market.operator, market.alice, market.bob
    _said(alice, stars="2", text=SECRET)
    review = _review_of(kernel, market.first)
    assert f'href="/tenants/reviews/{review}"' in operator.get(PAGE).text
    assert market.first.title not in operator.get(f"/tenants/reviews/{review}").text
    answered = _moderated(operator, review, answer="Mended in 2.0.", answered_as="publisher")
    assert answered.status_code == 200, answered.text
    assert "The publisher answers" in _read(bob)
    assert "Mended in 2.0." in _read(bob)

    assert _act(operator, review, "hide").status_code == 422
    assert _moderated(operator, review, hidden_reason="It names a person.").status_code == 200
    hidden = _act(operator, review, "hide")
    assert hidden.status_code in (200, 204), hidden.text
    assert "Nobody has reviewed it yet." in _read(bob)
    assert "review" not in _card(bob)
    assert "The operator hides your review: It names a person." in alice.get(PAGE).text
    # What its author makes of it meanwhile is for the operator to look at.
    assert _said(alice, stars="3", text=f"{SECRET}, without a name").status_code == 303
    assert "Nobody has reviewed it yet." in _read(bob)
    assert _moderated(operator, review, hidden_reason="").status_code == 422
    assert _act(operator, review, "show").status_code in (200, 204)
    assert "without a name" in _read(bob)
    with kernel.session(control(kernel), readonly=True) as session:
        trail = session.scalars(
            text(
                "SELECT changes::text FROM core.audit_log WHERE record_id = :id"
                " AND table_name = 'tenants.review' ORDER BY id"
            ),
            {"id": str(review)},
        ).all()
    assert any("It names a person." in line and "hidden" in line for line in trail)
    assert not any(SECRET in line for line in trail)


def test_programs_review_by_calls_and_not_too_often(market: Market) -> None:
    alice = market.alice
    written = alice.put(CALL, json={"stars": 5, "text": SECRET, "named": True}, headers=_key())
    assert written.status_code == 200, written.text
    read = market.bob.get(CALL).json()
    assert (read["count"], read["average"], read["own"]) == (1, "5.00", None)
    (only,) = read["items"]
    assert (only["company"], only["text"], only["is_own"]) == (market.first.title, SECRET, False)
    assert alice.get(CALL).json()["own"]["named"] is True
    for sent in ([], {"stars": True}, {"stars": 5, "text": 7}, {"stars": "many"}):
        assert alice.put(CALL, json=sent, headers=_key()).status_code == 422, sent
    removed = alice.delete(CALL, headers=_key())
    assert (removed.status_code, removed.json()["count"]) == (200, 0)
    asked = (alice.put(CALL, json={"stars": 5}, headers=_key()) for _ in range(OFTEN.free + 1))
    assert 429 in [answer.status_code for answer in asked]


def test_a_company_that_is_deleted_takes_its_review_along(
    kernel: Kernel, transport: AppTransport, market: Market
) -> None:
    slug = f"r{secrets.token_hex(4)}"
    with fresh_tenant(kernel, slug, addons=("contacts",)) as company:
        with open_browser(transport, f"{slug}.localhost") as browser:
            sign_in(kernel, company, browser, [ADMIN_ROLE])
            assert _said(browser, stars="5", text=SECRET).status_code == 303
        assert SECRET in _read(market.bob)
    assert "Nobody has reviewed it yet." in _read(market.bob)
    with kernel.session(control(kernel), readonly=True) as session:
        kept = text("SELECT count(*) FROM core.audit_log WHERE changes::text LIKE :said")
        assert session.scalar(kept, {"said": f"%{SECRET}%"}) == 0


@settings(
    max_examples=6,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(
    st.lists(
        st.tuples(st.booleans(), st.booleans(), st.booleans(), st.integers(1, 5)),
        min_size=1,
        max_size=6,
    )
)
def test_whoever_reads_sees_what_is_shown_to_them_and_no_name_that_is_not(
    kernel: Kernel, market: Market, said: list[tuple[bool, bool, bool, int]]
) -> None:
    with kernel.session(control(kernel)) as session:
        session.execute(delete(Organization).where(Organization.runtime_secret == ""))
        for number, (theirs, named, hidden, stars) in enumerate(said):
            reseller = market.seller.id if theirs else None
            session.add(
                AddonReview(
                    organization_id=add_customer(session, reseller, f"Author-{number}-"),
                    addon="contacts",
                    title="Contacts",
                    addon_version="1.0.0",
                    stars=stars,
                    text=f"Word-{number}-",
                    named=named,
                    status="hidden" if hidden else "shown",
                    hidden_reason="Rude" if hidden else "",
                )
            )
    try:
        company, sells = market.bob.get(PAGE).text, market.seller.browser.get(PAGE).text
        for number, (theirs, named, hidden, _) in enumerate(said):
            for page, reads in ((company, not hidden), (sells, theirs and not hidden)):
                assert (f"Word-{number}-" in page) == reads
                assert (f"Author-{number}-" in page) == (reads and named)
    finally:
        with kernel.session(control(kernel)) as session:
            session.execute(delete(Organization).where(Organization.runtime_secret == ""))
