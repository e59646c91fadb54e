"""Files come to an order: sniffed, bounded, kept once, looked into, given out safely, swept.

Among them are some that nobody would want: programs in disguise, names with tricks, scripts.
"""

from __future__ import annotations

import io
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from pathlib import Path
from typing import BinaryIO

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.addons.options import set_options
from core.api import InvalidInput, Verdict
from core.auth.models import User
from core.conversation import attachments, scanning, sniffing
from core.conversation.models import AttachedFile
from core.conversation.options import AttachmentOptions
from core.db.base import utc_now
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from tenants.testing.browser import AppTransport
from tenants.testing.tenants import fresh_tenant
from tests.fake_addons.showcase.shop.models import Customer, Order
from tests.workspace.conftest import Hire, Person

PNG = b"\x89PNG\r\n\x1a\n" + b"\x00\x00\x00\rIHDR" + bytes(17)
PDF = b"%PDF-1.7\n%\xe2\xe3\xcf\xd3\n1 0 obj\n<<>>\nendobj\n"
EXE = b"MZ\x90\x00" + bytes(60) + b"PE\x00\x00" + bytes(200)
READ = {"shop.order.read": "all"}
WRITE = {**READ, "shop.order.write": "all"}


@pytest.fixture(scope="module")
def order(kernel: Kernel, store: Tenant) -> str:
    """The path of an order."""
    with kernel.session(store) as session:
        order = Order(number="F-1", customer=Customer(name="Files"), date=date(2026, 11, 22))
        session.add(order)
        session.flush()
        return f"/shop/orders/{order.id}"


@pytest.fixture(scope="module")
def clerk(hire: Hire) -> Person:
    return hire(WRITE)


def attach(person: Person, order: str, name: str, content: bytes) -> httpx.Response:
    return person.api.post(f"/api/v1{order}/attachments", files={"file": (name, content)})


def listed(person: Person, order: str) -> dict[str, dict]:
    found = person.api.get(f"/api/v1{order}/attachments").json()["data"]
    return {one["name"]: one for one in found}


@pytest.mark.parametrize(
    ("name", "content", "media_type"),
    [
        ("photo.png", PNG, "image/png"),
        ("photo.jpg", PNG, "image/png"),  # badly named, and still a picture
        ("paper.PDF", PDF, "application/pdf"),
        ("عقد 👍.pdf", PDF + b"1", "application/pdf"),
        ("list.csv", "اسم,قيمة\n".encode(), "text/csv"),
        ("page.html", b"<script>alert(1)</script>", "text/html"),
        ("drawing.svg", b"<svg xmlns='http://www.w3.org/2000/svg'/>", "image/svg+xml"),
        ("unknown.xyz", b"\x00\x01\x02", "application/octet-stream"),
        ("noending", b"just words", "application/octet-stream"),
    ],
)
def test_a_file_is_kept_with_the_type_that_its_bytes_tell(
    clerk: Person, order: str, name: str, content: bytes, media_type: str
) -> None:
    made = attach(clerk, order, name, content)
    assert made.status_code == 201, made.text
    assert (made.json()["name"], made.json()["media_type"]) == (name, media_type)
    got = clerk.api.get(made.json()["content"])
    assert got.content == content
    assert got.headers["x-content-type-options"] == "nosniff"


def test_an_office_document_is_told_from_the_archive_that_it_is(clerk: Person, order: str) -> None:
    packed = io.BytesIO()
    with zipfile.ZipFile(packed, "w") as archive:
        archive.writestr("[Content_Types].xml", "<Types/>")
        archive.writestr("xl/workbook.xml", "<workbook/>")
    made = attach(clerk, order, "figures.xlsx", packed.getvalue())
    assert made.status_code == 201, made.text
    assert made.json()["media_type"].endswith("spreadsheetml.sheet")


@pytest.mark.parametrize(
    ("name", "content", "words"),
    [
        ("empty.txt", b"", "is empty"),
        ("invoice.pdf", EXE, "holds a file of the kind EXE"),
        ("invoice.pdf", b"no pdf at all", "is not a PDF file"),
        ("picture.png", PDF, "holds a file of the kind PDF"),
        ("notes.txt", EXE, "holds a file of the kind EXE"),
        ("setup.exe", EXE, "are not taken here"),
        ("run.bat", b"del *", "are not taken here"),
    ],
)
def test_a_file_that_is_not_what_its_name_says_is_refused(
    clerk: Person, order: str, name: str, content: bytes, words: str
) -> None:
    refused = attach(clerk, order, name, content)
    assert refused.status_code == 422
    problem = refused.json()
    assert words in problem["detail"]
    assert problem["errors"][0]["field"] == "file"
    assert problem["fix"]


@pytest.mark.parametrize(
    ("sent", "kept"),
    [
        ("../../etc/passwd", "passwd"),
        ("..\\..\\windows\\win.ini", "win.ini"),
        ("a\x00b.txt", "ab.txt"),
        ("line\r\nbreak.txt", "linebreak.txt"),
        ("cod\u202egpj.exe.txt", "codgpj.exe.txt"),
        ("  .hidden  ", "hidden"),
        ("x" * 400 + ".pdf", "x" * 176 + ".pdf"),
        ("فاتورة 🧾.txt", "فاتورة 🧾.txt"),
    ],
)
def test_names_lose_their_tricks_and_keep_their_letters(sent: str, kept: str) -> None:
    assert sniffing.fit_name(sent) == kept


@pytest.mark.parametrize("name", ["", "/", "...", "\x00", "\u202e"])
def test_a_name_of_nothing_is_refused(name: str) -> None:
    with pytest.raises(InvalidInput):
        sniffing.fit_name(name)


@given(st.text(max_size=300))
def test_any_name_is_refused_or_safe_and_stays_as_it_became(name: str) -> None:
    try:
        kept = sniffing.fit_name(name)
    except InvalidInput:
        return
    assert 0 < len(kept) <= sniffing.LONGEST_NAME
    assert not set(kept) & set("/\\\x00\r\n\u202e")
    assert kept not in (".", "..")
    kept.encode()
    assert sniffing.fit_name(kept) == kept


def test_a_record_gets_the_same_file_once_and_the_company_stores_it_once(
    kernel: Kernel, store: Tenant, clerk: Person, order: str
) -> None:
    content = b"the very same words"
    first = attach(clerk, order, "same.txt", content).json()
    again = attach(clerk, order, "same.txt", content).json()
    other = attach(clerk, order, "other name.txt", content).json()
    assert first["id"] == again["id"] != other["id"]
    with kernel.session(store) as session:
        files = select(AttachedFile).where(AttachedFile.digest == first["sha256"])
        assert len(session.scalars(files).all()) == 1


def test_what_could_hold_script_is_never_shown_only_saved(clerk: Person, order: str) -> None:
    for name, content in (
        ("evil.html", b"<script>alert(document.cookie)</script>"),
        ("evil.svg", b"<svg xmlns='http://www.w3.org/2000/svg'><script>1</script></svg>"),
    ):
        made = attach(clerk, order, name, content).json()
        got = clerk.http.get(f"{order}/conversation/attachments/{made['id']}?show")
        assert got.headers["content-disposition"].startswith("attachment;")
        assert got.headers["content-type"] == "application/octet-stream"
        assert "sandbox" in got.headers.get_list("content-security-policy")[0]


def test_pictures_and_papers_are_shown_where_they_can_do_no_harm(clerk: Person, order: str) -> None:
    picture = attach(clerk, order, "shown.png", PNG + b"1").json()
    shown = clerk.http.get(f"{order}/conversation/attachments/{picture['id']}?show")
    assert shown.headers["content-disposition"].startswith("inline;")
    assert shown.headers["content-type"] == "image/png"
    assert any("sandbox" in held for held in shown.headers.get_list("content-security-policy"))
    saved = clerk.http.get(f"{order}/conversation/attachments/{picture['id']}")
    assert saved.headers["content-disposition"].startswith("attachment;")
    paper = attach(clerk, order, "shown.pdf", PDF + b"2").json()
    shown = clerk.http.get(f"{order}/conversation/attachments/{paper['id']}?show")
    assert shown.headers["content-type"] == "application/pdf"
    assert all(
        "default-src 'none'" in held for held in shown.headers.get_list("content-security-policy")
    )


def test_nobody_gets_a_file_of_a_record_that_they_may_not_read(
    clerk: Person, hire: Hire, order: str
) -> None:
    made = attach(clerk, order, "private.txt", b"private").json()
    own_only = hire({"shop.order.read": "own", "shop.order.write": "own"})
    paths = (made["content"], f"{order}/conversation/attachments/{made['id']}")
    assert own_only.api.get(paths[0]).status_code == 404
    assert own_only.http.get(paths[1]).status_code == 404
    assert own_only.api.delete(paths[0].removesuffix("/content")).status_code == 404


def test_a_file_is_reached_by_its_own_record_alone(
    kernel: Kernel, store: Tenant, clerk: Person, order: str
) -> None:
    made = attach(clerk, order, "mine.txt", b"mine").json()
    with kernel.session(store) as session:
        customer = session.scalars(select(Customer.id).limit(1)).one()
        other = Order(number="F-2", customer_id=customer, date=date(2026, 11, 22))
        session.add(other)
        session.flush()
        path = f"/shop/orders/{other.id}"
    assert clerk.api.get(f"/api/v1{path}/attachments/{made['id']}/content").status_code == 404


def test_another_company_has_neither_the_file_nor_its_bytes(
    kernel: Kernel, store: Tenant, transport: AppTransport, clerk: Person, order: str
) -> None:
    made = attach(clerk, order, "ours.txt", b"ours alone").json()
    elsewhere = httpx.Client(transport=transport, base_url="https://other.localhost")
    elsewhere.headers["authorization"] = clerk.api.headers["authorization"]
    with elsewhere, fresh_tenant(kernel, "other") as other:
        assert elsewhere.get(made["content"]).status_code == 401
        with kernel.session(other) as session, pytest.raises(Exception, match="does not exist"):
            scanning.open_file(session, made["sha256"], area=scanning.AREA)


def test_ones_own_file_is_deleted_and_others_by_permission_and_a_trace_stays(
    kernel: Kernel, store: Tenant, clerk: Person, hire: Hire, order: str
) -> None:
    made = attach(clerk, order, "go away.txt", b"go away").json()
    reader, remover = hire(READ), hire(WRITE)
    url = f"/api/v1{order}/attachments/{made['id']}"
    assert reader.api.delete(url).status_code == 403
    assert remover.api.delete(url).status_code == 204
    assert remover.api.delete(url).status_code == 404
    with kernel.session(store) as session:
        name = session.get_one(User, remover.user_id).name
    shown = clerk.http.get(f"{order}/history").text
    assert "deleted the file" in shown
    assert name in shown


def test_what_is_larger_than_the_company_allows_is_refused_unread(
    kernel: Kernel, store: Tenant, clerk: Person, order: str
) -> None:
    with limits(kernel, store, largest_file_mb=1):
        refused = attach(clerk, order, "large.bin", bytes(2**20 + 1))
        assert refused.status_code == 422
        assert "larger than 1 MB" in refused.json()["detail"]
        refused = attach(clerk, order, "larger.bin", bytes(3 * 2**20))
        assert refused.status_code == 413
        announced = clerk.api.build_request(
            "POST",
            f"/api/v1{order}/attachments",
            headers={
                "content-type": "multipart/form-data; boundary=x",
                "content-length": str(2 * 2**30),
            },
            content=b"",
        )
        assert clerk.api.send(announced).status_code == 413


def test_the_company_has_so_much_room_and_no_more(
    kernel: Kernel, store: Tenant, clerk: Person, order: str
) -> None:
    with kernel.session(store) as session:
        used = attachments.room(session).used
    with limits(kernel, store, all_files_mb=used // 2**20 + 1):
        refused = attach(clerk, order, "too much.bin", bytes(2 * 2**20))
        assert refused.status_code == 422
        assert "no more room" in refused.json()["detail"]


class PlainScanner:
    """Finds the word virus, and cannot read what begins with a question mark."""

    def scan(self, session: Session, name: str, file: BinaryIO) -> Verdict:
        content = file.read()
        if content.startswith(b"?"):
            return Verdict("unreadable", "locked with a password")
        return Verdict("infected", "Test.Virus") if b"virus" in content else Verdict("clean")


def test_files_wait_for_the_scanner_and_bad_ones_are_locked_away(
    kernel: Kernel,
    store: Tenant,
    clerk: Person,
    order: str,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr(scanning, "extensions", lambda *_: {"plain": PlainScanner()})
    sent = {"good.txt": b"good words", "bad.txt": b"a virus", "locked.txt": b"? what"}
    for name, content in sent.items():
        assert attach(clerk, order, name, content).json()["state"] == "waiting"
    waiting = listed(clerk, order)["good.txt"]
    refused = clerk.api.get(waiting["content"])
    assert (refused.status_code, "still being checked" in refused.text) == (409, True)
    work_off(kernel, store)
    found = listed(clerk, order)
    assert {name: found[name]["state"] for name in sent} == {
        "good.txt": "ready",
        "bad.txt": "quarantined",
        "locked.txt": "quarantined",
    }
    assert clerk.api.get(found["good.txt"]["content"]).content == b"good words"
    for name, words in (("bad.txt", "Test.Virus"), ("locked.txt", "locked with a password")):
        locked = clerk.api.get(found[name]["content"])
        assert locked.status_code == 409
        assert words in locked.json()["detail"]
    assert "In quarantine: infected: Test.Virus" in clerk.http.get(f"{order}/history").text


def test_files_that_nothing_names_leave_the_disk_after_some_days_and_others_stay(
    kernel: Kernel, store: Tenant, clerk: Person, order: str
) -> None:
    gone = attach(clerk, order, "swept.txt", b"swept away").json()
    kept = attach(clerk, order, "kept.txt", b"kept here").json()
    path = files_of(kernel, store) / gone["sha256"][:2] / gone["sha256"]
    assert path.is_file()
    clerk.api.delete(f"/api/v1{order}/attachments/{gone['id']}")
    sweep(kernel, store)
    assert path.is_file(), "for a restore of the database"
    with kernel.session(store) as session:
        long_ago = utc_now() - timedelta(days=attachments.KEEP_DAYS + 1)
        let_go = AttachedFile.let_go_at.is_not(None)
        session.execute(update(AttachedFile).where(let_go).values(let_go_at=long_ago))
    back = attach(clerk, order, "back.txt", b"swept away").json()
    sweep(kernel, store)
    assert path.is_file(), "attached again meanwhile"
    clerk.api.delete(f"/api/v1{order}/attachments/{back['id']}")
    sweep(kernel, store)
    with kernel.session(store) as session:
        session.execute(update(AttachedFile).where(let_go).values(let_go_at=long_ago))
    sweep(kernel, store)
    assert not path.exists()
    assert clerk.api.get(kept["content"]).content == b"kept here"


def test_without_a_script_files_go_by_an_ordinary_form(clerk: Person, order: str) -> None:
    sent = clerk.http.post(
        f"{order}/conversation/attachments",
        data={"csrf_token": clerk.csrf},
        files=[("file", ("one.txt", b"one")), ("file", ("two.txt", b"two"))],
    )
    assert (sent.status_code, sent.headers["location"]) == (303, f"{order}/history#conversation")
    assert {"one.txt", "two.txt"} <= listed(clerk, order).keys()
    forged = clerk.http.post(
        f"{order}/conversation/attachments", files={"file": ("three.txt", b"three")}
    )
    assert forged.status_code == 403


def sweep(kernel: Kernel, store: Tenant) -> None:
    with kernel.session(store) as session:
        attachments.sweep(session)


def files_of(kernel: Kernel, store: Tenant) -> Path:
    return kernel.config.var / "files" / store.id / scanning.AREA


@contextmanager
def limits(kernel: Kernel, store: Tenant, **changes: int) -> Iterator[None]:
    """Other limits than usual, for a while."""
    with kernel.session(store) as session:
        set_options(session, AttachmentOptions, **changes)
    yield
    defaults = AttachmentOptions()
    with kernel.session(store) as session:
        set_options(session, AttachmentOptions, **{n: getattr(defaults, n) for n in changes})
