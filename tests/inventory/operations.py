"""A small store for the tests of operations: its places, its products, and what happens in it."""

from __future__ import annotations

import itertools
from collections.abc import Sequence
from datetime import date
from decimal import Decimal

from sqlalchemy import select, text
from sqlalchemy.orm import Session

from addons.catalog.api import Expectation, ExpectedLine, MovedLine, Movement, stock
from addons.catalog.models import Category, Product, Template, Unit
from addons.inventory.models import Location, Transfer, Warehouse
from addons.inventory.services.transfers.completing import all_of, complete
from addons.inventory.services.transfers.sheets import lock_sheet
from addons.inventory.services.transfers.values import Wanted

DAY = date(2026, 3, 14)
_NUMBERS = itertools.count(1)


def make_product(
    session: Session,
    name: str = "Tea",
    *,
    tracking: str = "none",
    expires: bool = False,
    category: Category | None = None,
) -> int:
    """A product without variants; its id."""
    unit = session.scalars(select(Unit).order_by(Unit.id)).first()
    assert unit is not None
    shared = {
        "name": name,
        "unit_id": unit.id,
        "tracking": tracking,
        "expires": expires,
        "category_id": category.id if category else None,
    }
    template = Template(**shared)
    session.add(template)
    session.flush()
    product = Product(template_id=template.id, sku=f"P{next(_NUMBERS):05}", **shared)
    session.add(product)
    session.flush()
    return product.id


def warehouse_of(session: Session, code: str = "WH", **more: int) -> Warehouse:
    """The warehouse of this code, with these steps."""
    found = session.scalars(select(Warehouse).where(Warehouse.code == code)).one()
    for name, value in more.items():
        setattr(found, name, value)
    session.flush()
    return found


def place(session: Session, path: str) -> int:
    """The id of a location by its path."""
    return session.scalars(select(Location.id).where(Location.path == path)).one()


def expect(
    session: Session,
    way: str,
    source: int,
    *lines: tuple[int, str] | tuple[int, str, str],
    day: date = DAY,
    tolerance: str = "0",
    warehouse: int | None = None,
) -> None:
    """Expect quantities of products for a document; its lines are numbered from 1."""
    keeping = stock(session)
    assert keeping is not None
    kind = "shop.purchase" if way in ("receipt", "supplier_return") else "shop.sale"
    keeping.expect(
        session,
        Expectation(
            source_type=kind,
            source_id=source,
            number=f"{kind}/{source}",
            way=way,  # type: ignore[arg-type]
            contact_id=None,
            day=day,
            lines=tuple(
                ExpectedLine(number, line[0], Decimal(line[1]), Decimal((*line, "0")[2]))
                for number, line in enumerate(lines, start=1)
            ),
            currency="",
            warehouse_id=warehouse,
            over_tolerance=Decimal(tolerance),
        ),
    )


def move(
    session: Session,
    way: str,
    source: int,
    *lines: tuple[int, str] | tuple[int, str, Sequence[tuple[str, str]]],
    key: str = "",
    day: date = DAY,
) -> None:
    """Move quantities of a document's lines: number, quantity, and lots of it."""
    keeping = stock(session)
    assert keeping is not None
    kind = "shop.purchase" if way in ("receipt", "supplier_return") else "shop.sale"
    keeping.move(
        session,
        Movement(
            source_type=kind,
            source_id=source,
            way=way,  # type: ignore[arg-type]
            day=day,
            lines=tuple(
                MovedLine(
                    line[0],
                    Decimal(line[1]),
                    tuple((name, Decimal(q)) for name, q in (line[2] if len(line) > 2 else ())),
                )
                for line in lines
            ),
            key=key or f"key{next(_NUMBERS)}",
        ),
    )


def receive(
    session: Session, product: int, quantity: str, *lots: tuple[str, str], price: str = "10"
) -> None:
    """Have this much of a product in the store, bought for an order of its own."""
    source = 100_000 + next(_NUMBERS)
    expect(session, "receipt", source, (product, quantity, price))
    move(session, "receipt", source, (1, quantity, lots))


def there(session: Session, product: int, path: str = "WH/Stock") -> Decimal:
    """What there is of a product at a place."""
    found = session.scalar(
        text(
            "SELECT coalesce(sum(quantity), 0) FROM inventory.on_hand"
            " WHERE product_id = :product AND location_id = :place"
        ),
        {"product": product, "place": place(session, path)},
    )
    return Decimal(found or 0)


def promised(session: Session, product: int) -> Decimal:
    """What of a product is promised, as the balances say."""
    found = session.scalar(
        text("SELECT coalesce(sum(reserved), 0) FROM inventory.on_hand WHERE product_id = :one"),
        {"one": product},
    )
    return Decimal(found or 0)


def transfers(session: Session, source: int | None = None, kind: str = "") -> list[Transfer]:
    """Transfers of a document, fresh from the database, in the order in which they were made."""
    session.expire_all()
    wanted = select(Transfer).order_by(Transfer.id)
    if source is not None:
        wanted = wanted.where(Transfer.source_id == source)
    if kind:
        wanted = wanted.where(Transfer.kind == kind)
    return list(session.scalars(wanted))


def do(session: Session, transfer: Transfer, quantity: str = "", *, backorder: bool = True) -> str:
    """Do a transfer, wholly or as much of its first line; its number."""
    sheet = lock_sheet(session, transfer.id)
    wanted = {sheet.lines[0].id: Wanted(Decimal(quantity))} if quantity else all_of(sheet)
    return complete(session, sheet, wanted, day=DAY, backorder=backorder).number
