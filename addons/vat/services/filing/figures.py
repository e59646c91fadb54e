"""Filling in a form: from sums of ledger lines to the figures of every box. Pure functions.

Figures are as the form wants them: sales and output tax positive, purchases and input tax positive.
A line on the other side, such as a credit note, is negative there, and forms differ in what becomes
of it (`Form.opposite`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Final

from addons.accounting.api import TaxSum
from addons.vat.services.engine.values import ZERO
from addons.vat.services.forms import Box, Column, Form
from addons.vat.services.known import KnownTax, split_codes

COLUMNS: Final[tuple[Column, ...]] = ("base", "adjustment", "duty", "tax")


@dataclass(frozen=True, slots=True)
class BoxFigures:
    """What stands in one box."""

    base: Decimal = ZERO
    adjustment: Decimal = ZERO
    duty: Decimal = ZERO
    tax: Decimal = ZERO

    def __add__(self, other: BoxFigures) -> BoxFigures:
        return BoxFigures(
            self.base + other.base,
            self.adjustment + other.adjustment,
            self.duty + other.duty,
            self.tax + other.tax,
        )

    def get(self, column: Column) -> Decimal:
        """One of its figures."""
        return getattr(self, column)


@dataclass(frozen=True, slots=True)
class Manual:
    """What a person added to a box."""

    box: str
    column: Column
    amount: Decimal


@dataclass(slots=True)
class _Treated:
    """Everything of one treatment, told apart by side: usual or opposite."""

    base: dict[bool, Decimal] = field(default_factory=lambda: {True: ZERO, False: ZERO})
    own: dict[bool, Decimal] = field(default_factory=lambda: {True: ZERO, False: ZERO})
    counter: dict[bool, Decimal] = field(default_factory=lambda: {True: ZERO, False: ZERO})


def fill(
    form: Form,
    taxes: Mapping[str, KnownTax],
    sums: Iterable[TaxSum],
    late: Sequence[TaxSum] = (),
    manual: Iterable[Manual] = (),
    carried: Decimal = ZERO,
) -> dict[str, BoxFigures]:
    """The figures of all boxes, in the order of the form."""
    apart = bool(form.corrections)
    treated = _treat(taxes, list(sums) + ([] if apart else list(late)))
    boxes = {box.key: _from_lines(form, box, treated) for box in form.boxes}
    if apart and late:
        boxes[form.corrections] += BoxFigures(tax=due(taxes, late))
    if form.carried and carried:
        boxes[form.carried] += BoxFigures(tax=carried)
    for item in manual:
        boxes[item.box] += BoxFigures(**{item.column: item.amount})
    known: dict[str, BoxFigures] = {}
    for key in boxes:
        _derive(form, key, boxes, known)
    return {box.key: known[box.key] for box in form.boxes}


def due(taxes: Mapping[str, KnownTax], sums: Iterable[TaxSum]) -> Decimal:
    """What these lines make due to the authority: the credits on the accounts of the taxes, less
    the debits. The ledger's own answer, which the boxes must give too."""
    return sum((-line.amount for line in sums if is_due(taxes, line)), ZERO)


def is_due(taxes: Mapping[str, KnownTax], line: TaxSum) -> bool:
    """Whether a tax line stands on an account of its tax: not in suspense, nor among the costs."""
    tax = taxes.get(line.tax_code)
    return (
        tax is not None
        and line.role == "tax"
        and line.account_id in (tax.account_id, tax.counter_account_id)
    )


def unplaced(
    form: Form, taxes: Mapping[str, KnownTax], sums: Iterable[TaxSum]
) -> list[tuple[str, Decimal]]:
    """Taxes with an amount that no box of the form takes, with that amount."""
    taken = {name for box in form.boxes for name in (*box.treatments, *box.duties)}
    found: dict[str, Decimal] = {}
    for line in sums:
        tax = taxes.get(line.tax_code)
        if is_due(taxes, line) and tax is not None and tax.treatment not in taken:
            found[line.tax_code] = found.get(line.tax_code, ZERO) - line.amount
    return sorted((code, amount) for code, amount in found.items() if amount)


def codes_of(form: Form, box: Box, taxes: Mapping[str, KnownTax]) -> list[str]:
    """The taxes whose lines are behind a box; for a box of sums, those of all that it sums."""
    boxes = _below(form, box)
    wanted = {name for one in boxes for name in (*one.treatments, *one.duties)}
    return [code for code, tax in taxes.items() if tax.treatment in wanted]


def _below(form: Form, box: Box) -> list[Box]:
    keys = [*box.sums, *(key for key, _, _ in box.formula)]
    return [box, *(one for key in dict.fromkeys(keys) for one in _below(form, form.box(key)))]


def _treat(taxes: Mapping[str, KnownTax], sums: Iterable[TaxSum]) -> dict[str, _Treated]:
    treated: dict[str, _Treated] = {}
    for line in sums:
        for code in split_codes(line.tax_code):
            tax = taxes.get(code)
            if tax is not None:
                into = treated.setdefault(tax.treatment, _Treated())
                if line.role == "base":
                    _take_base(tax, line, into)
                else:
                    _take_tax(tax, line, into)
    return treated


def _sign(tax: KnownTax) -> int:
    return -1 if tax.scope == "sale" else 1


def _take_base(tax: KnownTax, line: TaxSum, into: _Treated) -> None:
    # The base of a cash-basis tax counts when its tax comes due, from the tax line.
    if not tax.cash_basis:
        amount = line.amount * _sign(tax)
        into.base[amount >= 0] += amount


def _take_tax(tax: KnownTax, line: TaxSum, into: _Treated) -> None:
    if tax.cash_basis and line.account_id == tax.suspense_account_id:
        return
    sign = _sign(tax)
    if tax.kind == "withholding":
        amount = line.amount * -sign
        into.own[amount >= 0] += amount
    elif tax.kind == "reverse_charge" and line.against:
        amount = -line.amount
        into.counter[amount >= 0] += amount
    elif line.account_id == tax.account_id:
        amount = line.amount * sign
        into.own[amount >= 0] += amount
    if (line.lone or tax.cash_basis) and not line.against:
        base = line.tax_base * sign
        into.base[base >= 0] += base


def _from_lines(form: Form, box: Box, treated: Mapping[str, _Treated]) -> BoxFigures:
    sides = {"all": (True, False), "usual": (True,), "opposite": (False,)}[box.takes]
    figures = BoxFigures()
    for name in box.treatments:
        found = treated.get(name)
        if found is not None:
            figures += _columns(form, box, found, sides)
    for name in box.duties:
        found = treated.get(name)
        if found is not None:
            figures += BoxFigures(duty=sum((found.own[side] for side in sides), ZERO))
    return figures


def _columns(form: Form, box: Box, found: _Treated, sides: Sequence[bool]) -> BoxFigures:
    own = sum((found.own[side] for side in sides), ZERO)
    counter = sum((found.counter[side] for side in sides), ZERO)
    tax = {"own": own, "counter": counter, "both": own - counter}[box.legs]
    if box.takes == "opposite":
        # A box for credit notes says how much they take off.
        return BoxFigures(tax=-tax)
    if form.opposite == "column":
        return BoxFigures(base=found.base[True], adjustment=-found.base[False], tax=tax)
    return BoxFigures(base=sum((found.base[side] for side in sides), ZERO), tax=tax)


def _derive(
    form: Form, key: str, boxes: Mapping[str, BoxFigures], known: dict[str, BoxFigures]
) -> BoxFigures:
    if key in known:
        return known[key]
    box, figures = form.box(key), boxes[key]
    for part in box.sums:
        figures += _derive(form, part, boxes, known)
    for part, column, sign in box.formula:
        figures += BoxFigures(tax=_derive(form, part, boxes, known).get(column) * sign)
    known[key] = figures
    return figures
