"""What somebody typed and did not save is kept for them alone, until they save or discard it."""

from __future__ import annotations

from datetime import timedelta

import pytest
from sqlalchemy import func, select, update

from core.db.base import utc_now
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.documents.drafts import KEPT_FOR, MAX_CHARACTERS, MOST, forget_old_drafts
from core.web.documents.models import FormDraft
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Hire, Person

NEW = "/shop/customers/new"
JSON = {"accept": "application/json"}


def keep(person: Person, form: str, fields: dict[str, str]) -> int:
    """Keep a draft as the page does a moment after somebody typed."""
    data = {"csrf_token": person.csrf, **fields}
    return person.http.post(f"{form}/draft", data=data, headers=JSON).status_code


def drafts_of(kernel: Kernel, store: Tenant, person: Person) -> list[FormDraft]:
    with kernel.session(store) as session:
        mine = select(FormDraft).where(FormDraft.user_id == person.user_id)
        return list(session.scalars(mine))


def test_a_draft_is_offered_to_its_author_alone_and_opens_with_everything(
    hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    author, other = hire(), hire()
    typed = author.open_form(NEW) | {"name": "Half <b>written", "visits": "many", "city": "Taif"}
    assert keep(author, NEW, typed) == 200
    assert "did not save it" in author.http.get(NEW).text
    assert "did not save it" not in other.http.get(NEW).text
    address = f"{NEW}?draft={typed['_token']}"
    assert other.open_form(address)["name"] == ""
    opened = author.open_form(address)
    assert "You began" not in author.http.get(address).text
    form = {name: value for name, value in opened.items() if name != "csrf_token"}
    assert form["_token"] == typed["_token"]
    page = author.http.get(address).text
    assert "Half &lt;b&gt;written" in page
    assert 'value="many"' in page
    assert "Discard the draft" in page


def test_a_draft_ends_when_its_form_is_saved(hire: Hire, kernel: Kernel, store: Tenant) -> None:
    author = hire()
    typed = author.open_form(NEW) | {"name": "Saved at last"}
    assert keep(author, NEW, typed) == 200
    assert author.post(NEW, typed | {"name": ""}).status_code == 422
    assert len(drafts_of(kernel, store, author)) == 1
    assert author.post(NEW, typed).status_code == 303
    assert drafts_of(kernel, store, author) == []


def test_a_draft_can_be_discarded(hire: Hire, kernel: Kernel, store: Tenant) -> None:
    author, other = hire(), hire()
    typed = author.open_form(NEW) | {"name": "Never mind"}
    assert keep(author, NEW, typed) == 200
    other.post(f"{NEW}/draft/discard", {"_token": typed["_token"]})
    assert len(drafts_of(kernel, store, author)) == 1
    gone = author.post(f"{NEW}/draft/discard", {"_token": typed["_token"]})
    assert gone.headers["location"] == NEW
    assert drafts_of(kernel, store, author) == []


def test_a_draft_of_a_change_is_offered_on_the_record_and_merged_when_it_is_saved(
    hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    author, other = hire(), hire()
    with kernel.session(store) as session:
        customer = Customer(name="Long in the making")
        session.add(customer)
        session.flush()
        url = f"/shop/customers/{customer.id}"
    typed = author.open_form(f"{url}/edit") | {"city": "Abha"}
    assert keep(author, f"{url}/edit", typed) == 200
    theirs = other.open_form(f"{url}/edit") | {"note": "pays late"}
    assert other.post(f"{url}/edit", theirs).status_code == 303
    assert f"{url}/edit?draft={typed['_token']}" in author.http.get(url).text
    opened = author.http.get(f"{url}/edit?draft={typed['_token']}")
    assert opened.status_code == 200
    form = author.open_form(f"{url}/edit?draft={typed['_token']}")
    assert author.post(f"{url}/edit", form).status_code == 303
    with kernel.session(store) as session:
        saved = session.scalars(select(Customer).where(Customer.name == customer.name)).one()
        assert (saved.city, saved.note) == ("Abha", "pays late")


def test_secrets_are_in_no_draft(hire: Hire, kernel: Kernel, store: Tenant) -> None:
    author = hire()
    typed = author.open_form(NEW) | {"name": "Keeper", "portal_password": "tell nobody"}
    assert keep(author, NEW, typed) == 200
    (draft,) = drafts_of(kernel, store, author)
    assert "tell nobody" not in str(draft.content)
    assert author.csrf not in str(draft.content)


@pytest.mark.parametrize("token", ["", "x" * 65])
def test_a_form_without_its_token_keeps_no_draft(admin: Person, token: str) -> None:
    assert keep(admin, NEW, {"_token": token, "name": "x"}) == 422


def test_drafts_are_bounded_in_size_number_and_age(
    hire: Hire, kernel: Kernel, store: Tenant
) -> None:
    author = hire()
    assert keep(author, NEW, {"_token": "big", "note": "x" * MAX_CHARACTERS}) == 422
    with kernel.session(store) as session:
        rows = [
            FormDraft(user_id=author.user_id, token=f"t{place}", form=NEW, content=[])
            for place in range(MOST)
        ]
        session.add_all(rows)
    assert keep(author, NEW, {"_token": "newest", "name": "x"}) == 200
    kept = drafts_of(kernel, store, author)
    assert len(kept) == MOST
    assert "newest" in {draft.token for draft in kept}
    with kernel.session(store) as session:
        long_ago = utc_now() - KEPT_FOR - timedelta(days=1)
        session.execute(
            update(FormDraft).where(FormDraft.token != "newest").values(saved_at=long_ago)
        )
        forget_old_drafts(session)
        assert session.scalar(select(func.count()).select_from(FormDraft)) == 1


def test_who_may_not_fill_in_the_form_keeps_no_draft_of_it(hire: Hire) -> None:
    reader = hire({"shop.customer.read": "all"})
    assert keep(reader, NEW, {"_token": "t", "name": "x"}) == 403
