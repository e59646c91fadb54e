"""Another system is told what happens: signed, once, again after failures, and again on request.

The receiver is a real HTTP server on a real socket; it checks signatures by the published rule.
"""

from __future__ import annotations

import base64
import hmac
import json
import re
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass, field, replace
from datetime import date, timedelta
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from playwright.sync_api import Page, expect
from sqlalchemy import select, update
from sqlalchemy.orm import Session

from core.api import utc_now
from core.jobs.models import Job
from core.jobs.serving import work_off
from core.kernel import Kernel
from core.tenancy.tenant import Tenant
from core.webhooks import managing
from core.webhooks.delivering import PATIENCE, PAUSES
from core.webhooks.models import Webhook, WebhookDelivery
from core.webhooks.targets import Unreachable, check_url, resolve
from tests.chrome import fits, violations
from tests.fake_addons.showcase.shop.models import Customer
from tests.workspace.conftest import Hire, Person

PAGE = "/settings/webhooks"
CUSTOMERS = "shop.customers.changed"


@dataclass
class Receiver:
    """A system that is told things; answers with `status`."""

    url: str = ""
    status: int = 200
    heard: list[tuple[dict[str, str], bytes]] = field(default_factory=list)

    def messages(self, secret: str) -> list[dict]:
        """What was heard, each checked against its signature."""
        key = base64.b64decode(secret.removeprefix("whsec_"))
        for headers, body in self.heard:
            signed = f"{headers['webhook-id']}.{headers['webhook-timestamp']}.".encode() + body
            expected = base64.b64encode(hmac.digest(key, signed, "sha256")).decode()
            assert headers["webhook-signature"] == f"v1,{expected}"
            assert abs(int(headers["webhook-timestamp"]) - time.time()) < 60
        return [json.loads(body) for _, body in self.heard]


@pytest.fixture
def receiver() -> Iterator[Receiver]:
    ear = Receiver()

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            ear.heard.append(({k.lower(): v for k, v in self.headers.items()}, body))
            self.send_response(ear.status)
            if ear.status == 302:
                self.send_header("location", f"{ear.url}/elsewhere")
            self.end_headers()
            self.wfile.write(b"thank you" if ear.status == 200 else b"no <b>thanks</b>")

        def log_message(self, *_: object) -> None:
            """Say nothing."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    ear.url = f"http://127.0.0.1:{server.server_port}/hook"
    yield ear
    server.shutdown()
    thread.join()
    server.server_close()


@pytest.fixture(autouse=True)
def inside_is_allowed(kernel: Kernel, monkeypatch: pytest.MonkeyPatch) -> None:
    """The operator lets webhooks lead into the own network, where the receiver is."""
    private = replace(kernel.config, private_webhooks=True)
    monkeypatch.setattr(type(kernel), "config", private, raising=False)


@pytest.fixture
def told(kernel: Kernel, store: Tenant, receiver: Receiver) -> Iterator[tuple[int, str]]:
    """A webhook for changes of customers: its id and its secret."""
    with kernel.session(store) as session:
        webhook, secret = managing.create(
            session, name="Warehouse", url=receiver.url, events=[CUSTOMERS]
        )
    kernel.webhooks.forget(store.id)
    yield webhook.id, secret
    with kernel.session(store) as session:
        session.delete(managing.find(session, webhook.id))


def add_customer(kernel: Kernel, store: Tenant, name: str) -> int:
    with kernel.session(store) as session:
        customer = Customer(name=name, since=date(2026, 11, 22))
        session.add(customer)
        session.flush()
        return customer.id


def deliveries(session: Session, webhook_id: int) -> list[WebhookDelivery]:
    mine = select(WebhookDelivery).where(WebhookDelivery.webhook_id == webhook_id)
    return list(session.scalars(mine.order_by(WebhookDelivery.id)))


def make_due(kernel: Kernel, store: Tenant) -> None:
    """Let the pauses between tries be over."""
    with kernel.session(store) as session:
        session.execute(update(Job).where(Job.state == "queued").values(run_at=utc_now()))


def test_what_happens_is_told_once_and_signed(
    kernel: Kernel, store: Tenant, receiver: Receiver, told: tuple[int, str]
) -> None:
    customer = add_customer(kernel, store, "Amal")
    assert receiver.heard == [], "nothing is sent from within the transaction"
    assert work_off(kernel, store) == 1
    (message,) = receiver.messages(told[1])
    assert message["type"] == CUSTOMERS
    assert message["data"] == {"resource": "shop.customers", "ids": [str(customer)]}
    assert work_off(kernel, store) == 0
    with kernel.session(store) as session:
        (delivery,) = deliveries(session, told[0])
        assert (delivery.state, delivery.status, delivery.answer) == ("delivered", 200, "thank you")


def test_nothing_is_told_of_what_was_undone(
    kernel: Kernel, store: Tenant, receiver: Receiver, told: tuple[int, str]
) -> None:
    with kernel.session(store) as session:
        session.add(Customer(name="Nobody", since=date(2026, 11, 22)))
        session.flush()
        session.rollback()
    assert work_off(kernel, store) == 0
    assert receiver.heard == []


def test_a_refusal_is_tried_again_under_the_same_id_until_it_is_taken(
    kernel: Kernel, store: Tenant, receiver: Receiver, told: tuple[int, str]
) -> None:
    receiver.status = 503
    add_customer(kernel, store, "Basma")
    work_off(kernel, store)
    assert work_off(kernel, store) == 0, "the next try waits for its time"
    make_due(kernel, store)
    receiver.status = 200
    work_off(kernel, store)
    assert len(receiver.messages(told[1])) == 2
    assert len({headers["webhook-id"] for headers, _ in receiver.heard}) == 1
    assert len({body for _, body in receiver.heard}) == 1
    with kernel.session(store) as session:
        (delivery,) = deliveries(session, told[0])
        assert (delivery.state, delivery.attempts) == ("delivered", 2)


def test_what_is_refused_for_days_is_given_up_shown_and_sent_again_at_a_click(
    kernel: Kernel, store: Tenant, receiver: Receiver, told: tuple[int, str], admin: Person
) -> None:
    receiver.status = 500
    with kernel.session(store) as session:
        managing.find(session, told[0]).failing_since = utc_now() - PATIENCE - timedelta(hours=1)
    add_customer(kernel, store, "Dina")
    for _ in range(len(PAUSES) + 1):
        work_off(kernel, store)
        make_due(kernel, store)
    assert len(receiver.heard) == len(PAUSES) + 1
    with kernel.session(store) as session:
        (delivery,) = deliveries(session, told[0])
        assert delivery.state == "failed"
        assert not managing.find(session, told[0]).is_active
    page = admin.http.get("/settings/repairs").text
    assert "“Warehouse” does not take what it is told" in page
    assert "no &lt;b&gt;thanks" in admin.http.get(f"{PAGE}/{told[0]}").text
    receiver.status = 200
    done = admin.post("/settings/repairs/core", {"key": f"webhook:{told[0]}"})
    assert done.status_code == 303
    work_off(kernel, store)
    with kernel.session(store) as session:
        assert [each.state for each in deliveries(session, told[0])] == ["delivered"]


@pytest.mark.parametrize("status", [410, 302])
def test_gone_is_final_and_a_redirect_is_not_followed(
    kernel: Kernel, store: Tenant, receiver: Receiver, told: tuple[int, str], status: int
) -> None:
    receiver.status = status
    add_customer(kernel, store, f"Emad {status}")
    work_off(kernel, store)
    assert len(receiver.heard) == 1
    with kernel.session(store) as session:
        assert managing.find(session, told[0]).is_active == (status != 410)
        assert deliveries(session, told[0])[0].state == ("failed" if status == 410 else "queued")


def test_an_event_of_an_addon_is_told_with_its_content(
    kernel: Kernel, store: Tenant, receiver: Receiver, admin: Person
) -> None:
    sent = {"name": "Auditor", "url": receiver.url, "events": "accounting.EntryPosted"}
    made = admin.post(f"{PAGE}/new", sent)
    assert made.status_code == 200, made.text
    secret = re.search(r"whsec_[\w+/=]+", made.text)
    assert secret is not None
    with kernel.session(store) as session:
        webhook = session.scalars(select(Webhook).where(Webhook.name == "Auditor")).one()
        assert secret[0] not in webhook.secret
    assert secret[0] not in admin.http.get(f"{PAGE}/{webhook.id}").text
    tested = admin.post(f"{PAGE}/{webhook.id}/test", {})
    assert tested.status_code == 303
    assert [message["type"] for message in receiver.messages(secret[0])] == ["core.webhook_test"]
    renewed = admin.post(f"{PAGE}/{webhook.id}/secret", {}).text
    assert secret[0] not in renewed
    asked = admin.post(f"{PAGE}/{webhook.id}/delete", {})
    assert "Remove “Auditor”" in asked.text
    done = admin.post(f"{PAGE}/{webhook.id}/delete", {"confirm": f"webhook-{webhook.id}"})
    assert done.status_code == 303


def test_a_wrong_form_names_each_field_and_keeps_what_was_typed(admin: Person) -> None:
    wrong = admin.post(f"{PAGE}/new", {"name": "", "url": "ftp://x", "events": "no.such"})
    assert wrong.status_code == 422
    for problem in ("name-problem", "url-problem", "events-problem", "ftp://x"):
        assert problem in wrong.text


@pytest.mark.parametrize(
    "url",
    [
        "https://127.0.0.1/hook",
        "https://10.0.0.5/hook",
        "https://[::1]/hook",
        "https://[::ffff:10.0.0.1]/",
        "https://[64:ff9b::10.0.0.1]/",
        "https://[2002:a00:1::1]/",
        "https://[2001:0:4136:e378:8000:63bf:3fff:fdd2]/",
        "https://169.254.169.254/latest/meta-data",
        "http://example.com/hook",
        "https://user:pass@example.com/",
        "file:///etc/passwd",
        "https://",
        "x" * 3000,
    ],
)
def test_an_address_that_leads_inside_is_refused(url: str) -> None:
    with pytest.raises(Exception, match=r".+") as refused:
        check_url(url, private=False)
    assert refused.typename == "InvalidInput"


def test_a_name_that_leads_inside_is_not_called() -> None:
    with pytest.raises(Unreachable, match="private network"):
        resolve("https://localhost/hook", private=False)


def test_who_may_not_manage_webhooks_sees_none(hire: Hire, told: tuple[int, str]) -> None:
    clerk = hire({"shop.order.read": "all"})
    assert clerk.http.get(PAGE).status_code == 403
    assert clerk.http.get(f"{PAGE}/{told[0]}").status_code == 403
    assert clerk.post(f"{PAGE}/{told[0]}/test", {}).status_code == 403


@pytest.mark.browser
def test_the_pages_can_be_used_by_everybody(
    desk: Page,
    address: str,
    kernel: Kernel,
    store: Tenant,
    receiver: Receiver,
    told: tuple[int, str],
) -> None:
    add_customer(kernel, store, "Farah")
    work_off(kernel, store)
    for path in ("", "/new", f"/{told[0]}"):
        desk.goto(f"{address}{PAGE}{path}")
        for width in (1200, 360):
            assert fits(desk, width)
            assert violations(desk) == []
    desk.get_by_role("button", name="Send a test").click()
    expect(desk.locator("main")).to_contain_text("It was taken (200).")
