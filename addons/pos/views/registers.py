"""Registers: list, form, asking one to close, and the code that binds a device to it."""

from __future__ import annotations

from base64 import b64encode
from collections.abc import Sequence
from typing import Final

from sqlalchemy.orm import Session

from addons.pos.models import Register
from addons.pos.permissions import BIND_DEVICES, CLOSE_SESSIONS, SET_UP, VIEW_SESSIONS
from addons.pos.services import registers
from addons.pos.services.devices.binding import make_code
from addons.pos.services.remote import ask_to_close, take_back
from core.api import (
    Access,
    Action,
    Column,
    Field,
    Filter,
    NotFound,
    Operations,
    Page,
    RecordRules,
    Reply,
    Request,
    Resource,
    Route,
    Section,
    Suggestion,
    msg,
    phrase,
    qr_svg,
)


def _suggest_warehouses(session: Session, text: str) -> Sequence[Suggestion]:
    known = registers.warehouses(session)
    fitting = [name for name in known.values() if text.lower() in name.lower()]
    return [Suggestion(name, name) for name in fitting]


def _ask(session: Session, register: Register) -> str:
    ask_to_close(session, register)
    return phrase("The till is told when it next calls, and closes when its basket is empty.")


def _take_back(session: Session, register: Register) -> str:
    take_back(session, register)
    return phrase("The till goes on selling.")


REGISTERS: Final = Resource(
    name="registers",
    model=Register,
    title=msg("Tills"),
    singular=msg("Till"),
    help=msg("Places where people pay: each has its drawer, its devices and its receipts."),
    access=Access(VIEW_SESSIONS, SET_UP, SET_UP, SET_UP),
    columns=(
        Column("code", msg("Code")),
        Column("name", msg("Name")),
        Column("branch_id", msg("Branch")),
        Column("currency", msg("Currency")),
        Column("active", msg("Active")),
    ),
    record_title=lambda register: f"{register.code} {register.name}",
    search=("code", "name"),
    filters=(
        Filter("branch_id", msg("Branch"), reference="core.branches"),
        Filter("active", msg("Active")),
    ),
    order=("code",),
    form=(
        Section(
            msg("Till"),
            (
                Field("code", msg("Code"), help=msg("Begins the numbers of its receipts: R01.")),
                Field("name", msg("Name")),
                Field("branch_id", msg("Branch"), reference="core.branches"),
                Field("warehouse", msg("Warehouse"), required=False, suggest=_suggest_warehouses,
                      help=msg("From which it sells; left empty, the usual one.")),
                Field("currency", msg("Currency"), required=False,
                      help=msg("Left empty, the company's when the first device is bound.")),
                Field("price_list_id", msg("Price list"), reference="catalog.price-lists",
                      help=msg("For customers who have none of their own.")),
                Field("default_customer_id", msg("Usual customer"),
                      reference="contacts.contacts"),
                Field("active", msg("Active")),
            ),
        ),
        Section(
            msg("Cash"),
            (
                Field("opening_float", msg("Float"), widget="money",
                      help=msg("What is in the drawer when a day begins.")),
                Field("cash_rounding", msg("Smallest coin"),
                      help=msg("Cash is rounded to it: 0.05. Left empty, it is not rounded.")),
                Field("tolerance", msg("Tolerance"), widget="money",
                      help=msg("A larger difference at the closing has to be approved.")),
                Field("blind_count", msg("Count blind"),
                      help=msg("Who counts does not see before what should be there.")),
            ),
        ),
        Section(
            msg("Receipts and reports"),
            (
                Field("receipt_header", msg("Above a receipt"), widget="multiline",
                      required=False),
                Field("receipt_footer", msg("Below a receipt"), widget="multiline",
                      required=False),
                Field("printer", msg("Receipt printer in the network"), required=False,
                      help=msg("192.168.8.20, of a printer that the server reaches. Printers at the"
                               " device itself are chosen there.")),
                Field("report_email", msg("Mail of the day's end"), required=False,
                      help=msg("Z reports are sent here; commas between several addresses.")),
            ),
        ),
    ),
    actions=(
        Action("close", msg("Ask to close"), CLOSE_SESSIONS, _ask,
               when=lambda register: register.close_asked_at is None, bulk=True),
        Action("go-on", msg("Do not close yet"), CLOSE_SESSIONS, _take_back,
               when=lambda register: register.close_asked_at is not None),
    ),
    operations=Operations(registers.create_register, registers.update_register),
    rules=RecordRules(branch="branch_id"),
    customizable=False,
)  # fmt: skip


def bind_page(session: Session, request: Request) -> Page:
    """What binding a device means, and the button that makes a code."""
    return Page("pos/bind.html", {"register": _register(session, request), "code": ""})


def bind_code(session: Session, request: Request) -> Reply:
    """A code, to type or to scan: it is shown this once."""
    register = _register(session, request)
    code = make_code(session, register)
    address = f"{request.origin}/pos/#bind={code}"
    drawn = b64encode(qr_svg(address).encode()).decode()
    shown = {"register": register, "code": code, "address": address, "qr": drawn}
    return Page("pos/bind.html", shown, headers={"cache-control": "no-store"})


def _register(session: Session, request: Request) -> Register:
    found = session.get(Register, request.path_params["id"])
    scope = request.actor.scope(BIND_DEVICES.code)
    if found is None or (scope != "all" and found.branch_id not in request.actor.branches):
        raise NotFound(phrase("There is no such till."))
    return found


# A till whose device broke is bound anew whatever became of the licence: else it would not sell.
ROUTES: Final = (
    Route("GET", "/registers/{id:int}/bind", bind_page, BIND_DEVICES),
    Route("POST", "/registers/{id:int}/bind", bind_code, BIND_DEVICES, never_blocked=True),
)
