"""A page that says what a barcode means: for whoever sets up labels, scales and prefixes."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.catalog.permissions import VIEW_PRODUCTS
from addons.catalog.services.lookup import get_products
from addons.catalog.services.scanning import scan
from core.api import AppError, Page, Request, Route


def scan_page(session: Session, request: Request) -> Page:
    """The product that a code means, how much of it, and what else the code says."""
    code = request.query.get("code", "")
    problem: AppError | None = None
    found = None
    try:
        found = scan(session, code) if code.strip() else None
    except AppError as error:
        problem = error
    product = get_products(session, [found.product_id])[found.product_id] if found else None
    context = {"code": code, "found": found, "product": product, "problem": problem}
    return Page("catalog/scan.html", context, status=problem.status if problem else 200)


ROUTES: Final = (Route("GET", "/scan", scan_page, VIEW_PRODUCTS),)
