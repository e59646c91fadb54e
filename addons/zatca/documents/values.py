"""What an electronic invoice says: frozen values with exact decimals, free of any database.

Amounts are in the document's currency and positive, in notes too (BR-KSA-F-04). Dates and times
are those of Riyadh, as the authority reads them. Business terms (BT-…, KSA-…) are those of ZATCA's
Electronic Invoice XML Implementation Standard.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, time
from decimal import Decimal
from typing import Final, Literal

Kind = Literal["388", "381", "383", "386"]
"""UN/CEFACT 1001: tax invoice, credit note, debit note, prepayment invoice (BR-KSA-05)."""

TaxCategory = Literal["S", "Z", "E", "O"]
"""UN/CEFACT 5305: standard rate (5 or 15 %), zero-rated, exempt, not subject to VAT."""

INVOICE: Final = "388"
CREDIT_NOTE: Final = "381"
DEBIT_NOTE: Final = "383"
PREPAYMENT: Final = "386"
NOTES: Final = frozenset({CREDIT_NOTE, DEBIT_NOTE})

ACCOUNTING_CURRENCY: Final = "SAR"
"""BT-6: VAT is always stated in riyals too (BR-KSA-EN16931-02)."""

FIRST_PREVIOUS_HASH: Final = (
    "NWZlY2ViNjZmZmM4NmYzOGQ5NTI3ODZjNmQ2OTZjNzljMmRiYzIzOWRkNGU5MWI0NjcyOWQ3M2EyN2ZiNTdlOQ=="
)
"""What stands as the previous hash in a device's first document: base64 of the hexadecimal SHA-256
of the character 0 (BR-KSA-26)."""


@dataclass(frozen=True, slots=True)
class Identity:
    """A number under which somebody is registered: scheme CRN, MOM, MLS, SAG, OTH, 700; of buyers
    also TIN, NAT, IQA, PAS, GCC (BT-29, BT-46)."""

    scheme: str
    value: str


@dataclass(frozen=True, slots=True)
class Party:
    """Seller or buyer (BG-4, BG-7). The address is the Saudi national one where `country` is SA."""

    name: str
    vat_number: str = ""
    identity: Identity | None = None
    street: str = ""
    additional_street: str = ""
    building: str = ""
    plot: str = ""
    district: str = ""
    city: str = ""
    postal_zone: str = ""
    province: str = ""
    country: str = "SA"


@dataclass(frozen=True, slots=True)
class Exemption:
    """Why nothing is charged: a code VATEX-SA-… and the words that go with it (BT-121, BT-120)."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True)
class Allowance:
    """A discount, or a `charge`, on a line or on the document, before VAT (BG-20, BG-21, BG-27,
    BG-28). Reason codes: UN/CEFACT 5189 for discounts, 7161 for charges. Category, rate and
    exemption count on the document only: a line's are those of the line."""

    amount: Decimal
    charge: bool = False
    reason: str = ""
    reason_code: str = ""
    category: TaxCategory = "S"
    rate: Decimal = Decimal(15)
    exemption: Exemption | None = None


@dataclass(frozen=True, slots=True)
class Line:
    """An invoice line (BG-25). `price` is the net price of one unit after its own discount; with
    `gross_price` the discount is shown (BT-148, BT-147). `net` is the line's amount as it was
    booked (BT-131) and then stated as it is; without it, it is worked out. The authority lets it
    differ by 0.01 from price times quantity (BR-KSA-EN16931-11)."""

    id: str
    name: str
    quantity: Decimal
    price: Decimal
    unit_code: str = "PCE"
    gross_price: Decimal | None = None
    net: Decimal | None = None
    allowances: tuple[Allowance, ...] = ()
    category: TaxCategory = "S"
    rate: Decimal = Decimal(15)
    exemption: Exemption | None = None
    item_code: str = ""
    """The seller's own number of the item (BT-155)."""


@dataclass(frozen=True, slots=True)
class PrepaidPart:
    """What an advance held of one VAT category (KSA-31 to KSA-34)."""

    taxable: Decimal
    tax: Decimal
    category: TaxCategory = "S"
    rate: Decimal = Decimal(15)
    exemption: Exemption | None = None


@dataclass(frozen=True, slots=True)
class Prepayment:
    """An advance that this invoice deducts, by the prepayment invoice made of it (KSA-26 …)."""

    number: str
    uuid: str
    issue_date: date
    issue_time: time
    parts: tuple[PrepaidPart, ...]
    name: str = ""


@dataclass(frozen=True, slots=True)
class BookedTax:
    """VAT of one category as the ledger has it, stated as it is. The authority lets it differ from
    rate times taxable amount by 0.01 for each line (BR-CO-17, BR-S-09)."""

    category: TaxCategory
    rate: Decimal
    amount: Decimal


@dataclass(frozen=True, slots=True)
class Flags:
    """What kind of transaction it is (KSA-2, positions 3 to 9)."""

    third_party: bool = False
    nominal: bool = False
    export: bool = False
    summary: bool = False
    self_billed: bool = False
    continuous: bool = False
    government: bool = False


@dataclass(frozen=True, slots=True)
class Chain:
    """The place of a document among those of its device: KSA-1, the counter (KSA-16) and the hash
    of the document made before it (KSA-13)."""

    uuid: str
    counter: int
    previous_hash: str = FIRST_PREVIOUS_HASH


@dataclass(frozen=True, slots=True)
class EInvoice:
    """A document of any kind, all but its place in the chain.

    `rate` is how many riyals one unit of `currency` is. `booked_taxes` and `booked_tax_in_sar` are
    VAT as posted; without them it is worked out. `rounding` is added to what is payable (BT-114).
    `references` are the numbers of the invoices that a note corrects, `reason` is why (KSA-10).
    """

    number: str
    issue_date: date
    issue_time: time
    seller: Party
    lines: tuple[Line, ...]
    kind: Kind = "388"
    standard: bool = True
    flags: Flags = Flags()
    buyer: Party | None = None
    currency: str = ACCOUNTING_CURRENCY
    rate: Decimal = Decimal(1)
    supply_date: date | None = None
    supply_end: date | None = None
    allowances: tuple[Allowance, ...] = ()
    prepayments: tuple[Prepayment, ...] = ()
    booked_taxes: tuple[BookedTax, ...] = ()
    booked_tax_in_sar: Decimal | None = None
    rounding: Decimal = Decimal(0)
    reason: str = ""
    references: tuple[str, ...] = ()
    payment_means: str = ""
    """UN/CEFACT 4461: 10 cash, 30 credit transfer, 42 bank account, 48 card; empty: not said."""
    notes: tuple[str, ...] = ()
    order_reference: str = ""
    contract_reference: str = ""

    @property
    def type_name(self) -> str:
        """KSA-2 as it is written: NNPNESB, and two places more only where one of them is needed."""
        flags = self.flags
        places = [
            flags.third_party,
            flags.nominal,
            flags.export,
            flags.summary,
            flags.self_billed,
        ]
        if flags.continuous or flags.government:
            places += [flags.continuous, flags.government]
        return ("01" if self.standard else "02") + "".join("1" if each else "0" for each in places)
