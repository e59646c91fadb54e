"""When something is settled in accounting, or a settlement undone: cash-basis tax comes due, or is
no longer due. When somebody reverses the entry of a filed return: it stays, the return is amended;
a payment of one follows its entry.
All in the same transaction, so that books and tax never differ."""

from __future__ import annotations

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import EntryReversed, ItemsSettled, SettlementUndone, settled_shares
from addons.vat.errors import ReturnIsFiled
from addons.vat.models import Tax, VatReturn
from addons.vat.services.cash_basis import release_share
from addons.vat.services.filing.paying import follow_reversal
from core.api import cached_until_change, on, phrase


@cached_until_change(Tax)
def _on_cash(session: Session) -> tuple[str, ...]:
    """The taxes that come due with what is settled."""
    return tuple(session.scalars(select(Tax.code).where(Tax.cash_basis)))


@on(ItemsSettled)
def bring_tax_due(session: Session, event: ItemsSettled) -> None:
    """Move the tax of what was settled from suspense to due."""
    _in_step(session, event.settlement_id, event, "settled")


@on(SettlementUndone)
def take_tax_back(session: Session, event: SettlementUndone) -> None:
    """Move it back."""
    _in_step(session, event.settlement_id, event, "undone")


@on(EntryReversed)
def keep_settlements(session: Session, event: EntryReversed) -> None:
    """Refuse to take back what a filed return posted; a payment of one is taken back with it."""
    filed = session.scalar(select(VatReturn).where(VatReturn.entry_id == event.entry_id))
    if filed is not None:
        raise ReturnIsFiled(
            phrase(
                "This entry settles the VAT return of {start} to {end}, which is filed.",
                start=filed.start_date,
                end=filed.end_date,
            ),
            fix=phrase("Amend the return."),
        )
    follow_reversal(session, event.entry_id, event.reversal_id)


def _in_step(
    session: Session, settlement_id: int, event: ItemsSettled | SettlementUndone, what: str
) -> None:
    codes = _on_cash(session)
    if not codes:
        return
    for share in settled_shares(session, settlement_id, codes):
        release_share(session, share, source=f"{what}:{settlement_id}", day=event.day)
