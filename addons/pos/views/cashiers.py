"""Cashiers: who may do what at a till, and the pages on which a PIN is set."""

from __future__ import annotations

from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import Cashier
from addons.pos.permissions import SET_UP, VIEW_SESSIONS
from addons.pos.services.cashiers import keeping
from addons.pos.services.sessions.people import names_of
from core.api import (
    SIGNED_IN,
    Access,
    AppError,
    Column,
    Field,
    Filter,
    InvalidInput,
    NotFound,
    Operations,
    Page,
    Redirect,
    Reply,
    Request,
    Resource,
    Route,
    Section,
    msg,
    phrase,
    savepoint,
)

CASHIERS: Final = Resource(
    name="cashiers",
    model=Cashier,
    title=msg("Cashiers"),
    singular=msg("Cashier"),
    help=msg("Who sells at the tills, and what each may do there without asking."),
    access=Access(VIEW_SESSIONS, SET_UP, SET_UP, None),
    columns=(
        Column("user_name", msg("User")),
        Column("pin_set_at", msg("PIN set")),
        Column("discount_limit", msg("Highest discount")),
        Column("may_refund", msg("Refunds")),
        Column("may_override", msg("Approves")),
        Column("active", msg("Active")),
    ),
    record_title=lambda cashier: cashier.user_name,
    filters=(
        Filter("user_id", msg("User"), reference="core.users"),
        Filter("active", msg("Active")),
    ),
    order=("user_name",),
    form=(
        Section(
            msg("Cashier"),
            (
                Field("user_id", msg("User"), reference="core.users"),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("Without asking"),
            (
                Field("discount_limit", msg("Highest discount"),
                      help=msg("In percent, on a line or on a whole receipt.")),
                Field("may_price", msg("Change prices")),
                Field("may_refund", msg("Take goods back and pay out")),
                Field("may_credit", msg("Sell on account")),
                Field("may_open_drawer", msg("Open the drawer without a sale")),
                Field("may_move_cash", msg("Put cash in and take it out")),
                Field("may_override", msg("Approve for others"),
                      help=msg("With the PIN, whatever they may not do themselves.")),
            ),
        ),
    ),
    operations=Operations(keeping.create_cashier, keeping.update_cashier),
    customizable=False,
)  # fmt: skip


def pin_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Where a manager gives a cashier a PIN."""
    return _page(session, _cashier(session, request), f"{request.path}", error)


def set_typed(session: Session, request: Request) -> Reply:
    """Keep the PIN."""
    cashier = _cashier(session, request)
    error = _set(session, cashier, request)
    if error is not None:
        return pin_page(session, request, error)
    done = phrase("The PIN is set. Tills know it when they next call.")
    return Redirect(f"/pos/cashiers/{cashier.id}", done)


def own_page(session: Session, request: Request, error: AppError | None = None) -> Page:
    """Where a cashier chooses a PIN of his own."""
    return _page(session, _own(session), "/pos/my-pin", error)


def set_own(session: Session, request: Request) -> Reply:
    """Keep one's own PIN."""
    error = _set(session, _own(session), request)
    if error is not None:
        return own_page(session, request, error)
    return Redirect("/", phrase("The PIN is set. Tills know it when they next call."))


def _page(session: Session, cashier: Cashier, address: str, error: AppError | None) -> Page:
    name = names_of(session, [cashier.user_id]).get(cashier.user_id, "")
    shown = {"cashier": cashier, "name": name, "address": address, "error": error}
    return Page("pos/pin.html", shown, status=200 if error is None else error.status)


def _set(session: Session, cashier: Cashier, request: Request) -> AppError | None:
    form = request.form
    try:
        if form.get("pin", "") != form.get("again", ""):
            raise InvalidInput.of("again", phrase("The two are not the same."))
        with savepoint(session):
            keeping.set_pin(session, cashier, form.get("pin", ""))
    except AppError as error:
        return error
    return None


def _cashier(session: Session, request: Request) -> Cashier:
    found = session.get(Cashier, request.path_params["id"])
    if found is None:
        raise NotFound(phrase("There is no such cashier."))
    return found


def _own(session: Session) -> Cashier:
    found = keeping.own_cashier(session)
    if found is None:
        raise NotFound(
            phrase("You are no cashier."), fix=phrase("Whoever sets up the tills can make you one.")
        )
    return found


# Who forgot a PIN cannot sell, so a new one is set whatever became of the licence.
ROUTES: Final = (
    Route("GET", "/cashiers/{id:int}/pin", pin_page, SET_UP),
    Route("POST", "/cashiers/{id:int}/pin", set_typed, SET_UP, never_blocked=True),
    Route("GET", "/my-pin", own_page, SIGNED_IN),
    Route("POST", "/my-pin", set_own, SIGNED_IN, never_blocked=True),
)
