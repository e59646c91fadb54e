"""A customer accepts a quotation, or declines it, and what shows it afterwards.

A typed name, or one drawn beside it, is an electronic signature in the sense of art. 3 (10) of
Regulation (EU) 910/2014 (eIDAS): data attached to or logically associated with other data, which
the signatory uses to sign. It is the simple one, neither advanced nor qualified; by art. 25 (1) it
may not be denied legal effect for that alone. In Saudi Arabia the Electronic Transactions Law
(Royal Decree M/18 of 8/3/1428 H) denies no contract its force for being electronic (art. 5), but
puts a signature beside a handwritten one only where it comes with a certificate of a licensed
provider (art. 14 and its implementing regulations), and this one does not. What it proves is what
was kept: who, when, from where, and exactly what was seen.
"""

from __future__ import annotations

import base64
import binascii
from collections.abc import Callable
from dataclasses import dataclass
from typing import Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.sales.models import LostReason, OrderAnswer, SalesOrder
from addons.sales.services.confirming import confirm_order
from addons.sales.services.locking import lock_order
from addons.sales.services.portal.content import digest_of, shown_content
from addons.sales.services.portal.guests import Guest
from addons.sales.services.portal.telling import tell
from addons.sales.services.quoting import lose
from core.api import (
    AppError,
    Conflict,
    InvalidInput,
    binding,
    phrase,
    reader,
    savepoint,
    store_file,
    today,
    utc_now,
)

MOST_NAME: Final = 120
MOST_REASON: Final = 2000
MOST_DRAWING: Final = 100_000
_PNG: Final = b"\x89PNG\r\n\x1a\n"
_DATA: Final = "data:image/png;base64,"
_AGENT_LENGTH: Final = 400
DECLINED: Final = "Declined by the customer"


@dataclass(frozen=True, slots=True)
class Signed:
    """What somebody sent to answer: the name they typed, the digest of what the page said, and
    what they drew, as the canvas gives it."""

    name: str
    seen: str
    drawing: str = ""


def accept(
    session: Session,
    guest: Guest,
    order: SalesOrder,
    signed: Signed,
    print_it: Callable[[SalesOrder], bytes],
) -> bool:
    """Accept a quotation as it is; `print_it` gives its PDF, which is kept. It becomes an order by
    the same service as at the desk; returns whether it did. Where a limit or a question stands in
    the way, it is accepted all the same, and the salesperson is told what hinders.

    Raises InvalidInput without a name, Conflict for what cannot be accepted any more, was answered
    already, or is not what the page showed.
    """
    order = lock_order(session, order.id)
    content = _require_answerable(session, order, signed.seen)
    answer = _answer(session, guest, order, "accepted", signed.name, content)
    answer.drawing = _drawn(signed.drawing)
    answer.document_digest = store_file(session, [print_it(order)]).digest
    try:
        with savepoint(session):
            confirm_order(session, order)
        answer.confirmed = True
    except AppError as error:
        company = reader(session, binding(session).tenant.locale)
        answer.hindrance = company.say(error.message)
    session.add(answer)
    session.flush()
    tell(session, order, guest.name, _told(answer))
    return answer.confirmed


def decline(session: Session, guest: Guest, order: SalesOrder, signed: Signed, reason: str) -> None:
    """Decline a quotation, and say why. Raises as `accept`, and InvalidInput without a reason."""
    order = lock_order(session, order.id)
    content = _require_answerable(session, order, signed.seen)
    reason = reason.replace("\x00", "").strip()
    if not reason:
        raise InvalidInput.of("reason", phrase("Say in a few words why not."))
    if len(reason) > MOST_REASON:
        raise InvalidInput.of(
            "reason", phrase("This is longer than {most} characters.", most=str(MOST_REASON))
        )
    answer = _answer(session, guest, order, "declined", signed.name, content)
    answer.reason = reason
    session.add(answer)
    lose(session, order, _reason_id(session), reason)
    tell(
        session,
        order,
        guest.name,
        phrase("{name} declined the quotation: {reason}", name=answer.name, reason=reason),
    )


def answers_of(session: Session, order: SalesOrder) -> list[OrderAnswer]:
    """How a quotation was answered, the latest version first."""
    found = select(OrderAnswer).where(OrderAnswer.order_id == order.id)
    return list(session.scalars(found.order_by(OrderAnswer.quote_version.desc())))


def answer_to_this(session: Session, order: SalesOrder) -> OrderAnswer | None:
    """The answer to the version that holds now, if there is one."""
    return session.scalar(
        select(OrderAnswer).where(
            OrderAnswer.order_id == order.id, OrderAnswer.quote_version == order.quote_version
        )
    )


def why_not(session: Session, order: SalesOrder) -> AppError | None:
    """Why a quotation cannot be answered now; None where it can."""
    number = order.number or ""
    if order.state in ("lost", "cancelled"):
        return Conflict(
            phrase("{number} is closed.", number=number), fix=phrase("Ask us for a new offer.")
        )
    given = answer_to_this(session, order)
    if given is not None:
        return Conflict(
            phrase("{number} was accepted by {name} already.", number=number, name=given.name)
        )
    if order.state == "draft":
        return Conflict(
            phrase("A new version of {number} is being written.", number=number),
            fix=phrase("You will hear of us; this page shows it then."),
        )
    if order.state != "sent":
        return Conflict(phrase("{number} is an order already.", number=number))
    if order.valid_until is not None and order.valid_until < today(session):
        return Conflict(
            phrase("{number} ended on {day}.", number=number, day=order.valid_until),
            fix=phrase("Write to us below: we gladly renew it."),
        )
    return None


def _require_answerable(session: Session, order: SalesOrder, seen: str) -> dict[str, object]:
    reason = why_not(session, order)
    if reason is not None:
        raise reason
    content = shown_content(order)
    if digest_of(content) != seen:
        raise Conflict(
            phrase("{number} was changed while you read it.", number=order.number or ""),
            fix=phrase("Look at it again; nothing was answered."),
        )
    return content


def _answer(
    session: Session,
    guest: Guest,
    order: SalesOrder,
    kind: str,
    name: str,
    content: dict[str, object],
) -> OrderAnswer:
    name = " ".join(name.replace("\x00", "").split())
    if not name or len(name) > MOST_NAME:
        raise InvalidInput.of("name", phrase("Write your full name; it stands for your signature."))
    return OrderAnswer(
        order_id=order.id,
        quote_version=order.quote_version,
        kind=kind,
        name=name,
        answered_at=utc_now(),
        via=guest.via,
        person_id=guest.person_id,
        email=guest.email,
        address=guest.client.address,
        user_agent=guest.client.user_agent[:_AGENT_LENGTH],
        language=guest.language,
        currency=order.currency,
        total=order.total,
        content=content,
        content_digest=digest_of(content),
        confirmed=False,
        hindrance="",
        reason="",
        document_digest="",
    )


def _drawn(drawing: str) -> bytes | None:
    """The picture of a drawn signature; raises InvalidInput for what is no PNG of bearable size."""
    if not drawing:
        return None
    try:
        if not drawing.startswith(_DATA) or len(drawing) > 2 * MOST_DRAWING:
            raise ValueError
        picture = base64.b64decode(drawing.removeprefix(_DATA), validate=True)
        if not picture.startswith(_PNG) or len(picture) > MOST_DRAWING:
            raise ValueError
    except (ValueError, binascii.Error) as error:
        raise InvalidInput.of(
            "drawing",
            phrase("This is no drawing."),
            fix=phrase("Draw again, or leave it: your typed name is enough."),
        ) from error
    return picture


def _reason_id(session: Session) -> int:
    """The reason under which declined quotations are counted; two may need it first."""
    row = insert(LostReason).values(name=DECLINED)
    session.execute(row.on_conflict_do_nothing(index_elements=[LostReason.name]))
    found = session.scalars(select(LostReason.id).where(LostReason.name == DECLINED))
    return found.one()


def _told(answer: OrderAnswer) -> str:
    if answer.confirmed:
        return phrase("{name} accepted the quotation, and it is an order now.", name=answer.name)
    return phrase(
        "{name} accepted the quotation. It is not confirmed yet: {hindrance}",
        name=answer.name,
        hindrance=answer.hindrance,
    )
