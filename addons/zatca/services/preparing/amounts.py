"""Lines, discounts and taxes of a document, from what was booked.

Amounts are stated as they were booked, so the document and the books never differ by a cent: a
line's net is its own, VAT of a category is the sum of what its lines bear. What was taken off, a
line that is less than nothing, and a discount on the document become allowances of their category
(BG-20): an electronic invoice has no negative lines.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field, replace
from decimal import Decimal
from typing import Final, cast

from sqlalchemy.orm import Session

from addons.catalog.api import TaxStatement, Unit, tax_statements, units
from addons.zatca.documents.exemptions import EXEMPTIONS, OUT_OF_SCOPE
from addons.zatca.documents.figures import EXACT, money
from addons.zatca.documents.figures import price as unit_price
from addons.zatca.documents.texts import cleaned
from addons.zatca.documents.values import Allowance, BookedTax, Exemption, Line, TaxCategory
from addons.zatca.extension_points import Sale, SoldLine
from core.api import msg

CENT: Final = Decimal("0.01")
DISCOUNT: Final = msg("Discount")
_DISCOUNT: Final = "95"
"""UN/CEFACT 5189: discount."""
PIECE: Final = "PCE"
"""UN/ECE recommendation 20: a piece, where a unit has no code of its own."""


@dataclass(frozen=True, slots=True)
class Category:
    """How a line is taxed."""

    category: TaxCategory
    rate: Decimal
    exemption: Exemption | None


@dataclass(slots=True)
class Amounts:
    """What a document's lines come to."""

    lines: list[Line] = field(default_factory=list)
    allowances: list[Allowance] = field(default_factory=list)
    taxes: dict[Category, Decimal] = field(default_factory=dict)
    rounding: Decimal = Decimal(0)

    @property
    def booked_taxes(self) -> tuple[BookedTax, ...]:
        """VAT as it was booked, by category and rate."""
        found: dict[tuple[TaxCategory, Decimal], Decimal] = {}
        for one, amount in self.taxes.items():
            key = (one.category, one.rate)
            found[key] = found.get(key, Decimal(0)) + amount
        return tuple(BookedTax(*key, amount) for key, amount in found.items())


def categories(session: Session, sale: Sale) -> Mapping[tuple[str, ...], Category]:
    """How the lines of a sale are taxed, by the codes of their taxes: the tax itself says its
    category and, where nothing is charged, why. What bears no tax is out of scope."""
    sets = {line.tax_codes for line in sale.lines}
    stated = tax_statements(session, {code for codes in sets for code in codes}, sale.day)
    return {codes: category_of([stated[one] for one in codes if one in stated]) for codes in sets}


def amounts_of(session: Session, sale: Sale, taxed: Mapping[tuple[str, ...], Category]) -> Amounts:
    """Lines, allowances and taxes of all that is not an advance taken off."""
    found = Amounts(rounding=sale.rounding)
    known = units(session)
    for line in sale.lines:
        if line.role == "advance":
            continue
        if line.role == "rounding":
            found.rounding += line.net
            continue
        category = taxed[line.tax_codes]
        found.taxes[category] = found.taxes.get(category, Decimal(0)) + line.tax
        _add(found, line, category, known)
    return found


def _add(found: Amounts, line: SoldLine, category: Category, known: Mapping[int, Unit]) -> None:
    if line.net > line.before >= 0:
        # Prices that hold VAT are brought down by the cent, with a discount and without it: where
        # nearly nothing was granted, a line can come to a cent more than it did before.
        line = replace(line, before=line.net)
    if line.before < 0 or line.quantity <= 0:
        if line.before:
            found.allowances.append(_allowance(-line.before, line.label, category))
    else:
        found.lines.append(_line(line, category, str(len(found.lines) + 1), known))
    granted = line.before - line.net
    if granted:
        _grant(found.allowances, granted, category)


def _grant(allowances: list[Allowance], amount: Decimal, category: Category) -> None:
    """A line's part of the document's discount, together with that of its category."""
    reason = DISCOUNT
    for place, one in enumerate(allowances):
        same = (one.category, one.rate, one.exemption) == (
            category.category,
            category.rate,
            category.exemption,
        )
        if same and one.reason == reason:
            allowances[place] = _allowance(one.amount + amount, reason, category)
            return
    allowances.append(_allowance(amount, reason, category))


def _line(line: SoldLine, category: Category, number: str, known: Mapping[int, Unit]) -> Line:
    price, discount = _price(line)
    unit = known.get(line.unit_id or 0)
    return Line(
        id=number,
        name=cleaned(line.label),
        quantity=line.quantity,
        price=price,
        unit_code=(unit.standard_code if unit else "") or PIECE,
        net=line.before,
        allowances=(
            (Allowance(discount, reason=DISCOUNT, reason_code=_DISCOUNT),) if discount else ()
        ),
        category=category.category,
        rate=category.rate,
        exemption=category.exemption,
        item_code=cleaned(line.item_code),
    )


def _price(line: SoldLine) -> tuple[Decimal, Decimal]:
    """The price of one unit without VAT, and the discount that leads to the line's net.

    A price that holds VAT is brought down by the share that the net is of the gross amount. Where
    nobody knows what discounts there were, the price is what one unit came to."""
    full = EXACT.multiply(line.quantity, line.price)
    kept = full if line.kept is None else line.kept
    if line.kept is not None and abs(money(kept) - line.before) <= CENT:
        discount = money(full) - line.before
        if discount > CENT:
            return line.price, discount
        if abs(money(full) - line.before) <= CENT:
            return line.price, Decimal(0)
    elif line.kept is not None and kept > 0 and full > kept:
        whole = money(EXACT.divide(EXACT.multiply(line.before, full), kept))
        return unit_price(EXACT.divide(whole, line.quantity)), whole - line.before
    return unit_price(EXACT.divide(line.before, line.quantity)), Decimal(0)


def _allowance(amount: Decimal, reason: str, category: Category) -> Allowance:
    return Allowance(
        amount,
        charge=False,
        reason=cleaned(reason),
        reason_code=_DISCOUNT,
        category=category.category,
        rate=category.rate,
        exemption=category.exemption,
    )


def category_of(stated: Sequence[TaxStatement]) -> Category:
    """How a line is taxed that bears these taxes: the first of them says it."""
    if not stated:
        return Category("O", Decimal(0), EXEMPTIONS[OUT_OF_SCOPE])
    tax = stated[0]
    category = cast(TaxCategory, tax.category)
    if category == "S":
        return Category(category, tax.rate, None)
    known = EXEMPTIONS.get(tax.reason_code)
    reason = tax.reason or (known.reason if known else "")
    return Category(category, Decimal(0), Exemption(tax.reason_code, reason))
