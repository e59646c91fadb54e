"""What goes into the tax engine and what comes out of it: frozen values, exact decimals."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["standard", "zero", "exempt", "out_of_scope", "reverse_charge", "withholding"]
"""What a tax does with its base.

`standard` adds rate × base to the price. `zero`, `exempt` and `out_of_scope` add nothing; the base
is reported. `reverse_charge` is owed by the buyer: worked out, and no part of what the seller gets.
`withholding` is kept back by the payer: it lowers what is paid, not the total."""

Rounding = Literal["line", "document"]
"""Whether money is rounded on every line, or once for the document and then shared out."""

ZERO: Final = Decimal(0)
UNTAXED: Final = frozenset({"zero", "exempt", "out_of_scope"})
BESIDE: Final = frozenset({"reverse_charge", "withholding"})
"""Kinds that are no part of the document's total."""


@dataclass(frozen=True, slots=True)
class TaxRule:
    """A tax as the engine needs it. `rate` is in percent; `sequence` is the order in which taxes
    of a line are worked out, and a `compound` one is charged on those before it as well.
    `included` means that prices contain it. `deductible` is the percentage that may be recovered.
    """

    code: str
    rate: Decimal
    kind: Kind = "standard"
    included: bool = False
    compound: bool = False
    sequence: int = 10
    deductible: Decimal = Decimal(100)

    @property
    def order(self) -> tuple[int, str]:
        """Its place among the taxes of a line."""
        return (self.sequence, self.code)


@dataclass(frozen=True, slots=True)
class Line:
    """A line of a document. A return has a negative quantity. `discount_percent` is taken off
    first, then `discount`, an amount in the same terms as the price."""

    quantity: Decimal
    price: Decimal
    taxes: tuple[TaxRule, ...] = ()
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class Document:
    """Lines in one currency of `digits` decimals, and a discount on all of them together."""

    lines: tuple[Line, ...]
    digits: int = 2
    rounding: Rounding = "line"
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TaxPart:
    """A tax on one line: `amount` on `base`, of which `deductible` may be recovered."""

    code: str
    kind: Kind
    base: Decimal
    amount: Decimal
    deductible: Decimal

    @property
    def not_deductible(self) -> Decimal:
        """What stays a cost of the buyer."""
        return self.amount - self.deductible


@dataclass(frozen=True, slots=True)
class LineResult:
    """A line worked out: `net` plus its taxes is `gross`, exactly."""

    net: Decimal
    taxes: tuple[TaxPart, ...]

    @property
    def tax(self) -> Decimal:
        """The taxes that are part of the price."""
        return sum((part.amount for part in self.taxes if part.kind not in BESIDE), ZERO)

    @property
    def gross(self) -> Decimal:
        """What is asked for the line."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class DocumentResult:
    """A document worked out. `total` is `net` plus `tax`, `payable` the total less what the payer
    keeps back; `taxes` is the summary by tax that an invoice prints, in the order of the taxes."""

    lines: tuple[LineResult, ...]
    taxes: tuple[TaxPart, ...]
    net: Decimal
    tax: Decimal
    withheld: Decimal

    @property
    def total(self) -> Decimal:
        """What is asked for the document."""
        return self.net + self.tax

    @property
    def payable(self) -> Decimal:
        """What is paid to the seller."""
        return self.total - self.withheld
