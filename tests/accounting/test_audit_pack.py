"""An auditor takes the books of a year along, and checks them without us.

The pack comes by the page, the job or the command line. The verifier in it is run as a program of
its own, in a Python that has nothing but its standard library; whatever is changed in a pack, it
says what.
"""

from __future__ import annotations

import csv
import hashlib
import io
import json
import tracemalloc
import zipfile
from collections.abc import Callable
from dataclasses import replace
from datetime import date
from decimal import Decimal
from pathlib import Path

import httpx
import pytest
from sqlalchemy import text
from sqlalchemy.orm import Session

from addons.accounting.services.audit_pack import writing
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.calendar import ensure_years
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.reversal import reverse
from core.conversation.attachments import attach
from core.conversation.subjects import Subject
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tests.accounting.packs import changed, make_pack, run_verifier

Sale = Callable[..., EntryDraft]


@pytest.fixture(scope="module")
def books(kernel: Kernel, tenant: Tenant) -> Tenant:
    """Two years of entries: sales, texts that need quoting, several currencies, a reversal."""
    with kernel.session(tenant) as session:
        ensure_years(session, [date(2025, 1, 1), date(2026, 1, 1)])
    with kernel.session(tenant) as session:
        for day in (date(2025, 12, 30), date(2026, 1, 2), date(2026, 3, 14)):
            post(session, _sale(day, "1234.50", 'Say "hello",\nفاتورة', "SAR"))
        first = post(session, _sale(date(2026, 5, 1), "0.100", "A third of a gram", "USD"))
    with kernel.session(tenant) as session:
        reverse(session, first.id, on=date(2026, 5, 2))
        # Posted now, dated last year: a link of another year between links of this one.
        post(session, _sale(date(2025, 6, 1), "7", "Late", "SAR"))
    with kernel.session(tenant) as session:
        last = _sale(date(2026, 6, 1), "9", "After it", "SAR")
        post(session, replace(last, source_type="shop.order", source_id="7"))
        beside_entry = Subject("accounting.entries", "accounting.journal_entry", str(first.id))
        _attach(session, beside_entry, "Receipt of May.TXT", b"Paid 0.100 in gold.")
        _attach(session, Subject("shop.orders", "shop.order", "7"), "order.txt", b"Nine, please.")
        # Beside a record that no entry was made from.
        _attach(session, Subject("shop.orders", "shop.order", "8"), "secret.txt", b"Not booked.")
    return tenant


def _attach(session: Session, subject: Subject, name: str, content: bytes) -> None:
    attach(session, subject, name, io.BytesIO(content), len(content))


def _sale(day: date, amount: str, narration: str, currency: str) -> EntryDraft:
    value = Decimal(amount)
    lines = (
        LineDraft("Assets:Cash", value, "cash", currency, quantity=Decimal("2"), unit="kg"),
        LineDraft(
            "Income:Sales",
            -value,
            currency=currency,
            original_amount=-value * 3,
            original_currency="EUR",
        ),
    )
    return EntryDraft(day, lines, narration=narration, partner="Noor & Co", reference="R-1")


@pytest.fixture(scope="module")
def pack(kernel: Kernel, books: Tenant, tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The pack of 2026."""
    with kernel.session(books) as session:
        return make_pack(session, tmp_path_factory.mktemp("packs") / "2026.zip")


def test_a_pack_verifies_with_python_alone(pack: Path) -> None:
    verdict = run_verifier(pack)
    assert verdict.err == ""
    assert verdict.problems == []
    assert verdict.out.endswith("VERDICT: SOUND\n")
    assert verdict.status == 0
    assert "5 entries: hashes, contents, chains, numbers and balances checked" in verdict.out


def test_a_pack_goes_on_where_last_years_ended(kernel: Kernel, books: Tenant, pack: Path) -> None:
    with kernel.session(books) as session:
        older = make_pack(session, pack.parent / "2025.zip", "2025")
    verdict = run_verifier(pack, "--previous", str(older))
    assert (verdict.status, verdict.problems) == (0, [])
    assert "goes on where the previous pack ended" in verdict.out
    # The other way round it does not.
    assert run_verifier(older, "--previous", str(pack)).status == 1


def test_a_pack_says_in_two_languages_what_it_is(pack: Path) -> None:
    with zipfile.ZipFile(pack) as archive:
        english = archive.read("README.en.txt").decode()
        arabic = archive.read("README.ar.txt").decode()
        named = set(json.loads(archive.read("manifest.json"))["files"])
        assert named | {"manifest.json", "manifest.json.sha256"} == set(archive.namelist())
    for name in named - {"README.en.txt", "README.ar.txt"}:
        told = "documents/files/" if name.startswith("documents/files/") else Path(name).name
        assert told in english
    assert "للسنة المالية 2026" in arabic


def _with_manifest(pack: Path, changes: dict[str, bytes]) -> dict[str, bytes]:
    """The same changes, with a manifest that agrees with them: a careful forger's."""
    with zipfile.ZipFile(pack) as archive:
        manifest = json.loads(archive.read("manifest.json"))
    for name, content in changes.items():
        manifest["files"][name] = {
            "sha256": hashlib.sha256(content).hexdigest(),
            "bytes": len(content),
        }
    return {**changes, "manifest.json": json.dumps(manifest).encode()}


def _rows(pack: Path, name: str) -> list[dict[str, str]]:
    with zipfile.ZipFile(pack) as archive:
        return list(csv.DictReader(io.StringIO(archive.read(name).decode(), newline="")))


def _written(rows: list[dict[str, str]]) -> bytes:
    target = io.StringIO(newline="")
    writer = csv.DictWriter(target, list(rows[0]), lineterminator="\n")
    writer.writeheader()
    writer.writerows(rows)
    return target.getvalue().encode()


def test_a_pack_holds_the_files_beside_entries_and_their_documents(
    pack: Path, tmp_path: Path
) -> None:
    listed = {row["name"]: row for row in _rows(pack, "documents/attachments.csv")}
    assert {name: row["beside"] for name, row in listed.items()} == {
        "Receipt of May.TXT": "accounting.journal_entry",
        "order.txt": "shop.order",
    }
    receipt = listed["Receipt of May.TXT"]["file"]
    assert receipt == f"documents/files/{hashlib.sha256(b'Paid 0.100 in gold.').hexdigest()}.txt"
    with zipfile.ZipFile(pack) as archive:
        assert archive.read(receipt) == b"Paid 0.100 in gold."
        assert archive.read(listed["order.txt"]["file"]) == b"Nine, please."
        assert len([name for name in archive.namelist() if name.startswith("documents/f")]) == 2
    assert "2 attached files are the ones that were attached" in run_verifier(pack).out
    forged = changed(pack, tmp_path / "f.zip", _with_manifest(pack, {receipt: b"Paid 1,000."}))
    (problem,) = run_verifier(forged).problems
    assert "Receipt of May.TXT is not the one that was attached" in problem
    lost = changed(pack, tmp_path / "l.zip", {receipt: None})
    assert run_verifier(lost).problems == [f"{receipt} is missing from the pack"]


def test_a_changed_file_is_named_by_its_digest(pack: Path, tmp_path: Path) -> None:
    accounts = _rows(pack, "books/accounts.csv")
    accounts[0]["name"] = "Another"
    forged = changed(pack, tmp_path / "forged.zip", {"books/accounts.csv": _written(accounts)})
    assert run_verifier(forged).problems == [
        "books/accounts.csv is not the file that the manifest names: its digest is different"
    ]


def test_a_missing_file_and_a_foreign_one_are_named(pack: Path, tmp_path: Path) -> None:
    changes = {"control/users.csv": None, "note.txt": b"hello"}
    problems = run_verifier(changed(pack, tmp_path / "forged.zip", changes)).problems
    assert problems == [
        "control/users.csv is missing from the pack",
        "note.txt is not named in the manifest",
    ]


@pytest.mark.parametrize(
    ("name", "column", "value", "said"),
    [
        ("books/lines.csv", "amount", "99", "entry or lines are not what its hash was made of"),
        ("books/lines.csv", "tax_code", "S15", "entry or lines are not what its hash was made of"),
        ("books/lines.csv", "debit", "99", "debit and credit are not its amount"),
        ("books/entries.csv", "posted_by", "nobody", "not what its hash was made of"),
        ("books/entries.csv", "sequence", "7", "it has place 7 of its series, after place 0"),
        ("books/entries.csv", "hash", "a" * 64, "its hash is not that of its content"),
        ("proof/preimages.csv", "preimage", "[]", "its hash is not that of its content"),
        ("proof/chain.csv", "previous_hash", "b" * 64, "does not follow the hash"),
    ],
)
def test_a_forged_row_is_named_though_the_manifest_agrees(
    pack: Path, tmp_path: Path, name: str, column: str, value: str, said: str
) -> None:
    rows = _rows(pack, name)
    place = 1 if name == "proof/chain.csv" else 0
    rows[place][column] = value
    changes = _with_manifest(pack, {name: _written(rows)})
    verdict = run_verifier(changed(pack, tmp_path / "forged.zip", changes))
    assert verdict.status == 1
    assert any(said in problem and rows[place]["number"] in problem for problem in verdict.problems)


def test_an_entry_taken_out_everywhere_leaves_a_gap(pack: Path, tmp_path: Path) -> None:
    entries = _rows(pack, "books/entries.csv")
    gone = entries[1]["number"]
    names = ("books/entries.csv", "books/lines.csv", "proof/preimages.csv", "proof/chain.csv")
    changes = {n: _written([r for r in _rows(pack, n) if r["number"] != gone]) for n in names}
    changes = _with_manifest(pack, changes)
    problems = run_verifier(changed(pack, tmp_path / "forged.zip", changes)).problems
    following = entries[2]["number"]
    assert any(following in p and "of its journal's chain is missing" in p for p in problems)
    assert any(following in p and "of its series, after place 1" in p for p in problems)
    assert any("does not show the sum of its lines" in p for p in problems)


def test_a_cut_end_is_noticed(pack: Path, tmp_path: Path) -> None:
    entries = _rows(pack, "books/entries.csv")
    gone = entries[-1]["number"]
    names = ("books/entries.csv", "books/lines.csv", "proof/preimages.csv", "proof/chain.csv")
    changes = {n: _written([r for r in _rows(pack, n) if r["number"] != gone]) for n in names}
    problems = run_verifier(
        changed(pack, tmp_path / "forged.zip", _with_manifest(pack, changes))
    ).problems
    assert any("its chain ends at link" in problem for problem in problems)


def test_what_is_no_pack_is_refused(tmp_path: Path, pack: Path) -> None:
    forged = changed(pack, tmp_path / "forged.zip", {"manifest.json": b'{"format": "x"}'})
    verdict = run_verifier(forged)
    assert (verdict.status, verdict.out) == (2, "")
    assert "cannot be read as an audit pack" in verdict.err


def test_memory_does_not_grow_with_the_ledger(
    kernel: Kernel, tmp_path: Path, tenant: Tenant, session: Session
) -> None:
    ensure_years(session, [date(2024, 1, 1)])
    post_bulk(session, [_sale(date(2024, 1, 1), "1", "x" * 400, "SAR") for _ in range(3000)])
    session.commit()
    tracemalloc.start()
    try:
        make_pack(session, tmp_path / "large.zip", "2024")
        _, peak = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    with zipfile.ZipFile(tmp_path / "large.zip") as archive:
        unpacked = sum(info.file_size for info in archive.infolist())
    assert unpacked > 7_000_000
    assert peak < 3_000_000


def test_an_auditor_makes_and_downloads_a_pack_and_changes_nothing(
    books: Tenant,
    as_user: Callable[..., httpx.Client],
    tmp_path: Path,
    kernel: Kernel,
) -> None:
    auditor = as_user("accounting.auditor")
    page = auditor.get("/accounting/audit-packs")
    assert "Make an audit pack" in page.text
    with kernel.session(books) as session:
        year = session.execute(
            text("SELECT id FROM accounting.fiscal_year WHERE name = '2026'")
        ).scalar_one()
    made = auditor.post("/accounting/audit-packs", data={"year": year})
    assert made.status_code in (200, 303)
    work_off(kernel, books)
    page = auditor.get("/accounting/audit-packs")
    link = page.text.partition('href="/accounting/audit-packs/')[2].partition('"')[0]
    content = auditor.get(f"/accounting/audit-packs/{link}").content
    (tmp_path / "mine.zip").write_bytes(content)
    verdict = run_verifier(tmp_path / "mine.zip")
    assert verdict.status == 0
    digest = verdict.out.partition("digest of the manifest: ")[2].partition("\n")[0]
    assert digest in page.text
    refused = [
        auditor.post("/accounting/entries/new", data={}).status_code,
        auditor.post("/accounting/accounts/new", data={}).status_code,
        auditor.get("/accounting/entries/new").status_code,
    ]
    assert set(refused) <= {403, 404, 405}
    bookkeeper = as_user("accounting.bookkeeper")
    assert bookkeeper.get("/accounting/audit-packs").status_code == 403


def test_a_pack_is_of_one_moment_though_others_post_meanwhile(
    kernel: Kernel, books: Tenant, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    write_table = writing._write_table

    def and_somebody_posts(*arguments: object) -> None:
        write_table(*arguments)  # type: ignore[arg-type]
        with kernel.session(books) as other:
            post(other, _sale(date(2026, 7, 1), "3", "Meanwhile", "SAR"))

    monkeypatch.setattr(writing, "_write_table", and_somebody_posts)
    with kernel.session(books) as session:
        verdict = run_verifier(make_pack(session, tmp_path / "busy.zip"))
    assert (verdict.status, verdict.problems) == (0, [])
