"""Moves of cash without a sale, and the log of what else was done at the tills: lists alone."""

from __future__ import annotations

from typing import Final

from addons.pos.models import DIRECTIONS, LOGGED, CashMove, TillLog
from addons.pos.permissions import VIEW_SESSIONS
from core.api import Access, Column, Displays, Filter, ListView, Resource, msg, phrase

CASH_MOVES: Final = Resource(
    name="cash-moves",
    model=CashMove,
    title=msg("Cash in and out"),
    singular=msg("Move of cash"),
    help=msg("Cash that was put into a drawer or taken out without a sale."),
    access=Access(VIEW_SESSIONS),
    columns=(
        Column("occurred_at", msg("When")),
        Column("session.register.code", msg("Till")),
        Column("cashier_id", msg("Cashier")),
        Column("direction", msg("Direction"), choices=DIRECTIONS),
        Column("amount", msg("Amount"), widget="money", total=True, currency="session.currency"),
        Column("reason", msg("Reason")),
        Column("approved_by", msg("Approved by"), optional=True),
    ),
    record_title=lambda move: phrase("Move {id}", id=str(move.id)),
    search=("reason",),
    filters=(
        Filter("register_id", msg("Till"), reference="pos.registers"),
        Filter("cashier_id", msg("Cashier"), reference="core.users"),
        Filter("direction", msg("Direction"), choices=DIRECTIONS),
        Filter("occurred_at", msg("When")),
    ),
    order=("-id",),
    displays=Displays(board=False, calendar=False),
    discussed=False,
    customizable=False,
)

TILL_LOG: Final = Resource(
    name="log",
    model=TillLog,
    title=msg("Till log"),
    singular=msg("Entry of the till log"),
    help=msg("Drawers opened without a sale, receipts printed again, baskets thrown away, and what"
             " one approved for another."),
    access=Access(VIEW_SESSIONS),
    columns=(
        Column("occurred_at", msg("When")),
        Column("session.register.code", msg("Till")),
        Column("cashier_id", msg("Cashier")),
        Column("what", msg("What"), choices=LOGGED),
        Column("reason", msg("Reason")),
        Column("approved_by", msg("Approved by")),
        Column("sale", msg("Sale"), optional=True),
    ),
    record_title=lambda entry: phrase("Entry {id}", id=str(entry.id)),
    search=("reason",),
    filters=(
        Filter("register_id", msg("Till"), reference="pos.registers"),
        Filter("cashier_id", msg("Cashier"), reference="core.users"),
        Filter("what", msg("What"), choices=LOGGED),
        Filter("occurred_at", msg("When")),
    ),
    views=(
        ListView("overrides", msg("Approvals"), where=(("what", "override"),)),
        ListView("drawers", msg("Drawers opened"), where=(("what", "no_sale"),)),
        ListView("by_cashier", msg("By cashier"), group=("cashier_id",)),
    ),
    order=("-id",),
    displays=Displays(board=False, calendar=False),
    discussed=False,
    customizable=False,
)  # fmt: skip
