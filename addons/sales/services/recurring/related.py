"""The invoices of a contract."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.sales.models.recurring import Contract, ContractPeriod
from core.api import Related, msg

_MOST: Final = 60


def of_contract(session: Session, contract: Contract) -> Iterable[Related]:
    """The latest invoices that were written for it."""
    written = (
        select(ContractPeriod.invoice_id)
        .where(ContractPeriod.contract_id == contract.id, ContractPeriod.invoice_id.is_not(None))
        .order_by(ContractPeriod.first_day.desc())
        .limit(_MOST)
    )
    for key in session.scalars(written):
        yield Related("sales.invoices", key, msg("Invoiced by"))
