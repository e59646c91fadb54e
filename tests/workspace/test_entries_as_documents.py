"""Journal entries are documents as others are: they are duplicated by their own service, and lead
to the entry that undoes them."""

from __future__ import annotations

from datetime import date
from decimal import Decimal

from addons.accounting.api import EntryDraft, LineDraft, post_entry
from addons.accounting.models import Account
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.workspace.conftest import Person


def test_a_journal_entry_is_duplicated_by_its_service(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    form = admin.open_form("/accounting/entries/new")
    made = admin.post("/accounting/entries/new", form | {"narration": "Rent"})
    url = made.headers["location"]
    assert f'action="{url}/duplicate"' in admin.http.get(url).text
    copied = admin.post(f"{url}/duplicate", {"_token": "once"})
    assert copied.status_code == 303
    assert admin.open_form(copied.headers["location"])["narration"] == "Rent"
    again = admin.post(f"{url}/duplicate", {"_token": "once"})
    assert again.headers["location"] == copied.headers["location"]


def test_an_entry_and_the_one_that_undoes_it_lead_to_each_other(
    admin: Person, kernel: Kernel, store: Tenant
) -> None:
    with kernel.session(store) as session:
        session.add_all(
            [
                Account(code="1010", name="Cash", type="asset"),
                Account(code="4000", name="Sales", type="income"),
            ]
        )
        session.flush()
        outcome = post_entry(
            session,
            EntryDraft(
                date(2026, 11, 2),
                (LineDraft("1010", Decimal(5)), LineDraft("4000", Decimal(-5))),
                source_type="shop.orders",
                source_id="999999",
            ),
        )
    url = f"/accounting/entries/{outcome.id}"
    assert "related-graph" not in admin.http.get(url).text, "its source is not there"
    assert admin.post(f"{url}/actions/reverse", {}).status_code == 303
    page = admin.http.get(url).text
    assert "Reversed by: " in page
    assert ", Posted" in page[page.index("Reversed by: ") :]
