"""A return as it stands: worked out from the ledger while it is a draft, as it was filed after."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.api import TaxSum
from addons.vat.models import FiledBox, VatReturn
from addons.vat.services.engine.values import ZERO
from addons.vat.services.filing.figures import BoxFigures, Manual, due, fill, unplaced
from addons.vat.services.filing.scope import Scope, scope_of, sums_of
from addons.vat.services.forms import FORMS, Form
from addons.vat.services.known import KnownTax, known_taxes


@dataclass(frozen=True, slots=True)
class Statement:
    """A return with everything that it was worked out from.

    `ledger_due` is what the lines make due on the accounts of the taxes; `boxes_due` what the
    boxes say before anything was added by hand or brought forward. They are equal, unless a tax
    has no box: `unplaced`.
    """

    form: Form
    scope: Scope
    taxes: Mapping[str, KnownTax]
    sums: Sequence[TaxSum]
    late: Sequence[TaxSum]
    boxes: Mapping[str, BoxFigures]
    carried: Decimal
    ledger_due: Decimal
    boxes_due: Decimal
    unplaced: Sequence[tuple[str, Decimal]]

    @property
    def net(self) -> Decimal:
        """What is to be paid; negative for a credit."""
        return self.boxes[self.form.net].tax

    @property
    def late_due(self) -> Decimal:
        """What the late lines make due."""
        return due(self.taxes, self.late)

    @property
    def reconciles(self) -> bool:
        """Whether the boxes say what the ledger says."""
        return self.ledger_due == self.boxes_due


def work_out(session: Session, vat_return: VatReturn) -> Statement:
    """The return as the ledger has it now."""
    form = FORMS[vat_return.form]
    scope = scope_of(session, vat_return)
    sums, late = sums_of(session, scope)
    taxes = known_taxes(session)
    carried = carried_into(session, vat_return)
    manual = [
        Manual(item.box, item.column, item.amount)  # type: ignore[arg-type]
        for item in vat_return.adjustments
        if item.box in form.keys
    ]
    bare = fill(form, taxes, sums, late)
    return Statement(
        form=form,
        scope=scope,
        taxes=taxes,
        sums=sums,
        late=late,
        boxes=fill(form, taxes, sums, late, manual, carried),
        carried=carried,
        ledger_due=due(taxes, [*sums, *late]),
        boxes_due=sum((bare[key].tax for key in (form.net, *form.also_due)), ZERO),
        unplaced=unplaced(form, taxes, [*sums, *late]),
    )


def filed_figures(session: Session, vat_return: VatReturn) -> dict[str, BoxFigures]:
    """What a filed return says."""
    rows = session.scalars(select(FiledBox).where(FiledBox.return_id == vat_return.id))
    return {row.box: BoxFigures(row.base, row.adjustment, row.duty, row.tax) for row in rows}


def shown_figures(session: Session, vat_return: VatReturn) -> Mapping[str, BoxFigures]:
    """The boxes as whoever opens the return should see them."""
    if vat_return.state == "draft":
        return work_out(session, vat_return).boxes
    return filed_figures(session, vat_return)


def carried_into(session: Session, vat_return: VatReturn) -> Decimal:
    """The credit that the return before this one left, where the form brings it forward."""
    if not FORMS[vat_return.form].carried:
        return ZERO
    before = session.scalar(
        select(VatReturn)
        .where(
            VatReturn.form == vat_return.form,
            VatReturn.state == "filed",
            VatReturn.end_date < vat_return.start_date,
        )
        .order_by(VatReturn.end_date.desc())
        .limit(1)
    )
    return max(ZERO, -(before.net or ZERO)) if before is not None else ZERO
