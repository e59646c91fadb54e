"""What was asked of a report: period, comparison, branch and the rest, out of an address or out of
a saved view. The same names in both, so that a view is an address that is kept."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from typing import Final, Literal, TypeVar
from urllib.parse import urlencode

from addons.reporting.services.periods import NAMES
from core.api import InvalidInput, phrase

Compare = Literal["", "previous", "last_year", "budget"]
By = Literal["", "month", "branch", "dimension"]
Choice = TypeVar("Choice", bound=str)
MOST_COMPARED: Final = 12
_CURRENCY: Final = re.compile(r"[A-Z][A-Z0-9.'_-]{0,23}")


@dataclass(frozen=True, slots=True)
class Asked:
    """One view of one report. `zero` shows rows without figures too; `currency` is which of the
    ledger's currencies, `present` the one that its figures are converted to."""

    report: str
    period: str = "this_year"
    start: date | None = None
    end: date | None = None
    compare: Compare = ""
    count: int = 1
    by: By = ""
    dimension: int | None = None
    branch: int | None = None
    currency: str = ""
    present: str = ""
    zero: bool = False
    account: int | None = None
    budget: int | None = None

    def to_query(self) -> dict[str, str]:
        """As parameters of an address, without what is so anyway."""
        given = {
            "period": self.period,
            "from": "" if self.start is None else self.start.isoformat(),
            "to": "" if self.end is None else self.end.isoformat(),
            "compare": self.compare,
            "count": str(self.count) if self.compare and self.count > 1 else "",
            "by": self.by,
            "dimension": "" if self.dimension is None else str(self.dimension),
            "branch": "" if self.branch is None else str(self.branch),
            "currency": self.currency,
            "present": self.present,
            "zero": "1" if self.zero else "",
            "account": "" if self.account is None else str(self.account),
            "budget": "" if self.budget is None else str(self.budget),
        }
        if self.period != "custom":
            given |= {"from": "", "to": ""}
        return {name: value for name, value in given.items() if value}

    def url(self, **changes: object) -> str:
        """The address of this view with something changed."""
        changed = replace(self, **changes)  # type: ignore[arg-type]
        return f"/reporting/view/{changed.report}?{urlencode(changed.to_query())}"


def asked_for(report: str, given: Mapping[str, str]) -> Asked:
    """Read what was asked; raises InvalidInput that names the parameter."""
    start, end = _day(given, "from"), _day(given, "to")
    period = given.get("period") or ("custom" if start or end else "this_year")
    if period not in NAMES and not period.startswith("fiscal:"):
        raise InvalidInput.of("period", phrase("There is no period called {name}.", name=period))
    return Asked(
        report=report,
        period=period,
        start=start if period == "custom" else None,
        end=end if period == "custom" else None,
        compare=_one_of(given, "compare", ("", "previous", "last_year", "budget")),
        count=min(max(_number(given, "count") or 1, 1), MOST_COMPARED),
        by=_one_of(given, "by", ("", "month", "branch", "dimension")),
        dimension=_number(given, "dimension"),
        branch=_number(given, "branch"),
        currency=_currency(given, "currency"),
        present=_currency(given, "present"),
        zero=given.get("zero", "") == "1",
        account=_number(given, "account"),
        budget=_number(given, "budget"),
    )


def _day(given: Mapping[str, str], name: str) -> date | None:
    written = given.get(name, "").strip()
    if not written:
        return None
    try:
        return date.fromisoformat(written)
    except ValueError:
        raise InvalidInput.of(
            name, phrase("{written} is not a date such as 2026-01-31.", written=written[:40])
        ) from None


def _number(given: Mapping[str, str], name: str) -> int | None:
    written = given.get(name, "").strip()
    if not written:
        return None
    if not (written.isascii() and written.isdecimal() and len(written) < 19):
        raise InvalidInput.of(name, phrase("{written} is not a number.", written=written[:40]))
    return int(written)


def _currency(given: Mapping[str, str], name: str) -> str:
    written = given.get(name, "").strip()
    if written and not _CURRENCY.fullmatch(written):
        raise InvalidInput.of(name, phrase("{written} is no currency.", written=written[:40]))
    return written


def _one_of(given: Mapping[str, str], name: str, choices: tuple[Choice, ...]) -> Choice:
    written = given.get(name, "")
    for choice in choices:
        if choice == written:
            return choice
    raise InvalidInput.of(name, phrase("Choose one of: {choices}.", choices=", ".join(choices)))
