"""What a list shows is chosen, kept in its address, and can be saved: for oneself, for everybody,
as what opens first. What is gone or not open to somebody is told and never shown."""

from __future__ import annotations

import re
from html import unescape

import pytest
from sqlalchemy import select, update

from core.auth.models import UserRole
from core.db.audit_models import AuditEntry
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.resources.views.models import SavedView
from tests.workspace.conftest import Hire, Person
from tests.workspace.sales import COUNT, add_orders

ORDERS = "/shop/orders"
READ = {"shop.order.read": "all"}


@pytest.fixture(scope="module", autouse=True)
def customers(kernel: Kernel, store: Tenant) -> dict[str, int]:
    return add_orders(kernel, store)


def columns_of(html: str) -> list[str]:
    return re.findall(r'data-column="([^"]*)"', html)


def numbers_of(html: str) -> list[str]:
    return re.findall(r"<th[^>]*><a[^>]*>(SO-\d+)</a>", html)


def tabs_of(html: str) -> list[str]:
    nav = re.search(r'<nav class="list-tabs".*?</nav>', html, re.S)
    return re.findall(r">([^<>]+?)(?: <i[^>]*></i>)?</a>", nav[0]) if nav else []


def save(person: Person, query: str, title: str, **more: str) -> str:
    """Save a view; returns its number."""
    reply = person.post(f"{ORDERS}/views", {"query": query, "title": title, **more})
    assert reply.status_code == 303, reply.text
    return reply.headers["location"].rpartition("view=")[2]


# --- columns, filters, order ------------------------------------------------------------------


def test_columns_are_shown_in_the_order_chosen(admin: Person) -> None:
    usual = columns_of(admin.http.get(ORDERS).text)
    assert usual == ["number", "customer.name", "date", "status", "currency", "total"]
    page = admin.http.get(f"{ORDERS}?columns=total,customer.city&columns=number&sort=number").text
    assert columns_of(page) == ["total", "customer.city", "number"]
    first_row = page[page.index("<tbody") : page.index("</tr>", page.index("<tbody"))]
    assert ">0.25</a></th>" in first_row  # the first column leads to the record
    assert "Amman" in first_row


def test_fields_of_the_form_are_offered_as_columns(admin: Person) -> None:
    panel = admin.http.get(f"{ORDERS}?panel=columns&part=panel", headers={"HX-Request": "true"})
    offered = re.findall(r'name="columns" value="([^"]*)"( checked)?', panel.text)
    assert ("remark", "") in offered
    assert ("created_at", "") in offered
    assert ("customer.city", "") in offered
    assert ("total", " checked") in offered
    secret = admin.http.get("/shop/customers?panel=columns").text
    assert "portal_password" not in secret


@pytest.mark.parametrize(
    ("query", "wanted"),
    [
        ("status=draft&status=cancelled", lambda n: n % 5 % 3 != 1),
        ("status__ne=draft&status__ne=cancelled", lambda n: n % 5 % 3 == 1),
        ("number__contains=SO-01&number__contains=SO-02", lambda n: 10 <= n < 30),
        ("number__all=SO-0&number__all=7", lambda n: "7" in f"{n:03}"),
        ("number__lacks=1&number__lacks=2", lambda n: not set("12") & set(f"{n:03}")),
        ("number__begins=SO-00", lambda n: n < 10),
        ("date__during=2026-02&date__during=2026-04", lambda n: n % 4 in (1, 3)),
        ("date__during=2026-Q1", lambda n: n % 4 < 3),
        ("date__gte=2026-03-01&date__lte=2026-03-31", lambda n: n % 4 == 2),
        ("remark__empty=false", lambda n: False),
        ("customer.city__empty=true", lambda n: n % 3 != 0),
    ],
)
def test_any_all_or_none_of_several_values(admin: Person, query: str, wanted: object) -> None:
    page = admin.http.get(f"{ORDERS}?{query}&sort=number").text
    expected = [f"SO-{n:03}" for n in range(COUNT) if wanted(n)]  # type: ignore[operator]
    assert numbers_of(page) == expected[:50]


def test_relative_periods_follow_the_calendar(admin: Person) -> None:
    page = admin.http.get("/shop/customers?created_at__during=today&created_at__during=last_year")
    assert page.status_code == 200
    assert re.findall(r">(Amber|Birch|Cedar)</a>", page.text) == ["Amber", "Birch", "Cedar"]
    assert "Today, Last year" in page.text
    gone = admin.http.get("/shop/customers?created_at__during=last_quarter").text
    assert "Nothing fits this search." in gone


def test_several_keys_sort_one_after_the_other(admin: Person) -> None:
    page = admin.http.get(f"{ORDERS}?sort=currency,-customer.name,number").text
    assert numbers_of(page)[:2] == ["SO-000", "SO-006"]
    heads = re.findall(r'data-column="([^"]*)" aria-sort="(\w+)"', page)
    assert heads == [
        ("number", "ascending"),
        ("customer.name", "descending"),
        ("currency", "ascending"),
    ]


@pytest.mark.parametrize(
    ("query", "sentence"),
    [
        ("columns=number,colour", "no column “colour”"),
        ("columns=customer.portal_password", "no column"),
        ("sort=colour", "Sort by:"),
        ("sort=customer.portal_password", "Sort by:"),
        ("date__during=someday", "Write a period such as this_month"),
        ("date__during=2026-13", "Write a period such as this_month"),
        ("status=lost", "This must be one of:"),
        ("&".join(f"id={n}" for n in range(300)), "At the most 200 values"),
        ("columns=" + ",".join(["number"] * 3) + ",x" * 90, "no column"),
        ("cursor=abc", "This place in the list is not known"),
    ],
)
def test_what_cannot_be_shown_is_explained(admin: Person, query: str, sentence: str) -> None:
    reply = admin.http.get(f"{ORDERS}?{query}")
    assert reply.status_code == 422
    assert sentence in unescape(reply.text)
    assert numbers_of(reply.text) == []


def test_strange_operators_are_no_filters(admin: Person) -> None:
    assert len(numbers_of(admin.http.get(f"{ORDERS}?total__contains=1&total__drop=1").text)) == 50
    for name in ("total__contains", "status__during", "total__regexp", "customer.note"):
        assert admin.api.get(f"/api/v1/shop/orders?{name}=1").status_code == 422
    assert admin.http.get(f"{ORDERS}?panel=filter:colour").status_code == 404
    assert admin.http.get(f"{ORDERS}?panel=unheard").status_code == 404


# --- what somebody may not see ----------------------------------------------------------------


def test_a_column_for_some_alone_is_nowhere_for_others(admin: Person, hire: Hire) -> None:
    seen = admin.http.get(f"{ORDERS}?columns=number,customer.credit")
    assert columns_of(seen.text) == ["number", "customer.credit"]
    assert "credit" in admin.api.get("/api/v1/shop/orders?limit=1").json()["data"][0]["customer"]
    clerk = hire(READ)
    for query in (
        "columns=number,customer.credit",
        "sort=customer.credit",
        "group=customer.credit",
    ):
        for path in (ORDERS, f"{ORDERS}/export.csv", f"{ORDERS}/export.xlsx"):
            assert clerk.http.get(f"{path}?{query}").status_code == 422, (path, query)
    assert clerk.api.get("/api/v1/shop/orders?customer.credit__gte=1").status_code == 422
    assert clerk.api.get("/api/v1/shop/orders?sort=customer.credit").status_code == 422
    assert "credit" not in clerk.api.get("/api/v1/shop/orders?limit=1").text
    assert "Credit limit" not in clerk.http.get(f"{ORDERS}?panel=columns").text
    assert "Credit limit" not in clerk.http.get(f"{ORDERS}?panel=filter").text
    assert clerk.http.get(f"{ORDERS}?panel=filter:customer.credit").status_code == 404
    # What one may not look up cannot be chosen from either.
    assert "filter%3Acustomer_id" not in clerk.http.get(f"{ORDERS}?panel=filter").text


# --- views ------------------------------------------------------------------------------------


def test_a_resource_brings_views_along(admin: Person) -> None:
    page = admin.http.get(f"{ORDERS}?view=drafts")
    assert tabs_of(page.text)[:3] == ["All", "Drafts", "By month and customer"]
    assert set(numbers_of(page.text)) <= {f"SO-{n:03}" for n in range(COUNT) if n % 5 % 3 == 0}
    assert "Status:" in page.text
    month = admin.http.get(f"{ORDERS}?view=by_month").text
    assert columns_of(month) == ["number", "status", "total", "customer.city"]
    assert "April 2026" in month
    books = admin.http.get("/accounting/entries?view=this_month").text
    assert tabs_of(books) == ["All", "Drafts", "This month", "Posted by journal"]


def test_a_saved_view_opens_as_it_was_kept(admin: Person, kernel: Kernel, store: Tenant) -> None:
    query = "columns=number%2Ctotal&status=confirmed&sort=-total"
    number = save(admin, query, "  Best   confirmed ")
    page = admin.http.get(f"{ORDERS}?view={number}").text
    assert columns_of(page) == ["number", "total"]
    assert numbers_of(page) == [f"SO-{n:03}" for n in reversed(range(COUNT)) if n % 5 % 3 == 1]
    assert "Best confirmed" in tabs_of(page)
    pushed = admin.http.get(f"{ORDERS}?view={number}", headers={"HX-Request": "true"})
    assert pushed.headers["hx-push-url"] == f"{ORDERS}?{query}&view={number}"
    with kernel.session(store) as session:
        trail = select(AuditEntry).where(AuditEntry.table_name == "core.saved_view")
        assert session.scalars(trail.where(AuditEntry.record_id == number)).first() is not None


def test_a_private_view_is_its_owners_alone(admin: Person, hire: Hire) -> None:
    number, other = save(admin, "status=draft", "Mine alone"), hire(READ)
    assert "Mine alone" not in tabs_of(other.http.get(f"{ORDERS}?sort=number").text)
    refused = other.http.get(f"{ORDERS}?view={number}")
    assert refused.status_code == 404
    assert "not shared with you" in refused.text
    change = {"title": "Theirs", "query": ""}
    assert other.post(f"{ORDERS}/views/{number}", change).status_code == 404
    assert other.post(f"{ORDERS}/views/{number}/delete", {}).status_code == 404
    # The whole address shows the same list to whoever may read it.
    link = other.http.get(f"{ORDERS}?status=draft&view={number}")
    assert link.status_code == 200
    assert "Draft" in link.text


def test_sharing_takes_a_permission(admin: Person, hire: Hire) -> None:
    clerk = hire(READ)
    refused = clerk.post(f"{ORDERS}/views", {"query": "q=1", "title": "All", "shared": "1"})
    assert refused.status_code == 403
    number = save(admin, "status=cancelled", "Called off", shared="1")
    assert "Called off" in tabs_of(clerk.http.get(ORDERS).text)
    assert clerk.http.get(f"{ORDERS}?view={number}").status_code == 200
    renamed = {"title": "Mine now", "shared": "1"}
    assert clerk.post(f"{ORDERS}/views/{number}", renamed).status_code == 403
    assert clerk.post(f"{ORDERS}/views/{number}/delete", {}).status_code == 403
    assert admin.post(f"{ORDERS}/views/{number}", renamed).status_code == 303
    assert "Mine now" in tabs_of(clerk.http.get(ORDERS).text)
    assert admin.post(f"{ORDERS}/views/{number}/delete", {}).status_code == 303
    assert "Mine now" not in tabs_of(clerk.http.get(ORDERS).text)


def test_a_view_opens_first_for_a_user_or_a_role(
    admin: Person, hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    clerk = hire(READ)
    with kernel.session(store) as session:
        held = select(UserRole.role_id).where(UserRole.user_id == clerk.user_id)
        role = str(session.scalars(held).one())
    shared = save(admin, "status=confirmed", "Confirmed alone", shared="1")
    chosen = {"view": shared, "roles_shown": "1", "roles": role}
    assert clerk.post(f"{ORDERS}/views/default", chosen).status_code == 403
    assert admin.post(f"{ORDERS}/views/default", chosen).status_code == 303
    opened = clerk.http.get(ORDERS).text
    assert 'aria-label="Remove the filter Status"' in opened
    assert f'href="{ORDERS}?view=all"' in opened
    everything = clerk.http.get(f"{ORDERS}?view=all").text
    assert 'aria-label="Remove the filter Status"' not in everything
    # One's own choice goes before the role's.
    assert clerk.post(f"{ORDERS}/views/default", {"view": "drafts", "mine": "1"}).status_code == 303
    assert "<bdi>Draft</bdi>" in clerk.http.get(ORDERS).text
    assert clerk.post(f"{ORDERS}/views/default", {"view": "drafts"}).status_code == 303
    assert "<bdi>Confirmed</bdi>" in clerk.http.get(ORDERS).text
    assert admin.post(f"{ORDERS}/views/{shared}/delete", {}).status_code == 303
    assert 'aria-label="Remove the filter Status"' not in clerk.http.get(ORDERS).text


def test_nobody_elses_view_can_open_first_for_a_role(admin: Person) -> None:
    private = save(admin, "status=draft", "Quite private")
    fields = {"view": private, "roles_shown": "1", "roles": "1"}
    refused = admin.post(f"{ORDERS}/views/default", fields)
    assert refused.status_code == 422
    assert "Share the view first" in refused.text


def test_a_view_says_what_of_it_is_gone(admin: Person, kernel: Kernel, store: Tenant) -> None:
    number = save(admin, "columns=number,total&status=draft&sort=-total", "Aged")
    with kernel.session(store) as session:
        stale = "columns=number,colour,total&status=gone&group=shape&sort=-weight&total__gte=1"
        session.execute(update(SavedView).where(SavedView.id == int(number)).values(query=stale))
    page = admin.http.get(f"{ORDERS}?view={number}")
    assert page.status_code == 200
    assert columns_of(page.text) == ["number", "total"]
    assert "no longer there, which was left out: colour, status, shape, weight" in page.text
    assert numbers_of(page.text)


@pytest.mark.parametrize(
    ("fields", "status", "sentence"),
    [
        ({"query": "status=draft", "title": ""}, 422, "Give the view a name"),
        ({"query": "status=draft", "title": "x" * 61}, 422, "Give the view a name"),
        ({"query": "columns=colour", "title": "No such"}, 422, "no column “colour”"),
        ({"query": "group=colour", "title": "No such"}, 422, "cannot be grouped"),
        ({"query": "q=" + "x" * 300, "title": "Long"}, 422, "Search for at most"),
        ({"query": "&".join(f"id={n}" for n in range(900)), "title": "Many"}, 422, "too much"),
        ({"query": "status=draft", "title": "taken"}, 422, "“taken” already"),
    ],
)
def test_a_view_that_cannot_be_kept_is_refused(
    admin: Person, fields: dict[str, str], status: int, sentence: str
) -> None:
    if fields["title"] == "taken":
        save(admin, "status=draft", "Taken")
    reply = admin.post(f"{ORDERS}/views", fields)
    assert reply.status_code == status, reply.text
    assert sentence in reply.text


def test_a_form_sent_twice_keeps_one_view(admin: Person, kernel: Kernel, store: Tenant) -> None:
    fields = {"query": "status=draft", "title": "Only once", "_token": "one-and-the-same"}
    answers = {admin.post(f"{ORDERS}/views", fields).headers["location"] for _ in range(2)}
    assert len(answers) == 1
    with kernel.session(store) as session:
        kept = session.scalars(select(SavedView).where(SavedView.title == "Only once"))
        assert len(kept.all()) == 1


def test_a_change_of_an_older_version_of_a_view_is_refused(admin: Person) -> None:
    number = save(admin, "status=draft", "Versioned")
    first = {"title": "Versioned anew", "version": "1"}
    assert admin.post(f"{ORDERS}/views/{number}", first).status_code == 303
    late = {"title": "Too late", "version": "1"}
    assert admin.post(f"{ORDERS}/views/{number}", late).status_code == 409
