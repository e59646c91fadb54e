"""What people said, planned and attached beside the order of the pictures."""

from __future__ import annotations

import io
from datetime import timedelta
from typing import Final

from sqlalchemy.orm import Session

from core.conversation.activities import Plan, schedule
from core.conversation.attachments import attach
from core.conversation.notes import write_note
from core.conversation.subjects import Subject
from pictures.companies.company import Company
from pictures.filling.clock import TODAY
from pictures.filling.people import user_of
from pictures.filling.shop import pictured_order

_PALLETS: Final = "pallet;goods;boxes\n1;rice;40\n2;dates;24\n"


def ask(session: Session, company: Company) -> None:
    """A note that names the accountant, and a list, from the salesperson."""
    people = company.people
    order = _order(session)
    note = company.says.order_note.format(accountant=people.accountant.name)
    write_note(session, order, note, chosen=[user_of(session, people.accountant)])
    content = _PALLETS.encode()
    attach(session, order, "pallets.csv", io.BytesIO(content), len(content))


def answer(session: Session, company: Company) -> None:
    """The accountant's answer, and what is to be done."""
    people, says = company.people, company.says
    order = _order(session)
    write_note(session, order, says.order_answer)
    storekeeper = user_of(session, people.storekeeper)
    accountant = user_of(session, people.accountant)
    schedule(session, order, Plan("call", says.order_activity, TODAY, storekeeper))
    schedule(session, order, Plan("todo", says.order_call, TODAY + timedelta(days=3), accountant))


def _order(session: Session) -> Subject:
    return Subject("shop.orders", "shop.customer_order", str(pictured_order(session).id))
