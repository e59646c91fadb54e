"""What the shop adds."""

from __future__ import annotations

from collections.abc import Mapping
from pathlib import Path
from typing import Any

from sqlalchemy.orm import Session

from core.api import (
    Card,
    MenuItem,
    OnboardingStep,
    OptionSet,
    Permission,
    Resource,
    Slot,
    TemplateFolder,
    Trouble,
    hookimpl,
)
from tests.fake_addons.showcase.shop import cards, permissions, services, views
from tests.fake_addons.showcase.shop.models import Customer, Order, OrderLine, Product
from tests.fake_addons.showcase.shop.options import OPTIONS


@hookimpl
def register_models() -> list[type]:
    return [Customer, Product, Order, OrderLine]


@hookimpl
def register_permissions() -> list[Permission]:
    return permissions.ALL


@hookimpl
def register_options() -> list[OptionSet]:
    return [OPTIONS]


@hookimpl
def register_resources() -> list[Resource]:
    return views.ALL


@hookimpl
def register_cards() -> list[Card]:
    return list(cards.CARDS)


@hookimpl
def register_onboarding() -> list[OnboardingStep]:
    return list(cards.STEPS)


@hookimpl
def sample_data(session: Session) -> None:
    cards.fill(session)


@hookimpl
def register_templates() -> list[TemplateFolder]:
    return [TemplateFolder(Path(__file__).parent / "templates")]


@hookimpl
def register_menu() -> list[MenuItem]:
    return [
        MenuItem("Orders", "/shop/orders", permissions.READ_ORDERS, "Shop", "receipt"),
        MenuItem("Customers", "/shop/customers", permissions.READ_CUSTOMERS, "Shop", "people"),
        MenuItem("Products", "/shop/products", permissions.READ_PRODUCTS, "Shop", "box"),
    ]


def _beside_an_order(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    return {"count": len(given["record"].lines)}


@hookimpl
def find_troubles(session: Session) -> list[Trouble]:
    return services.TROUBLES


@hookimpl
def register_slots() -> list[Slot]:
    return [Slot("shop.orders.side", "shop/order_side.html", _beside_an_order)]
