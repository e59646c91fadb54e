"""What came of an order, as whoever moved it says."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal


@dataclass(frozen=True, slots=True)
class Arrival:
    """Stock units by order line that came on a day, below zero what went back. `source_type` and
    `source_id` name what moved them; told twice, it is written once. `closes` says that what went
    back is not sent again. `values` are what the goods were worth, where the stock says so."""

    day: date
    source_type: str
    source_id: int
    number: str
    quantities: Mapping[int, Decimal]
    closes: bool = False
    values: Mapping[int, Decimal] | None = None
