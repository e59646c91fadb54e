"""Counts and their plans: lists and forms, and the page on which one counts."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal, InvalidOperation
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.catalog.api import get_products, scan
from addons.inventory.models import CountPlan, Location, Lot, StockCount
from addons.inventory.models.counts import COUNT_STATES, CountLine
from addons.inventory.permissions import APPROVE_COUNT, COUNT_STOCK, SET_UP_STOCK, VIEW_STOCK
from addons.inventory.services.counts import counting, plans, posting
from core.api import (
    Access,
    Action,
    AppError,
    Column,
    Displays,
    Field,
    Filter,
    Fragment,
    InvalidInput,
    ListView,
    NotFound,
    Operations,
    Page,
    Reply,
    Request,
    Resource,
    Route,
    Section,
    Tone,
    msg,
    phrase,
    savepoint,
    today,
)

_TONES: Final[tuple[tuple[str, Tone], ...]] = (
    ("counting", "warning"),
    ("review", "warning"),
    ("done", "good"),
    ("cancelled", "bad"),
)
_SHOWN: Final = 300
"""Lines on the page of a count; what is more is found by scanning it or by its place."""


def _begin(session: Session, count: StockCount) -> str:
    counting.start(session, count)
    return phrase("Counting has begun.")


def _submit(session: Session, count: StockCount) -> str:
    posting.submit(session, count)
    if count.state == "review":
        return phrase("The differences wait for approval.")
    return phrase("Posted as {number}.", number=count.number or "")


def _approve(session: Session, count: StockCount) -> str:
    posting.approve(session, count)
    return phrase("Posted as {number}.", number=count.number or "")


def _again(session: Session, count: StockCount) -> str:
    lines = posting.count_again(session, count)
    return phrase("{lines} lines are to be counted again.", lines=lines)


def _cancel(session: Session, count: StockCount) -> str:
    posting.cancel_count(session, count)
    return phrase("Cancelled.")


def _title(count: StockCount) -> str:
    return count.number or f"#{count.id}"


COUNTS: Final = Resource(
    name="counts",
    model=StockCount,
    title=msg("Counts"),
    singular=msg("Count"),
    help=msg("What is really there: of a place, of a category, or of everything."),
    access=Access(VIEW_STOCK, COUNT_STOCK, COUNT_STOCK, COUNT_STOCK),
    columns=(
        Column("number", msg("Number")),
        Column("id", msg("Reference")),
        Column("location.path", msg("Place")),
        Column("category_id", msg("Category")),
        Column("day", msg("Day")),
        Column("state", msg("State"), choices=COUNT_STATES, tones=_TONES),
        Column(
            "difference_value",
            msg("Differences worth"),
            widget="money",
            permission=APPROVE_COUNT,
            optional=True,
        ),
    ),
    record_title=_title,
    search=("number",),
    filters=(
        Filter("state", msg("State"), choices=COUNT_STATES),
        Filter("location_id", msg("Place"), reference="inventory.locations"),
        Filter("day", msg("Day")),
    ),
    views=(
        ListView("to_count", msg("To count"), where=(("state", "draft"), ("state", "counting"))),
        ListView("to_approve", msg("To approve"), where=(("state", "review"),)),
    ),
    order=("-id",),
    form=(
        Section(
            msg("Count"),
            (
                Field("location_id", msg("Place"), reference="inventory.locations"),
                Field("category_id", msg("Category"), reference="catalog.categories"),
                Field("day", msg("Day"), initial=today),
                Field("blind", msg("Blind"), help=msg("Who counts does not see what should be.")),
                Field(
                    "frozen",
                    msg("Nothing moves meanwhile"),
                    help=msg("Otherwise goods may go on moving; differences stay right."),
                ),
                Field("note", msg("Note"), widget="multiline"),
                Field("approved_by", msg("Approved by"), readonly=True),
                Field("state", msg("State"), choices=COUNT_STATES, readonly=True),
            ),
        ),
    ),
    actions=(
        Action(
            "begin",
            msg("Begin"),
            COUNT_STOCK,
            _begin,
            when=lambda count: count.state == "draft",
            style="primary",
        ),
        Action(
            "submit",
            msg("Counting is finished"),
            COUNT_STOCK,
            _submit,
            when=lambda count: count.state == "counting",
            style="primary",
        ),
        Action(
            "approve",
            msg("Approve"),
            APPROVE_COUNT,
            _approve,
            when=lambda count: count.state == "review",
            style="primary",
            bulk=True,
        ),
        Action(
            "again",
            msg("Count differences again"),
            COUNT_STOCK,
            _again,
            when=lambda count: count.state in ("counting", "review"),
        ),
        Action(
            "cancel",
            msg("Cancel"),
            COUNT_STOCK,
            _cancel,
            when=lambda count: count.state in ("draft", "counting", "review"),
            confirm=msg("Nothing of this count will be posted. Cancel it?"),
            style="danger",
        ),
    ),
    operations=Operations(plans.create_count, plans.update_count, plans.delete_count),
    editable=lambda count: count.state in ("draft", "counting"),
    state="state",
    displays=Displays(board=False),
)

PLANS: Final = Resource(
    name="count-plans",
    model=CountPlan,
    title=msg("Count plans"),
    singular=msg("Count plan"),
    help=msg("Places that are counted again and again, a part every few days."),
    access=Access(VIEW_STOCK, SET_UP_STOCK, SET_UP_STOCK, SET_UP_STOCK),
    columns=(
        Column("name", msg("Name")),
        Column("location.path", msg("Place")),
        Column("category_id", msg("Category")),
        Column("every_days", msg("Every so many days")),
        Column("next_on", msg("Next on")),
        Column("active", msg("Active")),
    ),
    record_title=lambda plan: plan.name,
    search=("name",),
    order=("next_on",),
    form=(
        Section(
            msg("Count plan"),
            (
                Field("name", msg("Name")),
                Field("location_id", msg("Place"), reference="inventory.locations"),
                Field("category_id", msg("Category"), reference="catalog.categories"),
                Field("every_days", msg("Every so many days"), initial=lambda session: 30),
                Field("next_on", msg("Next on"), initial=today),
                Field("blind", msg("Blind")),
                Field("frozen", msg("Nothing moves meanwhile")),
                Field("active", msg("Active"), initial=lambda session: True),
            ),
        ),
    ),
    operations=Operations(plans.create_plan, plans.update_plan),
)

RESOURCES: Final = (COUNTS, PLANS)


def show(session: Session, request: Request) -> Page:
    """The page on which one counts."""
    count = session.get(StockCount, request.path_params["id"])
    if count is None:
        raise NotFound(phrase("There is no such count."))
    return Page("inventory/counts/count.html", _context(session, count))


def note_line(session: Session, request: Request) -> Reply:
    """A figure that was typed for a line."""
    count = counting.lock_count(session, request.path_params["id"])
    return _answer(
        session,
        count,
        lambda: counting.count_line(
            session, count, request.path_params["line"], _figure(request.form.get("counted", ""))
        ),
    )


def note_scan(session: Session, request: Request) -> Reply:
    """A code that was scanned: a place for what follows, or a piece that was found there."""
    count = counting.lock_count(session, request.path_params["id"])
    code = request.form.get("code", "").strip()
    place_id = _whole(request.form.get("place", "")) or _only_place(session, count)
    place = session.scalar(select(Location).where(Location.barcode == code))
    if place is not None:
        return Fragment("inventory/counts/lines.html", _context(session, count, place.id))
    return _answer(session, count, lambda: _found(session, count, code, place_id), place_id)


def note_rest(session: Session, request: Request) -> Reply:
    """Nothing is there of what nobody counted."""
    count = counting.lock_count(session, request.path_params["id"])
    return _answer(session, count, lambda: counting.count_rest_as_none(session, count))


def _found(session: Session, count: StockCount, code: str, place_id: int | None) -> CountLine:
    if place_id is None:
        raise InvalidInput.of("code", phrase("Scan the place first."))
    seen = scan(session, code)
    if seen is None:
        lot = session.scalars(select(Lot).where(Lot.name == code).limit(2)).all()
        if len(lot) != 1:
            raise NotFound(phrase("{code} is not known here.", code=code[:80]))
        return counting.count_goods(
            session,
            count,
            lot[0].product_id,
            Decimal(1),
            location_id=place_id,
            lot=code,
            add=True,
        )
    return counting.count_goods(
        session,
        count,
        seen.product_id,
        seen.quantity,
        location_id=place_id,
        lot=seen.lot or "",
        add=True,
    )


def _answer(session: Session, count: StockCount, act: Any, place_id: int | None = None) -> Fragment:
    problem: AppError | None = None
    try:
        with savepoint(session):
            act()
    except AppError as error:
        problem = error
    context = _context(session, count, place_id)
    return Fragment(
        "inventory/counts/lines.html",
        {**context, "problem": problem},
        status=200 if problem is None else 422,
    )


def _context(session: Session, count: StockCount, place_id: int | None = None) -> Mapping[str, Any]:
    rows = session.execute(
        select(CountLine, Location.path, Lot.name)
        .join(Location, Location.id == CountLine.location_id)
        .outerjoin(Lot, Lot.id == CountLine.lot_id)
        .where(CountLine.count_id == count.id)
        .order_by(CountLine.counted.is_not(None), Location.path, CountLine.id)
        .limit(_SHOWN + 1)
    ).all()
    products = get_products(session, {row[0].product_id for row in rows})
    place = session.get(Location, place_id) if place_id else None
    return {
        "count": count,
        "title": _title(count),
        "rows": rows[:_SHOWN],
        "more": len(rows) > _SHOWN,
        "products": products,
        "place": place,
        "shows_expected": not count.blind or count.state in ("review", "done"),
        "problem": None,
        "left": sum(1 for row in rows if row[0].counted is None),
    }


def _only_place(session: Session, count: StockCount) -> int | None:
    """The place itself, where nothing is below it: then nobody needs to scan it."""
    place = session.get_one(Location, count.location_id)
    below = select(Location.id).where(Location.parent_id == place.id).limit(1)
    holds = place.kind in ("internal", "consigned")
    return place.id if holds and session.scalar(below) is None else None


def _figure(written: str) -> Decimal:
    try:
        return Decimal(written.strip())
    except InvalidOperation as error:
        raise InvalidInput.of(
            "counted", phrase("{written} is no figure.", written=written[:40])
        ) from error


def _whole(written: str) -> int | None:
    return int(written) if written.isdecimal() and len(written) < 19 else None


ROUTES: Final = (
    Route("GET", "/counts/{id:int}/sheet", show, COUNT_STOCK),
    Route("POST", "/counts/{id:int}/sheet/scan", note_scan, COUNT_STOCK),
    Route("POST", "/counts/{id:int}/sheet/rest", note_rest, COUNT_STOCK),
    Route("POST", "/counts/{id:int}/sheet/{line:int}", note_line, COUNT_STOCK),
)
