"""Beside a category of products: the accounts that its products post to."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.permissions import EDIT_CHART, VIEW_BOOKS
from addons.accounting.services.trade.accounts import BY_CATEGORY, account_code
from addons.accounting.services.trade.choosing import accounts_of_category, choose_accounts
from core.api import Redirect, Request, Route, Slot, actor, phrase

_PLACE: Final = "catalog.categories.side"


def beside_category(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any] | None:
    """The category's own accounts, and the company's where it has none."""
    record = given["record"]
    chosen = accounts_of_category(session, record.id)
    may_edit = actor(session).may(EDIT_CHART.code)
    accounts = select(Account.code, Account.name).where(Account.active).order_by(Account.code)
    return {
        "category": record,
        "purposes": [
            (purpose, title, chosen.get(purpose, ""), account_code(session, purpose))
            for purpose, title in BY_CATEGORY
        ],
        "may_edit": may_edit,
        "accounts": session.execute(accounts).all() if may_edit else (),
    }


def save(session: Session, request: Request) -> Redirect:
    """Keep what was chosen."""
    category_id = int(request.path_params["category_id"])
    codes = {purpose: request.form.get(purpose, "") for purpose, _ in BY_CATEGORY}
    choose_accounts(session, category_id, request.form.get("category", ""), codes)
    said = phrase("The accounts of the category were saved.")
    return Redirect(f"/catalog/categories/{category_id}", said)


SLOTS: Final = (Slot(_PLACE, "accounting/category_accounts.html", beside_category, VIEW_BOOKS),)
PAGES: Final = (Route("POST", "/category-accounts/{category_id:int}", save, EDIT_CHART),)
