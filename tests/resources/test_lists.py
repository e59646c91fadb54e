"""A list shows its columns, searched, filtered and sorted, one page at a time."""

from __future__ import annotations

from tests.resources.conftest import Person


def test_an_empty_list_says_what_to_do(admin: Person) -> None:
    page = admin.http.get("/shop/customers")
    assert page.status_code == 200, page.text
    assert "Whoever buys from you is kept here." in page.text
    assert 'href="/shop/customers/new"' in page.text
