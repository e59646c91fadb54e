"""The receipt often comes after the booking: files are attached to a posted entry, which stays as
it is, and the audit pack names each by its hash."""

from __future__ import annotations

import hashlib
from collections.abc import Callable

import httpx
from sqlalchemy import select, text

from addons.accounting.api import EntryDraft, post_entry
from addons.accounting.models import Journal, JournalEntry
from core.kernel import Kernel
from core.tenancy.tenant import Tenant

Browse = Callable[..., httpx.Client]
RECEIPT = b"Paid in cash, with thanks."


def test_a_receipt_is_attached_after_posting_by_those_who_write_entries(
    as_user: Browse, kernel: Kernel, tenant: Tenant, sale: Callable[..., EntryDraft]
) -> None:
    with kernel.session(tenant) as session:
        key = post_entry(session, sale("12.50")).id
    with kernel.session(tenant) as session:
        before = session.get_one(JournalEntry, key).hash
    files = {"file": ("receipt.txt", RECEIPT)}
    address = f"/api/v1/accounting/entries/{key}/attachments"
    refused = as_user("accounting.auditor").post(address, files=files)
    assert refused.status_code == 403, refused.text
    attached = as_user("accounting.bookkeeper").post(address, files=files)
    assert attached.status_code in (200, 201), attached.text
    assert "receipt.txt" in as_user("accounting.auditor").get(address).text
    with kernel.session(tenant) as session:
        assert session.get_one(JournalEntry, key).hash == before
        kept = session.execute(text("SELECT name, digest FROM core.attachment")).one()
    assert tuple(kept) == ("receipt.txt", hashlib.sha256(RECEIPT).hexdigest())


def test_what_is_beside_a_draft_goes_with_it(
    as_user: Browse, kernel: Kernel, tenant: Tenant
) -> None:
    with kernel.session(tenant) as session:
        journal = session.scalars(select(Journal.id).where(Journal.code == "GEN")).one()
    browser = as_user("accounting.bookkeeper")
    api = "/api/v1/accounting/entries"
    made = browser.post(api, json={"journal_id": journal, "date": "2026-03-14", "lines": []})
    assert made.status_code == 201, made.text
    address = f"{api}/{made.json()['id']}"
    assert browser.post(f"{address}/attachments", files={"file": ("a.txt", b"A")}).is_success
    version = {"If-Match": browser.get(address).headers["etag"]}
    assert browser.delete(address, headers=version).is_success
    with kernel.session(tenant) as session:
        left = session.scalar(
            text("SELECT count(*) FROM core.conversation WHERE record_id = :id"),
            {"id": str(made.json()["id"])},
        )
    assert left == 0
