"""The page of a template's variants: those that there are, and making others."""

from __future__ import annotations

from typing import Final
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from addons.catalog.permissions import EDIT_PRODUCTS, VIEW_PRODUCTS
from addons.catalog.services.variant_page import make_combinations, variant_page
from core.api import AppError, InvalidInput, Page, Redirect, Reply, Request, Route, phrase


def show(session: Session, request: Request, problem: AppError | None = None) -> Page:
    """The variants that there are, narrowed to those with the values in the address."""
    chosen = _numbers(request.query.getlist("value"))
    after = _numbers(request.query.getlist("after"))
    template_id = request.path_params["id"]
    page = variant_page(session, template_id, chosen, after[0] if after else 0)
    context = {"page": page, "chosen": set(chosen), "problem": problem}
    return Page("catalog/variants.html", context, status=problem.status if problem else 200)


def narrow(session: Session, request: Request) -> Reply:
    """To the variants that have the values that were ticked."""
    chosen = _numbers(request.form.getlist("value"))
    template_id = request.path_params["id"]
    return Redirect(
        f"/catalog/templates/{template_id}/variants?{urlencode([('value', c) for c in chosen])}"
    )


def make(session: Session, request: Request) -> Reply:
    """Make every combination of the values that were ticked."""
    template_id = request.path_params["id"]
    try:
        made, new = make_combinations(session, template_id, _numbers(request.form.getlist("value")))
    except InvalidInput as error:
        return show(session, request, error)
    if len(made) == 1:
        return Redirect(f"/catalog/products/{made[0]}")
    return Redirect(
        f"/catalog/templates/{template_id}/variants",
        phrase("{new} variants were made, {known} were there already.",
               new=new, known=len(made) - new),
    )  # fmt: skip


def _numbers(texts: list[str]) -> list[int]:
    return [int(one) for one in texts if one.isascii() and one.isdecimal() and len(one) < 19]


ROUTES: Final = (
    Route("GET", "/templates/{id:int}/variants", show, VIEW_PRODUCTS),
    Route("POST", "/templates/{id:int}/variants", make, EDIT_PRODUCTS),
    Route("POST", "/templates/{id:int}/variants/shown", narrow, VIEW_PRODUCTS, writes=False),
)
