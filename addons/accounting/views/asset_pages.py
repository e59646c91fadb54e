"""The register of fixed assets on a day, and the page of one asset: its schedule, and what can be
done with it."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.assets import Asset, AssetMove, AssetUsage
from addons.accounting.permissions import EDIT_ASSETS, POST_ENTRY, VIEW_BOOKS
from addons.accounting.services.assets import changing, keeping, register, undoing
from addons.accounting.services.assets.depreciation import depreciate, plan_of
from addons.accounting.services.assets.figures import figures_of
from addons.accounting.services.assets.schedule import schedule
from addons.accounting.views.typed import money_digits, typed_amount, typed_day, typed_number
from core.api import (
    InvalidInput,
    NotFound,
    Page,
    Redirect,
    Request,
    Route,
    msg,
    phrase,
    today,
)

_MOVES: Final = {
    "acquired": msg("Put into service"),
    "depreciation": msg("Depreciation"),
    "revaluation": msg("Revaluation"),
    "part_disposal": msg("Part disposed of"),
    "sale": msg("Sold"),
    "scrapped": msg("Scrapped"),
    "change": msg("Life changed"),
}


def show_register(session: Session, request: Request) -> Page:
    """The register at the end of a day, and whether its accounts agree."""
    on = _day(request, "on") or today(session)
    lines = register.register(session, on)
    return Page(
        "accounting/closing/asset_register.html",
        {
            "digits": money_digits(session),
            "on": on,
            "lines": lines,
            "cost": sum((line.figures.cost for line in lines), Decimal(0)),
            "accumulated": sum((line.figures.accumulated for line in lines), Decimal(0)),
            "checks": register.compare(session, on),
            "purchases": register.unregistered(session),
            "drafts": session.scalars(
                select(Asset).where(Asset.state == "draft").order_by(Asset.id)
            ).all(),
            "may_edit": request.actor.may(EDIT_ASSETS.code),
            "may_post": request.actor.may(POST_ENTRY.code),
        },
    )


def make_asset(session: Session, request: Request) -> Redirect:
    """A draft of a purchase line."""
    asset = keeping.from_purchase_line(
        session, typed_number(request, "line_id"), typed_number(request, "category_id")
    )
    return Redirect(
        f"/accounting/assets/{asset.id}", phrase("Look at it, and put it into service.")
    )


def run(session: Session, request: Request) -> Redirect:
    """Depreciate all assets up to a day."""
    day = typed_day(request, "on")
    count = depreciate(session, day)
    return Redirect(
        f"/accounting/asset-register?on={day}", phrase("Assets depreciated: {count}.", count=count)
    )


def show_asset(session: Session, request: Request) -> Page:
    """One asset: figures, schedule, story, and what can be done."""
    asset = _asset(session, request)
    is_planned = asset.state == "in_service" and asset.method != "units"
    moves = select(AssetMove).where(AssetMove.asset_id == asset.id)
    return Page(
        "accounting/closing/asset.html",
        {
            "digits": money_digits(session),
            "asset": asset,
            "url": f"/accounting/asset-register/{asset.id}",
            "figures": figures_of(session, asset.id),
            "schedule": schedule(plan_of(session, asset)) if is_planned else [],
            "moves": session.scalars(moves.order_by(AssetMove.id.desc())).all(),
            "titles": _MOVES,
            "today": today(session),
            "money": session.scalars(
                select(Account)
                .where(Account.active, Account.subtype.in_(("bank", "cash", "receivable")))
                .order_by(Account.code)
            ).all(),
            "may_act": request.actor.may(EDIT_ASSETS.code)
            and request.actor.may(POST_ENTRY.code)
            and asset.state == "in_service",
            "may_undo": request.actor.may(EDIT_ASSETS.code) and asset.state != "draft",
        },
    )


def dispose(session: Session, request: Request) -> Redirect:
    """Sell or scrap the asset, or a part of it."""
    asset = _asset(session, request)
    account = None
    if request.form.get("account_id"):
        account = session.get(Account, typed_number(request, "account_id"))
    proceeds = typed_amount(request, "proceeds") if request.form.get("proceeds") else Decimal(0)
    changing.dispose(
        session,
        asset.id,
        changing.Disposal(
            on=typed_day(request, "on"),
            proceeds=proceeds,
            account=account,
            share=typed_amount(request, "percent") / 100,
            note=request.form.get("note", "").strip(),
        ),
    )
    return _back(request, phrase("The disposal is posted."))


def revalue(session: Session, request: Request) -> Redirect:
    """Bring the asset to another value."""
    asset, note = _asset(session, request), _note(request)
    on, value = typed_day(request, "on"), typed_amount(request, "value")
    changing.revalue(session, asset.id, on, value, note)
    return _back(request, phrase("The revaluation is posted."))


def change_life(session: Session, request: Request) -> Redirect:
    """Give the asset another life from a day on."""
    asset, note = _asset(session, request), _note(request)
    on, until = typed_day(request, "on"), typed_day(request, "until")
    changing.change_life(session, asset.id, on, until, typed_amount(request, "salvage"), note)
    return _back(request, phrase("The new life goes from the day after."))


def add_usage(session: Session, request: Request) -> Redirect:
    """Note what the asset has produced up to a day."""
    asset, units = _asset(session, request), typed_amount(request, "units")
    if units <= 0:
        raise InvalidInput.of("units", phrase("Give a number of units above zero."))
    day = typed_day(request, "on")
    known = session.scalar(
        select(AssetUsage).where(AssetUsage.asset_id == asset.id, AssetUsage.date == day)
    )
    if known is None:
        session.add(AssetUsage(asset_id=asset.id, date=day, units=units))
    else:
        known.units = units
    return _back(request, phrase("Noted."))


def undo(session: Session, request: Request) -> Redirect:
    """Take back the last thing that was posted for the asset."""
    undoing.undo_last(session, _asset(session, request).id, _note(request))
    return _back(request, phrase("The entry is reversed."))


def _note(request: Request) -> str:
    note = request.form.get("note", "").strip()
    if not note:
        raise InvalidInput.of("note", phrase("Say why: the reason stands in the entry."))
    return note


def _back(request: Request, said: str) -> Redirect:
    return Redirect(request.path.rpartition("/")[0], said)


def _asset(session: Session, request: Request) -> Asset:
    asset = session.get(Asset, request.path_params["asset_id"])
    if asset is None:
        raise NotFound(phrase("There is no such asset."))
    return asset


def _day(request: Request, name: str) -> date | None:
    written = request.query.get(name, "")
    try:
        return date.fromisoformat(written) if written else None
    except ValueError:
        raise InvalidInput.of(name, phrase("Give a date such as 2026-01-31.")) from None


_ONE: Final = "/asset-register/{asset_id:int}"
ROUTES: Final = (
    Route("GET", "/asset-register", show_register, VIEW_BOOKS),
    Route("POST", "/asset-register/run", run, POST_ENTRY),
    Route("POST", "/asset-register/purchases", make_asset, EDIT_ASSETS),
    Route("GET", _ONE, show_asset, VIEW_BOOKS),
    Route("POST", f"{_ONE}/dispose", dispose, EDIT_ASSETS),
    Route("POST", f"{_ONE}/revalue", revalue, EDIT_ASSETS),
    Route("POST", f"{_ONE}/life", change_life, EDIT_ASSETS),
    Route("POST", f"{_ONE}/usage", add_usage, EDIT_ASSETS),
    Route("POST", f"{_ONE}/undo", undo, EDIT_ASSETS),
)
