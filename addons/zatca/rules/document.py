"""A document as the rules look at it: its parts by their role, found once."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime
from functools import cached_property

from lxml import etree  # pyright: ignore[reportAttributeAccessIssue]

from addons.zatca.rules.figures import decimal
from addons.zatca.rules.nodes import Node, read


@dataclass
class Document:
    """The read model of one document, and the day and moment at which it is judged."""

    invoice: Node
    named: dict[str, list[Node]]
    today: date
    now: datetime
    type_name: str = field(init=False)

    def __post_init__(self) -> None:
        kind = self.invoice.one("cbc:InvoiceTypeCode")
        self.type_name = "" if kind is None else kind.attribute("name")

    @classmethod
    def of(cls, root: etree._Element, today: date, now: datetime) -> Document:
        """The document under a parsed root."""
        invoice, named = read(root)
        return cls(invoice, named, today, now)

    def all(self, name: str) -> list[Node]:
        """Every element of this name, wherever it stands."""
        return self.named.get(name, [])

    def under(self, path: str) -> list[Node]:
        """Every element that stands at a path, whatever is above the path."""
        *above, name = path.split("/")
        return [node for node in self.all(name) if node.within(*above)]

    def typed(self, pattern_start: str) -> bool:
        """Does a `name` begin a transaction code: seven digits whose first two are these?"""
        return any(_has_code(node.attribute("name"), pattern_start) for node in self.coded)

    @cached_property
    def coded(self) -> list[Node]:
        """The elements with a `name`: only the type code, in a sound document."""
        return [node for nodes in self.named.values() for node in nodes if node.attribute("name")]

    @cached_property
    def standard(self) -> bool:
        """A tax invoice or its note, which names its buyer and is cleared."""
        return self.typed("01")

    @cached_property
    def simplified(self) -> bool:
        """A simplified invoice or its note, which is reported."""
        return self.typed("02")

    @cached_property
    def lines(self) -> list[Node]:
        return self.invoice.every("cac:InvoiceLine")

    @cached_property
    def adjustments(self) -> list[Node]:
        """Allowances and charges of the whole document."""
        return self.invoice.every("cac:AllowanceCharge")

    @cached_property
    def totals(self) -> list[Node]:
        return self.all("cac:LegalMonetaryTotal")

    @cached_property
    def subtotals(self) -> list[Node]:
        """The breakdown by category of the whole document."""
        return self.invoice.every("cac:TaxTotal/cac:TaxSubtotal")

    @cached_property
    def seller(self) -> Node:
        return self.invoice.one("cac:AccountingSupplierParty") or self.invoice

    @cached_property
    def buyer(self) -> Node:
        return self.invoice.one("cac:AccountingCustomerParty") or self.invoice

    @cached_property
    def seller_addresses(self) -> list[Node]:
        return self.under("cac:AccountingSupplierParty/cac:Party/cac:PostalAddress")

    @cached_property
    def buyer_addresses(self) -> list[Node]:
        return self.under("cac:AccountingCustomerParty/cac:Party/cac:PostalAddress")

    @cached_property
    def saudi_countries(self) -> list[Node]:
        """The country of a buyer whose address is in Saudi Arabia."""
        return [
            country
            for address in self.buyer_addresses
            for country in address.every("cac:Country")
            if country.value("cbc:IdentificationCode") == "SA"
        ]

    @cached_property
    def prepaid(self) -> bool:
        """Is something paid in advance taken off?"""
        amounts = self.invoice.every("cac:LegalMonetaryTotal/cbc:PrepaidAmount")
        return any((decimal(one.text) or 0) > 0 for one in amounts)

    def buyer_address(self, leaf: str) -> str:
        """What the buyer's first address says at a path."""
        return next((one.value(leaf) for one in self.buyer_addresses if one.has(leaf)), "")


def category(node: Node) -> str:
    """The category code that an element holds, blanks aside."""
    return squeezed_value(node, "cbc:ID")


def squeezed_value(node: Node, path: str) -> str:
    """The text at a path with its blanks normalised."""
    found = node.one(path)
    return "" if found is None else found.squeezed


def is_vat(node: Node) -> bool:
    """Does a tax category belong to VAT?"""
    return any(one.squeezed.upper() == "VAT" for one in node.every("cac:TaxScheme/cbc:ID"))


def charges(node: Node) -> bool | None:
    """Does an allowance or charge add? None when its indicator says neither."""
    return {"true": True, "1": True, "false": False, "0": False}.get(
        squeezed_value(node, "cbc:ChargeIndicator")
    )


def _has_code(name: str, start: str) -> bool:
    at = name.find(start)
    while at >= 0:
        rest = name[at + 2 : at + 7]
        if len(rest) == 5 and rest.isdecimal():
            return True
        at = name.find(start, at + 1)
    return False
