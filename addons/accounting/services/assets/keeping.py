"""Categories and assets until they are put into service.

Where an asset's cost comes from decides what is posted when it is put into service:

    a purchase line           nothing: the bill has debited the category's account already
    an account named          Dr asset    Cr accumulated depreciation so far    Cr that account
    neither                   nothing: cost and depreciation came with the opening balances
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import JournalLine
from addons.accounting.models.assets import Asset, AssetCategory, AssetMove
from addons.accounting.options import AccountingOptions
from addons.accounting.services.assets.schedule import add_months, month_end
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.money import round_money
from core.api import Conflict, InvalidInput, options, phrase

SOURCE: Final = "accounting.assets"
_TERMS: Final = ("method", "months", "rate", "switches", "prorata")
_ACCOUNTS: Final = ("asset_account_id", "depreciation_account_id")
_ONE_DAY: Final = timedelta(days=1)


def update_category(
    session: Session, category: AssetCategory, values: Mapping[str, Any]
) -> AssetCategory:
    """Change a category. Assets keep the terms they were given; while any is in the books, the
    accounts that hold cost and depreciation stay."""
    moved = any(
        values.get(name, getattr(category, name)) != getattr(category, name) for name in _ACCOUNTS
    )
    used = select(Asset.id).where(Asset.category_id == category.id, Asset.state != "draft")
    if moved and session.scalar(used.limit(1)) is not None:
        raise InvalidInput.of(
            "asset_account_id",
            phrase("Assets of this category are in the books: its accounts stay."),
            fix=phrase("Make another category for the assets to come."),
        )
    for name, value in values.items():
        setattr(category, name, value)
    session.flush()
    return category


def create_asset(session: Session, values: Mapping[str, Any]) -> Asset:
    """A draft, with the terms of its category where it has none of its own."""
    given = {name: value for name, value in values.items() if value not in (None, "")}
    category = session.get_one(AssetCategory, given["category_id"])
    for name in _TERMS:
        given.setdefault(name, getattr(category, name))
    given.setdefault("in_service_on", given["acquired_on"])
    asset = Asset(**given)
    _require_sound(session, asset)
    session.add(asset)
    session.flush()
    if asset.number is None:
        asset.number = f"FA-{asset.id:05}"
        session.flush()
    return asset


def update_asset(session: Session, asset: Asset, values: Mapping[str, Any]) -> Asset:
    """Change a draft; of an asset in service only what says where and with whom it is."""
    if asset.state != "draft":
        changed = sorted(
            name
            for name, value in values.items()
            if name not in _PLACE and value not in ("", getattr(asset, name))
        )
        if changed:
            raise Conflict(
                phrase("The asset is in the books: only its place, tag and keeper can change."),
                fix=phrase("Revalue it or change its life on its own page."),
            )
    for name, value in values.items():
        # A term that is left empty stays as it is.
        if name not in _TERMS or value not in (None, ""):
            setattr(asset, name, value)
    _require_sound(session, asset)
    session.flush()
    return asset


def delete_asset(session: Session, asset: Asset) -> None:
    """Throw a draft away."""
    if asset.state != "draft":
        raise Conflict(phrase("The asset is in the books."), fix=phrase("Dispose of it instead."))
    session.delete(asset)
    session.flush()


def from_purchase_line(session: Session, line_id: int, category_id: int) -> Asset:
    """A draft asset of a posted line on the category's account, with what the bill says."""
    line, category = session.get(JournalLine, line_id), session.get(AssetCategory, category_id)
    if line is None or category is None:
        raise InvalidInput.of("line_id", phrase("There is no such line."))
    return create_asset(
        session,
        {
            "name": line.label or line.entry.narration or category.name,
            "category_id": category.id,
            "acquired_on": line.date,
            "cost": line.amount,
            "supplier": line.entry.partner,
            "branch_id": line.entry.branch_id,
            "purchase_line_id": line.id,
        },
    )


def put_into_service(session: Session, asset: Asset) -> None:
    """Take an asset into the books, and begin its plan."""
    if asset.state != "draft":
        raise Conflict(phrase("The asset is in service already."))
    _require_sound(session, asset)
    begun = asset.opening_on + _ONE_DAY if asset.opening_on else asset.in_service_on
    life_end = end_of_life(asset, asset.in_service_on)
    asset.plan_from, asset.plan_until = begun, max(life_end, begun)
    asset.plan_value = asset.cost - asset.opening
    entry_id, day = _acquire(session, asset)
    asset.state = "in_service"
    session.add(
        AssetMove(
            asset_id=asset.id,
            kind="acquired",
            date=day,
            cost=asset.cost,
            accumulated=asset.opening,
            entry_id=entry_id,
        )
    )
    session.flush()


def end_of_life(asset: Asset, start: date) -> date:
    """The last day of the asset's life, if it begins on `start`."""
    if asset.prorata == "day":
        return add_months(start, asset.months) - _ONE_DAY
    return month_end(add_months(start.replace(day=1), asset.months - 1))


_PLACE: Final = frozenset({"name", "number", "serial", "location", "custodian", "supplier"})


def _acquire(session: Session, asset: Asset) -> tuple[int | None, date]:
    """The entry that brought the asset into the books, and its date."""
    if asset.purchase_line_id is not None:
        line = session.get_one(JournalLine, asset.purchase_line_id)
        if (
            line.entry.state != "posted"
            or line.account_id != asset.category.asset_account_id
            or line.amount != asset.cost
        ):
            raise Conflict(
                phrase(
                    "The line of the bill is not a posted one of {amount} on {account}.",
                    amount=f"{asset.cost:,f}",
                    account=asset.category.asset_account.code,
                )
            )
        return line.entry_id, line.date
    day = asset.opening_on or asset.acquired_on
    if asset.counter_account is None:
        return None, day
    category, lines = asset.category, []
    lines.append(LineDraft(category.asset_account.code, asset.cost, asset.name))
    if asset.opening:
        opening = asset.opening.copy_negate()
        lines.append(LineDraft(category.depreciation_account.code, opening, asset.name))
    rest = asset.opening - asset.cost
    if rest:
        lines.append(LineDraft(asset.counter_account.code, rest, asset.name))
    outcome = post(
        session,
        EntryDraft(
            date=day,
            lines=tuple(lines),
            narration=phrase("Acquisition of {asset}", asset=asset.name),
            partner=asset.supplier,
            branch_id=asset.branch_id,
            source_type=SOURCE,
            source_id=f"{asset.id}:acquired",
        ),
    )
    return outcome.id, day


def _require_sound(session: Session, asset: Asset) -> None:
    currency = options(session, AccountingOptions).company_currency
    for name in ("cost", "salvage", "opening"):
        amount = getattr(asset, name) or Decimal(0)
        if amount < 0 or amount != round_money(amount, currency):
            raise InvalidInput.of(
                name, phrase("Give an amount in whole units of {currency}.", currency=currency)
            )
        setattr(asset, name, amount)
    if asset.salvage + asset.opening > asset.cost:
        raise InvalidInput.of(
            "salvage", phrase("Salvage value and depreciation so far exceed the cost.")
        )
    if asset.in_service_on < asset.acquired_on:
        raise InvalidInput.of(
            "in_service_on", phrase("It cannot be in service before it was acquired.")
        )
    if bool(asset.opening) and asset.opening_on is None:
        raise InvalidInput.of(
            "opening_on", phrase("Say up to which day it was depreciated elsewhere.")
        )
    if asset.method == "units" and not (asset.units and asset.units > 0):
        raise InvalidInput.of("units", phrase("Say how many units it will produce in its life."))
    if asset.method == "years_digits" and asset.months % 12:
        raise InvalidInput.of(
            "months", phrase("The sum of the years' digits needs a life of whole years.")
        )
