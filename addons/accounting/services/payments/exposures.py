"""What customers owe: what is open on receivable accounts, and cheques that may still bounce."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, JournalLine
from addons.accounting.models.cheques import Cheque
from addons.accounting.models.payments import Payment
from addons.accounting.services.exact import exact_sum
from addons.accounting.services.payments.cheque_states import OUTSTANDING
from addons.accounting.services.settlement.items import open_by_partner
from addons.contacts.api import ids_by_contact


@dataclass(frozen=True, slots=True)
class Exposure:
    """What a customer owes in the company's currency, cheques that may bounce included."""

    receivable: Decimal
    cheques: Decimal

    @property
    def total(self) -> Decimal:
        """Both together."""
        return self.receivable + self.cheques


def exposure(session: Session, partner_id: int) -> Exposure:
    """What a customer owes now, by whichever id documents name them."""
    (found,) = exposures(session, [partner_id]).values()
    return found


def exposures(session: Session, partner_ids: Iterable[int]) -> dict[int, Exposure]:
    """What each of these customers owes now, by the ids they have today; in as many queries for
    a thousand as for one."""
    known = ids_by_contact(session, partner_ids)
    accounts = session.scalars(select(Account.id).where(Account.subtype == "receivable")).all()
    named = [named for ids in known.values() for named in ids]
    owed = open_by_partner(session, accounts, named)
    cheques = _cheques(session, named)
    return {own: Exposure(_of(ids, owed), _of(ids, cheques)) for own, ids in known.items()}


def _of(ids: Iterable[int], amounts: Mapping[int, Decimal]) -> Decimal:
    return exact_sum(amounts[one] for one in ids if one in amounts)


def _cheques(session: Session, partner_ids: list[int]) -> dict[int, Decimal]:
    """What the cheques that may bounce stand for in the books."""
    first = (
        select(func.min(JournalLine.id))
        .where(JournalLine.entry_id == Payment.entry_id)
        .correlate(Payment)
        .scalar_subquery()
    )
    held = (
        select(Cheque.partner_id, func.sum(JournalLine.amount))
        .join(Payment, JournalLine.id == first)
        .join(Cheque, Cheque.payment_id == Payment.id)
        .where(
            Cheque.kind == "received",
            Cheque.state.in_(OUTSTANDING),
            Cheque.partner_id.in_(partner_ids),
        )
        .group_by(Cheque.partner_id)
    )
    return {row[0]: row[1] for row in session.execute(held)}
