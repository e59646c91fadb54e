"""What the administrator set up: paper, fields of the company's own, a webhook, a saved view."""

from __future__ import annotations

from typing import Any, Final

from sqlalchemy.orm import Session

from core.addons.options import set_options
from core.custody.records import record_access, record_safekeeping
from core.custom.changing import create_field
from core.custom.definitions import FieldDefinition, Option, Rules
from core.printing import designs
from core.webhooks import managing
from core.webhooks.models import WebhookDelivery
from core.webhooks.queueing import queue
from pictures.companies.company import Company
from pictures.filling.clock import NOW
from pictures.filling.shop import pictured_order
from tests.fake_addons.showcase.shop.options import ShopOptions

_RAMPS: Final = Rules(
    options=(
        Option("ground", (("en", "Ground level"), ("ar", "مستوى الأرض"), ("bn", "মাটির সমান"))),
        Option("ramp", (("en", "Ramp"), ("ar", "منحدر"), ("bn", "র‍্যাম্প"))),
    )
)
_FIELDS: Final[tuple[dict[str, Any], ...]] = (
    {
        "resource": "shop.orders",
        "type": "datetime",
        "titles": (("en", "Deliver by"), ("ar", "التسليم قبل"), ("bn", "যার মধ্যে সরবরাহ")),
    },
    {
        "resource": "shop.customers",
        "type": "choice",
        "titles": (("en", "Loading place"), ("ar", "مكان التحميل"), ("bn", "মাল নামানোর জায়গা")),
        "rules": _RAMPS,
        "listed": True,
    },
    {
        "resource": "shop.customers",
        "type": "text",
        "titles": (("en", "Tax number"), ("ar", "الرقم الضريبي"), ("bn", "করদাতা নম্বর")),
        "rules": Rules(min_length=15, max_length=15),
        "searchable": True,
        "unique": True,
    },
)
_TABLES: Final = {"shop.orders": "shop.customer_order", "shop.customers": "shop.customer"}


def fill_settings(session: Session, company: Company) -> None:
    """All of it."""
    _letterhead(session, company)
    for number, given in enumerate(_FIELDS, start=1):
        item = FieldDefinition(id=0, version=0, name="", position=number * 10, **given)
        create_field(session, _TABLES[item.resource], item)
    set_options(session, ShopOptions, carrier_url="https://api.carrier.example/v2/parcels")
    _webhook(session)
    record_access(session, operator="operator@host.example", purpose="migrate", door="cli")
    record_safekeeping(
        session, "backup", place="nightly, second site", size=48_300_000, asked_by="schedule"
    )
    record_safekeeping(
        session, "restore", place="nightly, second site", size=48_300_000, asked_by="schedule"
    )


def _letterhead(session: Session, company: Company) -> None:
    texts = {
        "company": company.title,
        "address": company.address,
        "numbers": company.numbers,
        "contact": company.contact,
    }
    kept = designs.check_letterhead({"shared": {}, "texts": {company.locale: texts}})
    designs.save(session, designs.LETTERHEAD, "", kept, after=0)


def _webhook(session: Session) -> None:
    """One that a courier's program listens to, with a message that arrived and one that did not."""
    webhook, _ = managing.create(
        session,
        name="Courier",
        url="https://hooks.courier.example/aorabooks",
        events=["shop.orders.changed"],
    )
    order = pictured_order(session)
    for number, (status, state, answer) in enumerate(
        ((200, "delivered", "ok"), (503, "failed", "Service Unavailable"), (200, "delivered", "ok"))
    ):
        message = queue(
            session,
            webhook.id,
            "shop.orders.changed",
            f"msg_{order.id + number:08}",
            {"ids": [order.id + number]},
        )
        _settle(message, status, state, answer)


def _settle(message: WebhookDelivery, status: int, state: str, answer: str) -> None:
    message.state, message.status, message.answer = state, status, answer
    message.attempts, message.milliseconds = (1 if status == 200 else 10), 84
    message.next_at, message.ended_at = None, NOW
