"""The page on which open items are settled: one ticks what belongs together, sees what is left,
and settles, writes off or undoes. Programs send the same as JSON.

    POST /accounting/settling
    {"lines": [17, 31], "amounts": {"17": "250.00"}, "on": "2026-03-31",
     "write_off": {"account": "6900", "amount": "0.05", "tolerance": "1", "label": "Rounding"}}
    answers {"settlement": 4, "entry": 92, "parts": [{"line": 17, "amount": "250.00"}, …]}
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.orm import Session

from addons.accounting.models import Account, Settlement
from addons.accounting.models.terms import PartnerTerms
from addons.accounting.permissions import SETTLE, VIEW_BOOKS, WRITE_OFF
from addons.accounting.services.ledger import seal_now
from addons.accounting.services.settlement.items import open_items
from addons.accounting.services.settlement.overview import (
    open_groups,
    preview,
    write_off_accounts,
)
from addons.accounting.services.settlement.settling import settle, settle_oldest
from addons.accounting.services.settlement.undoing import undo
from addons.accounting.services.settlement.values import Settlement as Settled
from addons.accounting.views.settling_input import (
    NOBODY,
    Sheet,
    Wanted,
    chosen_of,
    day_of,
    limits_of,
    sheet_of,
    wanted_of,
)
from addons.contacts.api import contact_names
from core.api import (
    AppError,
    Fragment,
    Json,
    MenuItem,
    NotFound,
    Page,
    Redirect,
    Reply,
    Request,
    Route,
    Slot,
    msg,
    phrase,
    savepoint,
    today,
)

_URL: Final = "/accounting/settling"
_LATELY: Final = 10
_SHOWN: Final = 300
"""Items on the page, the oldest due first; who works on more settles those first."""


def overview(session: Session, request: Request) -> Page:
    """What is open of whom, as of a day, each leading to the page that settles it."""
    now = today(session)
    written = request.query.get("on", "")
    on = day_of("on", written) if written else now
    groups = open_groups(session, on, now=not written)
    totals: dict[tuple[str, str], list[Decimal]] = {}
    for group in groups:
        sums = totals.setdefault((group.account, group.currency), [Decimal(0)] * 3)
        for place, amount in enumerate((group.debit, group.credit, group.late)):
            sums[place] += amount
    return Page(
        "accounting/settling/overview.html",
        {"groups": groups, "totals": totals, "on": on, "as_of": written, "nobody": NOBODY},
    )


def sheet(session: Session, request: Request) -> Page:
    """The open items of a partner on an account, to be ticked and settled."""
    return _page(session, request, sheet_of(request.query))


def show_preview(session: Session, request: Request) -> Reply:
    """What the ticked items come to, as they are ticked."""
    try:
        lines, limits = chosen_of(request.form), limits_of(request.form)
        return Fragment(
            "accounting/settling/sum.html", {"preview": preview(session, lines, limits)}
        )
    except AppError as error:
        return Fragment("accounting/settling/sum.html", {"preview": None, "problem": error.message})


def settle_chosen(session: Session, request: Request) -> Reply:
    """Settle what was ticked, or what a program names."""
    if request.wants == "json":
        made = _settle(session, wanted_of(request))
        seal_now(session)
        return Json(_as_json(made))
    where = sheet_of(request.form)
    try:
        with savepoint(session):
            made = _settle(session, wanted_of(request))
    except AppError as error:
        return _page(session, request, where, error)
    seal_now(session)
    return Redirect(f"{_URL}/sheet?{where.query}", phrase("Settled as number {id}.", id=made.id))


def settle_all(session: Session, request: Request) -> Reply:
    """Settle everything of a partner on an account, the oldest due first."""
    where = sheet_of(request.form)
    try:
        with savepoint(session):
            made = settle_oldest(
                session,
                where.account_id,
                where.partner_id,
                named=where.named,
                currency=where.currency or None,
            )
    except AppError as error:
        return _page(session, request, where, error)
    seal_now(session)
    said = (
        phrase("Settled, the oldest due first.")
        if made
        else phrase("All items are on one side, so nothing pays anything.")
    )
    return Redirect(f"{_URL}/sheet?{where.query}", said)


def undo_one(session: Session, request: Request) -> Reply:
    """Undo a settlement from the page that made it."""
    undone = undo(session, request.path_params["settlement_id"])
    seal_now(session)
    if request.wants == "json":
        return Json(_as_json(undone))
    where = Sheet(
        undone.account_id,
        undone.partner_id,
        undone.original_currency or undone.currency,
        request.form.get("name", ""),
    )
    return Redirect(f"{_URL}/sheet?{where.query}", phrase("Undone. The items are open again."))


def _settle(session: Session, wanted: Wanted) -> Settled:
    return settle(
        session, wanted.lines, amounts=wanted.amounts, write_off=wanted.write_off, on=wanted.on
    )


def _page(session: Session, request: Request, where: Sheet, error: AppError | None = None) -> Page:
    account = session.get(Account, where.account_id)
    if account is None:
        raise NotFound(phrase("There is no such account."))
    found = open_items(
        session,
        account_ids=[where.account_id],
        partner_id=where.partner_id,
        named=where.named if where.partner_id is None else None,
        currency=where.currency or None,
        limit=_SHOWN + 1,
    )
    items = found[:_SHOWN]
    names = contact_names(session, [where.partner_id])
    typed = request.form if error is not None else {}
    chosen = set(chosen_of(request.form)) if error is not None else set()
    return Page(
        "accounting/settling/sheet.html",
        {
            "account": account,
            "where": where,
            "partner": names.get(where.partner_id or 0, where.named),
            "nobody": NOBODY,
            "sides": (
                [item for item in items if item.owed > 0 or (not item.owed and item.residual > 0)],
                [item for item in items if item.owed < 0 or (not item.owed and item.residual < 0)],
            ),
            "shown": _SHOWN if len(found) > _SHOWN else 0,
            "chosen": chosen,
            "typed": typed,
            "preview": preview(session, sorted(chosen), {}) if chosen else None,
            "today": today(session),
            "error": error,
            "accounts": write_off_accounts(session),
            "lately": _lately(session, where),
            "may_settle": request.actor.may(SETTLE.code),
            "may_write_off": request.actor.may(WRITE_OFF.code),
        },
        status=200 if error is None else 422,
    )


def _lately(session: Session, where: Sheet) -> Sequence[Settlement]:
    newest = (
        select(Settlement)
        .where(Settlement.account_id == where.account_id, Settlement.kind == "match")
        .order_by(Settlement.id.desc())
        .limit(_LATELY)
    )
    partner = (
        Settlement.partner_id.is_(None)
        if where.partner_id is None
        else Settlement.partner_id == where.partner_id
    )
    return session.scalars(newest.where(partner)).all()


def _as_json(settled: Settled) -> dict[str, Any]:
    return {
        "settlement": settled.id,
        "date": settled.date,
        "entry": settled.entry_id,
        "undone_on": settled.undone_on,
        "parts": [
            {"line": part.line_id, "amount": part.amount, "original_amount": part.original_amount}
            for part in settled.parts
        ],
    }


def beside_contact(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """What is open of a contact, beside it."""
    contact = given["record"]
    groups = open_groups(session, today(session), partner_id=contact.id)
    terms = session.scalar(select(PartnerTerms.id).where(PartnerTerms.partner_id == contact.id))
    return {"groups": groups, "contact": contact, "terms": terms}


def beside_item(session: Session, given: Mapping[str, Any]) -> Mapping[str, Any]:
    """The way from an open item to the page that settles it."""
    item = given["record"]
    where = Sheet(item.account_id, item.partner_id, item.owed_currency, item.partner)
    return {"query": where.query}


_SECTION: Final = msg("Receivables and payables")
MENU: Final = (
    MenuItem(msg("Open items"), "/accounting/open-items", VIEW_BOOKS, _SECTION, "list-check", 10),
    MenuItem(
        msg("Settle open items"), "/accounting/settling", VIEW_BOOKS, _SECTION, "check2-all", 11
    ),
    MenuItem(msg("Settlements"), "/accounting/settlements", VIEW_BOOKS, _SECTION, "link-45deg", 12),
)

SLOTS: Final = (
    Slot(
        "contacts.contacts.side",
        "accounting/settling/contact_side.html",
        beside_contact,
        VIEW_BOOKS,
        order=50,
    ),
    Slot("accounting.open-items.side", "accounting/settling/item_side.html", beside_item, SETTLE),
)

ROUTES: Final = (
    Route("GET", "/settling", overview, VIEW_BOOKS),
    Route("GET", "/settling/sheet", sheet, VIEW_BOOKS),
    Route("POST", "/settling/preview", show_preview, VIEW_BOOKS, writes=False),
    Route("POST", "/settling", settle_chosen, SETTLE),
    Route("POST", "/settling/oldest", settle_all, SETTLE),
    Route("POST", "/settling/{settlement_id:int}/undo", undo_one, SETTLE),
)
