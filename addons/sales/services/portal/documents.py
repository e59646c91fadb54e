"""The documents that a guest sees, each bounded to what is theirs. Drafts are nobody's yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Final, Literal

from sqlalchemy import Select, exists, func, or_, select
from sqlalchemy.orm import Session, selectinload

from addons.sales.models import (
    Delivery,
    Invoice,
    InvoiceLine,
    OpenDocument,
    OrderAnswer,
    Payment,
    SalesOrder,
)
from addons.sales.services.amounts import ZERO
from addons.sales.services.portal.guests import Guest, belonging
from core.api import NotFound, phrase

Kind = Literal["quotations", "orders", "deliveries", "invoices", "payments"]
KINDS: Final[tuple[Kind, ...]] = ("quotations", "orders", "deliveries", "invoices", "payments")
PAGE: Final = 25
_MODELS: Final[dict[str, Any]] = {
    "quotations": SalesOrder,
    "orders": SalesOrder,
    "deliveries": Delivery,
    "invoices": Invoice,
    "payments": Payment,
}
_ANSWERED: Final = exists(
    select(OrderAnswer.id).where(
        OrderAnswer.order_id == SalesOrder.id,
        OrderAnswer.quote_version == SalesOrder.quote_version,
    )
)


@dataclass(frozen=True, slots=True)
class Wish:
    """What a list is narrowed to: words in number or reference, days, and `only` what waits for
    the customer."""

    text: str = ""
    since: date | None = None
    until: date | None = None
    only: bool = False
    page: int = 1


def list_documents(
    session: Session, guest: Guest, kind: Kind, wish: Wish
) -> tuple[list[Any], bool]:
    """A page of a guest's documents, the latest first, and whether there are more."""
    model = _MODELS[kind]
    statement = belonging(select(model), model, guest).where(*_shown(kind))
    if wish.text:
        pattern = f"%{_escaped(wish.text)}%"
        fields = [model.number.ilike(pattern)]
        if hasattr(model, "reference"):
            fields.append(model.reference.ilike(pattern))
        statement = statement.where(or_(*fields))
    if wish.since is not None:
        statement = statement.where(model.day >= wish.since)
    if wish.until is not None:
        statement = statement.where(model.day <= wish.until)
    if wish.only:
        statement = statement.where(*_waiting(kind))
    statement = statement.order_by(model.day.desc(), model.id.desc())
    rows = session.scalars(statement.limit(PAGE + 1).offset((wish.page - 1) * PAGE)).all()
    return list(rows[:PAGE]), len(rows) > PAGE


def _shown(kind: Kind) -> tuple[Any, ...]:
    if kind == "quotations":
        closed = SalesOrder.state == "lost"
        return (or_(SalesOrder.state == "sent", closed & _ANSWERED),)
    if kind == "orders":
        return (SalesOrder.confirmed_at.is_not(None),)
    if kind == "deliveries":
        return (Delivery.state == "posted",)
    if kind == "invoices":
        return (Invoice.state == "posted",)
    return (Payment.state == "posted",)


def _waiting(kind: Kind) -> tuple[Any, ...]:
    """What waits: a quotation for its answer, an order for its goods, an invoice for its money."""
    if kind == "quotations":
        return (SalesOrder.state == "sent",)
    if kind == "orders":
        return (SalesOrder.state == "confirmed", SalesOrder.delivery_progress != "all")
    if kind == "invoices":
        return (Invoice.kind == "invoice", Invoice.payment_progress != "paid")
    return ()


def _escaped(text: str) -> str:
    kept = text.replace("\\", "\\\\").replace("%", r"\%").replace("_", r"\_")
    return kept.replace("\x00", "")


def own_order(session: Session, guest: Guest, order_id: int) -> SalesOrder:
    """A guest's quotation or order that was sent or confirmed at some time, in whatever state it is
    now; raises NotFound."""
    known = SalesOrder.number.is_not(None)
    found = select(SalesOrder).where(SalesOrder.id == order_id, known)
    return _one(
        session, belonging(found, SalesOrder, guest).options(selectinload(SalesOrder.lines))
    )


def is_veiled(order: SalesOrder, answer: OrderAnswer | None) -> bool:
    """Whether the customer may not see what an order says now: it is being written anew, or was
    closed in a state that they may never have got. `answer` is that to its present version."""
    if order.confirmed_at is not None or order.state == "sent":
        return False
    return answer is None


def own_invoice(session: Session, guest: Guest, invoice_id: int) -> Invoice:
    """A guest's posted invoice or credit note; raises NotFound."""
    found = select(Invoice).where(Invoice.id == invoice_id, Invoice.state == "posted")
    return _one(session, belonging(found, Invoice, guest))


def own_delivery(session: Session, guest: Guest, delivery_id: int) -> Delivery:
    """A delivery that left for a guest; raises NotFound."""
    found = select(Delivery).where(Delivery.id == delivery_id, Delivery.state == "posted")
    return _one(session, belonging(found, Delivery, guest))


def own_payment(session: Session, guest: Guest, payment_id: int) -> Payment:
    """A posted payment of a guest; raises NotFound."""
    found = select(Payment).where(Payment.id == payment_id, Payment.state == "posted")
    return _one(session, belonging(found, Payment, guest))


def deliveries_of(session: Session, guest: Guest, order_id: int) -> list[Delivery]:
    """What left for an order of this guest."""
    found = select(Delivery).where(Delivery.order_id == order_id, Delivery.state == "posted")
    return list(session.scalars(belonging(found, Delivery, guest).order_by(Delivery.id)))


def invoices_of(session: Session, guest: Guest, order_id: int) -> list[Invoice]:
    """The posted invoices of an order of this guest."""
    of_order = select(InvoiceLine.invoice_id).where(InvoiceLine.order_id == order_id)
    found = select(Invoice).where(Invoice.id.in_(of_order), Invoice.state == "posted")
    return list(session.scalars(belonging(found, Invoice, guest).order_by(Invoice.id)))


def _one(session: Session, statement: Select[Any]) -> Any:
    found = session.scalars(statement).one_or_none()
    if found is None:
        # The same for what is not there and what is somebody else's.
        raise NotFound(
            phrase("There is no such document."), fix=phrase("Go on from the list of yours.")
        )
    return found


@dataclass(frozen=True, slots=True)
class Standing:
    """What is open in one currency: owed less what is to the customer's credit, and how much of
    the owed is overdue."""

    currency: str
    owed: Decimal
    credit: Decimal
    overdue: Decimal

    @property
    def balance(self) -> Decimal:
        """What the customer would have to pay to owe nothing."""
        return self.owed - self.credit


def open_documents(session: Session, guest: Guest) -> list[OpenDocument]:
    """What a guest owes and has to their credit, document by document, the first due first."""
    return list(
        session.scalars(
            select(OpenDocument)
            .where(OpenDocument.contact_id.in_(guest.contact_ids))
            .order_by(OpenDocument.currency, OpenDocument.due_day, OpenDocument.id)
        )
    )


def standings(documents: list[OpenDocument], day: date) -> list[Standing]:
    """The sums of these documents, currency by currency."""
    found = []
    for currency in sorted({one.currency for one in documents}):
        mine = [one for one in documents if one.currency == currency]
        owed = [one for one in mine if one.open_amount > 0]
        late = (one.open_amount for one in owed if one.due_day < day)
        credit = -sum((one.open_amount for one in mine if one.open_amount < 0), ZERO)
        whole = sum((one.open_amount for one in owed), ZERO)
        found.append(Standing(currency, whole, credit, sum(late, ZERO)))
    return found


def waiting_counts(session: Session, guest: Guest) -> dict[str, int]:
    """How many documents wait for the guest, by kind."""
    found = {}
    for kind in ("quotations", "orders", "invoices"):
        model = _MODELS[kind]
        statement = belonging(select(func.count(model.id)), model, guest)
        where = (*_shown(kind), *_waiting(kind))  # type: ignore[arg-type]
        found[kind] = session.scalar(statement.where(*where)) or 0
    return found
