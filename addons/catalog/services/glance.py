"""What the pages of a product and a template show beside them."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.catalog.models import Product, Template
from addons.catalog.permissions import EDIT_PRODUCTS
from addons.catalog.services.choosing import axes_of
from addons.catalog.services.pictures import pictures_of
from addons.catalog.services.trading import company_currency
from core.api import actor


def beside_product(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """For the product's page: pictures, price, and the template of a variant."""
    product: Product = given["record"]
    return {
        "record": product,
        "pictures": pictures_of(session, product),
        "currency": company_currency(session),
        "unit": product.unit.code,
        "template": product.template.name if product.combination else "",
        "variants": _variants(session, product.template_id) if product.combination else 0,
        "may_edit": actor(session).may(EDIT_PRODUCTS.code),
    }


def beside_template(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """For the template's page: how many variants there are and could be."""
    template: Template = given["record"]
    return {
        "record": template,
        "made": _variants(session, template.id),
        "possible": axes_of(session, template.id).possible(),
    }


def _variants(session: Session, template_id: int) -> int:
    statement = select(func.count()).select_from(Product)
    return session.scalar(statement.where(Product.template_id == template_id)) or 0


def any_product(session: Session) -> bool:
    """Whether there is a product."""
    return session.scalar(select(Product.id).limit(1)) is not None
