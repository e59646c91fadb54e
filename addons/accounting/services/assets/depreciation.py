"""Depreciation up to a day: each asset in service is posted what its plan has taken and the books
have not.

    Dr  depreciation expense        the difference
        Cr  accumulated depreciation

A run finds nothing left to do after itself, and catches up what earlier runs did not know of. Its
entries can be reversed one by one; the next run posts what is missing then.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from fractions import Fraction
from typing import Final, cast

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.extension_points import Step, StepState
from addons.accounting.models import JournalEntry, Period
from addons.accounting.models.assets import Asset, AssetMove
from addons.accounting.options import AccountingOptions
from addons.accounting.services.assets.figures import taken, used
from addons.accounting.services.assets.keeping import SOURCE
from addons.accounting.services.assets.schedule import Method, Plan, taken_by
from addons.accounting.services.bulk import post_bulk
from addons.accounting.services.entry_draft import EntryDraft, LineDraft
from core.api import msg, options, phrase


@dataclass(frozen=True, slots=True)
class Due:
    """What an asset is to be depreciated by."""

    asset: Asset
    amount: Decimal


def plan_of(session: Session, asset: Asset) -> Plan:
    """The present plan of an asset in service."""
    assert asset.plan_from is not None
    assert asset.plan_until is not None
    assert asset.plan_value is not None
    rate = Fraction(asset.rate) / 100 if asset.rate else Fraction(24, asset.months)
    return Plan(
        cast(Method, asset.method),
        asset.plan_from,
        asset.plan_until,
        asset.plan_value,
        asset.salvage,
        options(session, AccountingOptions).company_currency,
        "day" if asset.prorata == "day" else "month",
        min(rate, Fraction(1)),
        asset.switches,
        asset.units,
    )


def due_by(session: Session, day: date, assets: Sequence[Asset] | None = None) -> list[Due]:
    """What is still to be posted at the end of a day, asset by asset."""
    if assets is None:
        assets = session.scalars(
            select(Asset)
            .where(Asset.state == "in_service", Asset.plan_from <= day)
            .order_by(Asset.id)
        ).all()
    ids = [asset.id for asset in assets]
    done, produced = taken(session, ids), used(session, day, ids)
    found = []
    for asset in assets:
        planned = taken_by(plan_of(session, asset), day, produced.get(asset.id, Decimal(0)))
        amount = planned - done.get(asset.id, Decimal(0))
        if amount > 0:
            found.append(Due(asset, amount))
    return found


def depreciate(session: Session, day: date, asset: Asset | None = None) -> int:
    """Post what is due at the end of a day, of all assets or of one; returns how many entries.
    Two who do it at once take turns, and the second finds nothing left."""
    rows = select(Asset).where(Asset.state == "in_service").order_by(Asset.id).with_for_update()
    if asset is not None:
        rows = rows.where(Asset.id == asset.id)
    locked = session.scalars(rows.execution_options(populate_existing=True)).all()
    due = due_by(session, day, [one for one in locked if one.plan_from and one.plan_from <= day])
    if not due:
        return 0
    attempts = _attempts(session, day, due)
    entries = {one.asset.id: _entry(one, day, attempts.get(one.asset.id, 0)) for one in due}
    post_bulk(session, entries.values())
    sources = [entry.source_id for entry in entries.values()]
    known = session.execute(
        select(JournalEntry.source_id, JournalEntry.id).where(
            JournalEntry.source_type == SOURCE, JournalEntry.source_id.in_(sources)
        )
    )
    ids = {row.source_id: row.id for row in known}
    session.add_all(
        AssetMove(
            asset_id=one.asset.id,
            kind="depreciation",
            date=day,
            accumulated=one.amount,
            entry_id=ids[entries[one.asset.id].source_id],
        )
        for one in due
    )
    session.flush()
    return len(due)


def _attempts(session: Session, day: date, due: Sequence[Due]) -> dict[int, int]:
    """By asset, how often it was posted for this day before: a reversed entry keeps its source."""
    rows = session.execute(
        select(AssetMove.asset_id, func.count().label("times"))
        .where(
            AssetMove.kind == "depreciation",
            AssetMove.date == day,
            AssetMove.asset_id.in_([one.asset.id for one in due]),
        )
        .group_by(AssetMove.asset_id)
    )
    return {row.asset_id: row.times for row in rows}


def _entry(due: Due, day: date, attempt: int) -> EntryDraft:
    asset, category = due.asset, due.asset.category
    return EntryDraft(
        date=day,
        narration=phrase("Depreciation of {asset}", asset=asset.name),
        reference=asset.number or "",
        branch_id=asset.branch_id,
        lines=(
            LineDraft(category.expense_account.code, due.amount, asset.name),
            LineDraft(category.depreciation_account.code, due.amount.copy_negate(), asset.name),
        ),
        source_type=SOURCE,
        source_id=f"{asset.id}:{day}/{attempt}",
    )


def check(session: Session, period: Period) -> StepState:
    """Every asset in service is depreciated up to the end of the period."""
    if session.scalar(select(Asset.id).where(Asset.state != "draft").limit(1)) is None:
        return StepState("not_needed", phrase("There are no fixed assets."))
    due = due_by(session, period.end_date)
    url = f"/accounting/asset-register?on={period.end_date}"
    if not due:
        return StepState("done", phrase("Depreciation is posted."), url)
    said = phrase(
        "To be posted: {amount}, for assets: {count}.",
        amount=f"{sum((one.amount for one in due), Decimal(0)):,f}",
        count=len(due),
    )
    return StepState("open", said, url, len(due))


def run(session: Session, period: Period) -> str:
    """Post the depreciation up to the end of the period."""
    return phrase("Assets depreciated: {count}.", count=depreciate(session, period.end_date))


DEPRECIATION: Final = Step("accounting.depreciation", msg("Post depreciation"), 410, check, run)
