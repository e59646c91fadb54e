"""A company under a reseller's brand, and a look at every byte that it receives."""

from __future__ import annotations

import io
import re
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, replace
from email.message import EmailMessage
from html import unescape
from typing import Any
from zipfile import ZipFile

import httpx
from pypdf import PdfReader

from core.auth.users import ADMIN_ROLE
from core.config import Config
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.web.app import Application
from core.web.sample.filling import fill_sample
from tenants.control import control
from tenants.testing.browser import AppTransport, open_browser, sign_in
from tests.auth.mail_server import MailServer, mail_server
from tests.workspace.sales import add_orders

VENDOR = b"aora"
PLATFORM = b".localhost"
"""Below it the platform serves whoever has no brand, in production at a domain of the vendor's."""
DOMAIN = "books.nordwind.example"
BRAND = {
    "name": "Nordwind Books",
    "short_name": "Nordwind",
    "accent_light": "#8a1c4a",
    "accent_dark": "#f08ab4",
    "domain": DOMAIN,
    "sender_name": "Nordwind",
    "sender_address": "hello@nordwind.example",
    "login_text": "New here? Call us: 06 555 0100.",
    "docs_url": "https://nordwind.example/help",
    "support_url": "https://nordwind.example/support",
}
LOGO = (
    b'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 120 40">'
    b'<path d="M0 40 20 0l20 40z" style="fill:#8a1c4a"/><rect x="50" y="16" width="70" height="8"/>'
    b"</svg>"
)


@dataclass(frozen=True)
class Place:
    """The platform with a mail server, seen by a signed-in administrator of a branded company."""

    kernel: Kernel
    tenant: Tenant
    transport: AppTransport
    mails: MailServer
    person: httpx.Client
    stranger: httpx.Client
    brand_id: int


@contextmanager
def branded(kernel: Kernel, store: Tenant) -> Iterator[Place]:
    """The store with sample data in all of its addons, after the operator gave it a brand."""
    with mail_server() as mails:
        url = f"smtp://127.0.0.1:{mails.port}?from=books@example.com"
        config: Config = replace(kernel.config, smtp_url=url, private_webhooks=True)
        mailing = replace(kernel, config=config)
        app = Application(mailing)
        transport = AppTransport(app)
        add_orders(kernel, store)
        with mailing.session(store) as session:
            fill_sample(session, demo=True)
        with (
            open_browser(transport, "app.localhost") as operator,
            open_browser(transport, f"{store.slug}.{DOMAIN}") as person,
            open_browser(transport, f"{store.slug}.{DOMAIN}") as stranger,
        ):
            sign_in(kernel, control(kernel), operator, [ADMIN_ROLE])
            brand_id = _brand(operator, store)
            kernel.directory.forget()
            tenant = kernel.directory.find_slug(store.slug)
            assert tenant is not None
            sign_in(kernel, tenant, person, [ADMIN_ROLE])
            yield Place(mailing, tenant, transport, mails, person, stranger, brand_id)
        transport.shut_down()
        app.close()


def _brand(operator: httpx.Client, store: Tenant) -> int:
    """The operator makes a brand, gives it a logo, and gives it to the company."""
    made = operator.post(
        "/api/v1/tenants/brands", json=BRAND, headers={"idempotency-key": f"brand-{store.id}"}
    )
    assert made.status_code == 201, made.text
    brand_id = made.json()["id"]
    kept = operator.post(
        f"/tenants/brands/{brand_id}/look",
        data={name: value for name, value in BRAND.items() if name != "domain"},
        files={"logo": ("logo.svg", LOGO, "image/svg+xml")},
    )
    assert kept.status_code == 303, kept.text
    address = f"/api/v1/tenants/organizations/{store.id}"
    etag = operator.get(address).headers["etag"]
    given = operator.patch(
        address,
        json={"brand_id": brand_id},
        headers={"if-match": etag, "idempotency-key": f"given-{store.id}"},
    )
    assert given.status_code == 200, given.text
    return brand_id


def bytes_of(answer: httpx.Response) -> bytes:
    """Everything in an answer: its headers, cookies among them, and what it holds, unpacked."""
    head = b"\n".join(name + b": " + value for name, value in answer.headers.raw)
    return head + b"\n" + unpacked(answer.content)


def unpacked(content: bytes) -> bytes:
    """The content, with the members of an archive and the texts of a PDF."""
    if content.startswith(b"PK"):
        with ZipFile(io.BytesIO(content)) as archive:
            parts = [unpacked(archive.read(name)) for name in archive.namelist()]
            return b"\n".join([*parts, *(name.encode() for name in archive.namelist())])
    if content.startswith(b"%PDF"):
        reader = PdfReader(io.BytesIO(content))
        told = "\n".join(page.extract_text() for page in reader.pages)
        return content + f"{told}\n{reader.metadata}".encode()
    return content


def check(answer: httpx.Response) -> httpx.Response:
    """Fail if an answer names the vendor or the platform's domain anywhere; where, says the
    message."""
    held = bytes_of(answer)
    for name in (VENDOR, PLATFORM):
        found = held.lower().find(name)
        assert found < 0, (str(answer.request.url), held[max(0, found - 80) : found + 80])
    return answer


def paths_on(html: str) -> set[str]:
    """The addresses of this host that a page leads to or loads."""
    found = re.findall(r'(?:href|src|action|hx-get|data-url)="(/[^"]*)"', html)
    return {unescape(path).partition("#")[0] for path in found}


def kind_of(path: str) -> str:
    """The page, whichever record it shows and however it is sorted."""
    return re.sub(r"(?<=/)\d+(?=/|$)", "0", path.partition("?")[0])


def check_mail(message: EmailMessage) -> EmailMessage:
    """Fail if a mail names the vendor: in its headers, its text or a file that goes with it."""
    parts = (part.get_payload(decode=True) for part in message.walk())
    held = [unpacked(part) for part in parts if isinstance(part, bytes)]
    whole = b"\n".join([bytes(message), *held]).lower()
    assert VENDOR not in whole, message["Subject"]
    assert PLATFORM not in whole, message["Subject"]
    return message


def check_maker(pdf: bytes) -> None:
    """Fail if a PDF names anybody but the brand as its maker."""
    told: Any = PdfReader(io.BytesIO(pdf)).metadata
    assert (told.creator, told.producer) == (BRAND["name"], BRAND["name"])
