"""What the ledger of stock holds, to be read: moves, and what changed the stock's value."""

from __future__ import annotations

from typing import Final

from addons.inventory.models import Move, Valuation, ValueEntry
from addons.inventory.permissions import VIEW_STOCK, VIEW_VALUE
from addons.inventory.services.valuation import related
from core.api import Access, Column, Field, Filter, ListView, Resource, Section, msg

ROLES: Final[tuple[tuple[str, str], ...]] = (
    ("stock", msg("Stock")),
    ("received", msg("Goods received")),
    ("sold", msg("Cost of goods sold")),
    ("variance", msg("Price difference")),
    ("exchange", msg("Exchange difference")),
    ("adjustment", msg("Count difference")),
    ("scrap", msg("Scrap")),
    ("landed", msg("Landed cost")),
    ("revaluation", msg("Revaluation")),
    ("opening", msg("Opening stock")),
    ("consumed", msg("Used by the company")),
)


def _shown(name: str, title: str, reference: str = "") -> Field:
    return Field(name, title, reference=reference, readonly=True)


MOVES: Final = Resource(
    name="moves",
    model=Move,
    title=msg("Stock moves"),
    singular=msg("Stock move"),
    help=msg("Every move of goods. None is ever changed: one that was wrong is brought back."),
    access=Access(VIEW_STOCK),
    columns=(
        Column("day", msg("Day")),
        Column("number", msg("Document")),
        Column("product_id", msg("Product")),
        Column("lot_id", msg("Lot")),
        Column("from_id", msg("From")),
        Column("to_id", msg("To")),
        Column("quantity", msg("Quantity")),
        Column("contact_id", msg("Contact"), optional=True),
        Column("reason", msg("Reason"), optional=True),
        Column("price", msg("Price"), optional=True, permission=VIEW_VALUE),
        Column("currency", msg("Currency"), optional=True, permission=VIEW_VALUE),
        Column("created_at", msg("Entered at"), optional=True),
        Column("created_by", msg("Entered by"), optional=True),
    ),
    record_title=lambda move: f"{move.number} {move.id}".strip(),
    search=("number",),
    filters=(
        Filter("day", msg("Day")),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("lot_id", msg("Lot"), reference="inventory.lots"),
        Filter("from_id", msg("From"), reference="inventory.locations"),
        Filter("to_id", msg("To"), reference="inventory.locations"),
        Filter("contact_id", msg("Contact"), reference="contacts.contacts"),
        Filter("valuation_id", msg("Valuation"), reference="inventory.valuations"),
    ),
    order=("-day",),
    form=(
        Section(
            msg("Stock move"),
            (
                _shown("day", msg("Day")),
                _shown("number", msg("Document")),
                _shown("product_id", msg("Product"), "catalog.products"),
                _shown("lot_id", msg("Lot"), "inventory.lots"),
                _shown("from_id", msg("From"), "inventory.locations"),
                _shown("to_id", msg("To"), "inventory.locations"),
                _shown("quantity", msg("Quantity")),
                _shown("contact_id", msg("Contact"), "contacts.contacts"),
                _shown("reason", msg("Reason")),
                _shown("reverses_id", msg("Brings back"), "inventory.moves"),
            ),
        ),
    ),
    discussed=False,
    customizable=False,
)

VALUATIONS: Final = Resource(
    name="valuations",
    model=Valuation,
    title=msg("Changes of value"),
    singular=msg("Change of value"),
    help=msg("What changed the value of the stock, and why."),
    access=Access(VIEW_VALUE),
    columns=(
        Column("day", msg("Day")),
        Column("number", msg("Document")),
        Column("reason", msg("Reason")),
        Column("contact_id", msg("Contact"), optional=True),
        Column("created_at", msg("Entered at"), optional=True),
        Column("created_by", msg("Entered by"), optional=True),
    ),
    record_title=lambda one: f"{one.number} {one.reason}".strip(),
    search=("number", "reason"),
    filters=(
        Filter("day", msg("Day")),
        Filter("contact_id", msg("Contact"), reference="contacts.contacts"),
    ),
    order=("-day",),
    form=(
        Section(
            msg("Change of value"),
            (
                _shown("day", msg("Day")),
                _shown("number", msg("Document")),
                _shown("reason", msg("Reason")),
                _shown("contact_id", msg("Contact"), "contacts.contacts"),
                _shown("created_by", msg("Entered by")),
            ),
        ),
    ),
    related=related.of_valuation,
    discussed=False,
    customizable=False,
)

VALUE_LINES: Final = Resource(
    name="value-lines",
    model=ValueEntry,
    title=msg("Value lines"),
    singular=msg("Value line"),
    help=msg("Each line of each change of value, in the company's currency."),
    access=Access(VIEW_VALUE),
    columns=(
        Column("day", msg("Day")),
        Column("valuation_id", msg("Change of value")),
        Column("product_id", msg("Product")),
        Column("category_id", msg("Category"), optional=True),
        Column("role", msg("Kind"), choices=ROLES),
        Column("quantity", msg("Quantity")),
        Column("amount", msg("Amount"), "money", total=True),
    ),
    record_title=lambda line: f"{line.day} {line.role}",
    filters=(
        Filter("day", msg("Day")),
        Filter("product_id", msg("Product"), reference="catalog.products"),
        Filter("category_id", msg("Category"), reference="catalog.categories"),
        Filter("role", msg("Kind"), choices=ROLES),
        Filter("valuation_id", msg("Change of value"), reference="inventory.valuations"),
    ),
    views=(ListView("stock", msg("Stock"), where=(("role", "stock"),)),),
    order=("-day",),
    form=(
        Section(
            msg("Value line"),
            (
                _shown("day", msg("Day")),
                _shown("valuation_id", msg("Change of value"), "inventory.valuations"),
                _shown("product_id", msg("Product"), "catalog.products"),
                _shown("category_id", msg("Category"), "catalog.categories"),
                Field("role", msg("Kind"), choices=ROLES, readonly=True),
                _shown("quantity", msg("Quantity")),
                _shown("amount", msg("Amount")),
            ),
        ),
    ),
    discussed=False,
    customizable=False,
)

RESOURCES: Final = (MOVES, VALUATIONS, VALUE_LINES)
