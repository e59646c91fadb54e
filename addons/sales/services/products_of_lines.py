"""What lines of a document say of the products in them: unit, factor, taxes, name and cost."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass, field
from decimal import Decimal

from sqlalchemy.orm import Session

from addons.catalog.api import Product, Unit, get_products, tax_codes, unit_costs, units
from addons.sales.services.amounts import EXACT
from core.api import InvalidInput, phrase


@dataclass(slots=True)
class Goods:
    """The products that a document's lines name, read once, and what follows from them."""

    session: Session
    contact_id: int | None
    products: Mapping[int, Product]
    costs: Mapping[int, Decimal]
    _units: Mapping[int, Unit] | None = None
    _taxes: dict[str, str] = field(default_factory=dict)

    def product(self, product_id: int, at: str) -> Product:
        """The product; raises InvalidInput, naming the line's field, where there is none."""
        found = self.products.get(product_id)
        if found is None:
            raise InvalidInput.of(f"{at}.product_id", phrase("There is no such product."))
        return found

    def unit(self, product: Product, unit_id: int | None, at: str) -> tuple[int, str, Decimal]:
        """The id and code of a line's unit, and how many stock units one of it is."""
        if unit_id is None or unit_id == product.unit_id:
            return product.unit_id, product.unit, Decimal(1)
        known = self.known_units()
        own, given = known[product.unit_id], known.get(unit_id)
        if given is None or given.category_id != own.category_id:
            raise InvalidInput.of(
                f"{at}.unit_id",
                phrase("{product} is not sold in this unit.", product=product.name),
                fix=phrase("Choose a unit that converts into {unit}.", unit=own.name),
            )
        return given.id, given.code, EXACT.divide(given.factor, own.factor)

    def known_units(self) -> Mapping[int, Unit]:
        """All units by their ids."""
        if self._units is None:
            self._units = units(self.session)
        return self._units

    def taxes(self, group: str) -> str:
        """The codes of the taxes of a product of this group, sold to the document's contact."""
        if group not in self._taxes:
            codes = tax_codes(self.session, group, "sale", self.contact_id)
            self._taxes[group] = " ".join(codes)
        return self._taxes[group]


def goods_of(session: Session, contact_id: int | None, product_ids: Collection[int]) -> Goods:
    """The products with these ids, and what a stock unit of each costs, where that is known."""
    products = get_products(session, product_ids)
    kept = [one.id for one in products.values() if one.kind == "goods"]
    return Goods(session, contact_id, products, unit_costs(session, kept))
