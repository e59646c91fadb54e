"""What a till says of its sessions, as the booking of its operations hands it over."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal
from typing import Any, Literal


@dataclass(frozen=True, slots=True)
class Opening:
    """A session that a till opened. `day` is the one on which it is in the books."""

    key: str
    binding_id: int
    register_id: int
    cashier_id: int | None
    opening_float: Decimal
    occurred_at: datetime
    day: date
    denominations: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Counted:
    """What was counted of a method; the till's own expectation where it said one."""

    method_id: int
    amount: Decimal
    till_expected: Decimal | None = None
    denominations: Mapping[str, Any] | None = None


@dataclass(frozen=True, slots=True)
class Closing:
    """A session as it was counted and closed. `sales` is how many receipts the till had."""

    cashier_id: int | None
    occurred_at: datetime
    day: date
    counted: tuple[Counted, ...]
    sales: int | None = None
    approved_by: int | None = None
    note: str = ""


@dataclass(frozen=True, slots=True)
class Move:
    """Cash that was put into a drawer or taken out of it. `day` is the one in the books."""

    sync_id: str
    cashier_id: int | None
    direction: Literal["in", "out"]
    amount: Decimal
    reason: str
    occurred_at: datetime
    day: date
    approved_by: int | None = None


@dataclass(frozen=True, slots=True)
class LogEntry:
    """Something that is only noted. `place` tells apart what one operation brought several of."""

    sync_id: str
    session_id: int
    register_id: int
    what: str
    occurred_at: datetime
    cashier_id: int | None = None
    approved_by: int | None = None
    sale: str = ""
    reason: str = ""
    detail: Mapping[str, Any] | None = None
    place: int = 0
