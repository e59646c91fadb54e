"""Values that trade hands to those who implement its extension points, and gets from them.

Quantities are in a product's stock unit, prices in the document's currency, and values in the
company's currency, unless a field says otherwise.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Final, Literal

ZERO: Final = Decimal(0)

Way = Literal["receipt", "delivery", "customer_return", "supplier_return"]
"""How goods cross the border of the company: from a supplier, to a customer, and back."""


@dataclass(frozen=True, slots=True)
class TaxDocumentLine:
    """A line as the tax engine takes it. A return has a negative quantity; `discount_percent` is
    taken off first, then `discount`, an amount in the terms of the price."""

    quantity: Decimal
    price: Decimal
    tax_codes: tuple[str, ...] = ()
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TaxDocument:
    """Lines of one day in one currency, and a discount on all of them together."""

    lines: tuple[TaxDocumentLine, ...]
    day: date
    currency: str
    discount_percent: Decimal = ZERO
    discount: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TaxShare:
    """A tax: `amount` on `base`. `kind` is the engine's: standard, zero, exempt, out_of_scope,
    reverse_charge or withholding; the last two are no part of the total. `deductible` is what a
    buyer recovers of the amount."""

    code: str
    kind: str
    base: Decimal
    amount: Decimal
    deductible: Decimal = ZERO


@dataclass(frozen=True, slots=True)
class TaxedLine:
    """A line worked out: `net` and `tax` are `gross`, exactly."""

    net: Decimal
    tax: Decimal
    taxes: tuple[TaxShare, ...] = ()

    @property
    def gross(self) -> Decimal:
        """What is asked for the line."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxedDocument:
    """A document worked out; `taxes` is the summary by tax that an invoice prints."""

    lines: tuple[TaxedLine, ...]
    taxes: tuple[TaxShare, ...]
    net: Decimal
    tax: Decimal
    withheld: Decimal = ZERO

    @property
    def total(self) -> Decimal:
        """What is asked for the document."""
        return self.net + self.tax


@dataclass(frozen=True, slots=True)
class TaxStatement:
    """How a tax is named on an electronic invoice: category of UN/CEFACT code list 5305 (S, Z, E,
    O), rate in percent, and why nothing is charged, where nothing is."""

    code: str
    category: str
    rate: Decimal
    reason_code: str = ""
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Instalment:
    """A part of a document's total, and the day on which it falls due."""

    due: date
    amount: Decimal


@dataclass(frozen=True, slots=True)
class CreditStanding:
    """What a customer owes, and may owe: `limit` is None where nothing was decided. `policy` says
    what happens beyond it."""

    limit: Decimal | None
    policy: Literal["none", "warn", "stop"]
    owed: Decimal


@dataclass(frozen=True, slots=True)
class MoneyJournal:
    """A bank or till: the codes of its journal and account, its title and its currency, and
    whether its money is at a bank or in cash."""

    journal: str
    account: str
    title: str
    currency: str
    kind: Literal["bank", "cash"] = "bank"


@dataclass(frozen=True, slots=True)
class ExpectedLine:
    """Goods of a document's line. `unit_price` is per stock unit in the expectation's currency:
    what a receipt is valued at until its bill comes."""

    line_id: int
    product_id: int
    quantity: Decimal
    unit_price: Decimal = ZERO
    for_line_id: int | None = None


@dataclass(frozen=True, slots=True)
class DirectTo:
    """The document, and the customer, that goods go to without passing through a warehouse."""

    source_type: str
    source_id: int
    number: str
    contact_id: int | None


@dataclass(frozen=True, slots=True)
class Expectation:
    """Goods that a document lets expect, on a day. `rate` is what a unit of its currency is worth
    in the company's where no books know it. `over_tolerance` is the percentage by which more than
    was ordered may be received. With `direct` the goods go from the supplier to a customer, or
    back; a line's `for_line_id` is that of the customer's document. `is_first` says that nothing
    was expected for the document before."""

    source_type: str
    source_id: int
    number: str
    way: Way
    contact_id: int | None
    day: date
    lines: tuple[ExpectedLine, ...]
    currency: str
    rate: Decimal = Decimal(1)
    warehouse_id: int | None = None
    over_tolerance: Decimal = ZERO
    direct: DirectTo | None = None
    is_first: bool = False


@dataclass(frozen=True, slots=True)
class MovedLine:
    """A quantity of a document's line; `lots` names the lots or serial numbers with the quantity
    of each, and is empty where the stock chooses by itself."""

    line_id: int
    quantity: Decimal
    lots: tuple[tuple[str, Decimal], ...] = ()


@dataclass(frozen=True, slots=True)
class Movement:
    """Goods of a document that move on a day. `key` makes it repeatable: the same key of the same
    document again changes nothing."""

    source_type: str
    source_id: int
    way: Way
    day: date
    lines: tuple[MovedLine, ...]
    key: str


@dataclass(frozen=True, slots=True)
class GoneGoods:
    """Goods of a document's line that somebody has carried out of a warehouse already, or brought
    back into it where `back` is true. `quantity` is above zero; `lots` are as in a `MovedLine`.
    `returns_source_id` and `returns_line_id` name the line of the same kind of document with which
    they went. `number` is the document's."""

    source_id: int
    line_id: int
    number: str
    product_id: int
    quantity: Decimal
    day: date
    warehouse_id: int | None
    lots: tuple[tuple[str, Decimal], ...] = ()
    back: bool = False
    returns_source_id: int | None = None
    returns_line_id: int | None = None
    branch_id: int | None = None


@dataclass(frozen=True, slots=True)
class Availability:
    """What there is of a product. `free` is what nobody reserved."""

    on_hand: Decimal
    reserved: Decimal
    incoming: Decimal

    @property
    def free(self) -> Decimal:
        """On hand and not reserved."""
        return self.on_hand - self.reserved


@dataclass(frozen=True, slots=True)
class Tally:
    """How many of the documents in a block of ids have left a trace, how many traces they left,
    the sum of their ids, and the first of them. Who knows the documents compares it with his own
    count: where both agree, each has exactly one."""

    documents: int
    traces: int
    ids: int
    first: int


TALLY_BLOCK: Final = 10_000
"""So many ids are counted together: few enough to find what is wrong in."""
