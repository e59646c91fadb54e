"""What happens to an asset in service: sold, scrapped, revalued, given another life.

Each first posts the depreciation up to its day, and begins a new plan on the day after; what was
depreciated before is never touched.

    sale or scrapping     Dr accumulated depreciation   Cr asset (cost)
                          Dr proceeds                   Cr gain, or Dr loss
                          Dr revaluation surplus        Cr retained earnings   (IAS 16.41)
    revaluation upwards   Dr asset   Cr impairment, as far as one was expensed before (IAS 16.39)
                                     Cr revaluation surplus for the rest
    downwards             Dr revaluation surplus, as far as there is any (IAS 16.40)
                          Dr impairment for the rest    Cr accumulated depreciation

Of a part, everything goes in proportion to its share of the cost.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.assets import Asset, AssetMove
from addons.accounting.options import AccountingOptions
from addons.accounting.services.assets.depreciation import depreciate
from addons.accounting.services.assets.figures import Figures, figures_of, used
from addons.accounting.services.assets.keeping import SOURCE
from addons.accounting.services.default_accounts import default_account
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from addons.accounting.services.ledger import post
from addons.accounting.services.money import round_money
from core.api import Conflict, InvalidInput, options, phrase

_ZERO: Final = Decimal(0)
_ONE_DAY: Final = timedelta(days=1)
_PLAN: Final = ("state", "salvage", "months", "plan_from", "plan_until", "plan_value", "units")


@dataclass(frozen=True, slots=True)
class Disposal:
    """How an asset goes: for how much, received on which account; `share` of it, 1 for all."""

    on: date
    proceeds: Decimal = _ZERO
    account: Account | None = None
    share: Decimal = Decimal(1)
    note: str = ""


def dispose(session: Session, asset_id: int, disposal: Disposal) -> AssetMove:
    """Sell an asset or a part of it; scrap it where nothing comes in."""
    asset, held = _ready(session, asset_id, disposal.on)
    _require_sound(disposal)
    currency = options(session, AccountingOptions).company_currency
    is_whole = disposal.share == 1

    def part(amount: Decimal) -> Decimal:
        return amount if is_whole else round_money(amount * disposal.share, currency)

    gone = Figures(*(part(x) for x in (held.cost, held.accumulated, held.surplus, held.impaired)))
    kind = "part_disposal" if not is_whole else "sale" if disposal.proceeds else "scrapped"
    move = _move(
        session,
        asset,
        kind,
        disposal.on,
        _disposal_lines(session, asset, gone, disposal),
        disposal.note,
        Figures(-gone.cost, -gone.accumulated, -gone.surplus, -gone.impaired),
    )
    if is_whole:
        asset.state, asset.disposed_on = "disposed", disposal.on
    else:
        asset.salvage -= part(asset.salvage)
        _new_plan(session, asset, disposal.on, held.book_value - gone.book_value)
    session.flush()
    return move


def revalue(session: Session, asset_id: int, on: date, value: Decimal, note: str) -> AssetMove:
    """Bring an asset to another value: upwards into the surplus, downwards out of it and then
    into the result."""
    asset, held = _ready(session, asset_id, on)
    currency = options(session, AccountingOptions).company_currency
    if value < asset.salvage or value != round_money(value, currency):
        raise InvalidInput.of(
            "value",
            phrase(
                "Give a value of at least the salvage value of {salvage}, in whole units.",
                salvage=f"{asset.salvage:,f}",
            ),
        )
    change = value - held.book_value
    if not change:
        raise Conflict(phrase("The asset is worth exactly that in the books."))
    if change > 0:
        impaired = -min(change, held.impaired)
        effect = Figures(cost=change, surplus=change + impaired, impaired=impaired)
        first = LineDraft(asset.category.asset_account.code, change, asset.name)
    else:
        surplus = max(change, -held.surplus)
        effect = Figures(accumulated=-change, surplus=surplus, impaired=surplus - change)
        first = LineDraft(asset.category.depreciation_account.code, change, asset.name)
    lines = [first]
    for amount, account, title in (
        (-effect.surplus, asset.category.surplus_account, phrase("revaluation surplus")),
        (effect.impaired, asset.category.impairment_account, phrase("impairment")),
    ):
        if amount:
            lines.append(LineDraft(_required(account, title), amount, asset.name))
    move = _move(session, asset, "revaluation", on, lines, note, effect)
    _new_plan(session, asset, on, value)
    session.flush()
    return move


def change_life(
    session: Session, asset_id: int, on: date, until: date, salvage: Decimal, note: str
) -> AssetMove:
    """From the day after `on`, spread what is left over the time to `until`. What is past stays
    (IAS 8.36: a change of an estimate goes forward)."""
    asset, held = _ready(session, asset_id, on)
    if until <= on:
        raise InvalidInput.of("until", phrase("The life ends after the change, or not at all."))
    if not 0 <= salvage <= held.book_value:
        raise InvalidInput.of("salvage", phrase("The salvage value exceeds what is left."))
    move = _move(session, asset, "change", on, (), note, Figures())
    asset.salvage = salvage
    _new_plan(session, asset, on, held.book_value, until)
    session.flush()
    return move


def _ready(session: Session, asset_id: int, on: date) -> tuple[Asset, Figures]:
    """The asset, locked, with its depreciation posted up to the day, and its figures then."""
    asset = session.scalars(
        select(Asset)
        .where(Asset.id == asset_id)
        .with_for_update()
        .execution_options(populate_existing=True)
    ).one()
    if asset.state != "in_service":
        raise Conflict(phrase("{asset} is not in service.", asset=asset.name))
    last = session.scalar(select(func.max(AssetMove.date)).where(AssetMove.asset_id == asset.id))
    if last is not None and on < last:
        raise InvalidInput.of(
            "on",
            phrase("Something was posted for the asset on {day}.", day=last),
            fix=phrase("Choose that day or a later one, or reverse what was posted."),
        )
    depreciate(session, on, asset)
    return asset, figures_of(session, asset.id)


def _require_sound(disposal: Disposal) -> None:
    if not 0 < disposal.share <= 1:
        raise InvalidInput.of("share", phrase("Give a share of more than 0 and up to 100 percent."))
    if disposal.proceeds < 0:
        raise InvalidInput.of("proceeds", phrase("Proceeds cannot be negative."))
    if disposal.proceeds and disposal.account is None:
        raise InvalidInput.of("account_id", phrase("Say on which account the proceeds come in."))


def _disposal_lines(
    session: Session, asset: Asset, gone: Figures, disposal: Disposal
) -> list[LineDraft]:
    category, gain = asset.category, disposal.proceeds - gone.book_value
    amounts = [
        (category.depreciation_account, gone.accumulated),
        (disposal.account, disposal.proceeds),
        (category.asset_account, -gone.cost),
        (category.gain_account if gain > 0 else category.loss_account, -gain),
    ]
    if gone.surplus:
        retained = default_account(session, "retained_earnings_account")
        amounts += [(category.surplus_account, gone.surplus), (retained, -gone.surplus)]
    return [
        LineDraft(account.code, amount, asset.name)
        for account, amount in amounts
        if amount and account is not None
    ]


def _move(
    session: Session,
    asset: Asset,
    kind: str,
    on: date,
    lines: Sequence[LineDraft],
    note: str,
    effect: Figures,
) -> AssetMove:
    move = AssetMove(
        asset_id=asset.id,
        kind=kind,
        date=on,
        cost=effect.cost,
        accumulated=effect.accumulated,
        surplus=effect.surplus,
        impaired=effect.impaired,
        note=note,
        before={name: _plain(getattr(asset, name)) for name in _PLAN},
    )
    if lines:
        times = session.scalar(
            select(func.count()).select_from(AssetMove).where(AssetMove.asset_id == asset.id)
        )
        move.entry_id = post(
            session,
            EntryDraft(
                date=on,
                lines=tuple(lines),
                narration=note or asset.name,
                reference=asset.number or "",
                branch_id=asset.branch_id,
                source_type=SOURCE,
                source_id=f"{asset.id}:{kind}/{times}",
            ),
        ).id
    session.add(move)
    session.flush()
    return move


def _new_plan(
    session: Session, asset: Asset, on: date, value: Decimal, until: date | None = None
) -> None:
    if asset.units is not None:
        produced = used(session, on, [asset.id]).get(asset.id, _ZERO)
        # Nothing is left to produce where the last unit was: the plan has ended.
        asset.units = max(asset.units - produced, _ZERO) or None
    asset.plan_from, asset.plan_value = on + _ONE_DAY, value
    asset.plan_until = max(until or asset.plan_until or on, on + _ONE_DAY)


def _required(account: Account | None, title: str) -> str:
    if account is None:
        raise Conflict(
            phrase("The category has no account for {purpose}.", purpose=title),
            fix=phrase("Choose it under Fixed assets > Categories."),
        )
    return account.code


def _plain(value: Any) -> Any:
    return value if value is None or isinstance(value, (str, int)) else str(value)
