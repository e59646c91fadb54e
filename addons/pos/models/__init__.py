"""The tables of the point of sale."""

from __future__ import annotations

from typing import Final

from addons.pos.models.cash import DIRECTIONS, LOGGED, CashMove, TillLog
from addons.pos.models.cashiers import Cashier
from addons.pos.models.devices import Binding, BindingCode
from addons.pos.models.methods import METHOD_KINDS, Method
from addons.pos.models.operations import OPERATION_STATES, Operation, OperationChange
from addons.pos.models.registers import Register
from addons.pos.models.sales import (
    SALE_KINDS,
    OfflineCustomer,
    Sale,
    SaleLine,
    SalePayment,
    SaleTax,
)
from addons.pos.models.sessions import APPROVALS, SESSION_STATES, SessionCount, TillSession

__all__ = [
    "APPROVALS",
    "DIRECTIONS",
    "LOGGED",
    "METHOD_KINDS",
    "MODELS",
    "OPERATION_STATES",
    "SALE_KINDS",
    "SESSION_STATES",
    "Binding",
    "BindingCode",
    "CashMove",
    "Cashier",
    "Method",
    "OfflineCustomer",
    "Operation",
    "OperationChange",
    "Register",
    "Sale",
    "SaleLine",
    "SalePayment",
    "SaleTax",
    "SessionCount",
    "TillLog",
    "TillSession",
]

MODELS: Final[tuple[type, ...]] = (
    Register,
    BindingCode,
    Binding,
    Cashier,
    Method,
    TillSession,
    SessionCount,
    CashMove,
    TillLog,
    Operation,
    OperationChange,
    Sale,
    SaleLine,
    SaleTax,
    SalePayment,
    OfflineCustomer,
)
