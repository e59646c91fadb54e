"""The lines of an account or a partner, page by page, each leading to its entry."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta
from decimal import Decimal
from typing import Final
from urllib.parse import urlencode

from sqlalchemy.orm import Session

from addons.accounting.api import (
    DaySpan,
    LineQuery,
    PostedLine,
    ReportAccount,
    movements,
    posted_lines,
    sum_until,
    year_start,
)
from addons.reporting.services.asking import asked_for
from addons.reporting.services.definitions.checking import is_result
from addons.reporting.services.definitions.selections import parse_selection
from addons.reporting.services.definitions.store import definition_named
from addons.reporting.services.definitions.values import title_in
from addons.reporting.services.engine.ground import Ground, ground
from core.api import InvalidInput, NotFound, phrase

PAGE: Final = 100
Place = tuple[date, int]
_ONE_DAY: Final = timedelta(days=1)
_PARTNERS: Final = "subtype:receivable, subtype:payable"


@dataclass(frozen=True, slots=True)
class ShownLine:
    """A line, and the balance after it."""

    line: PostedLine
    balance: Decimal


@dataclass(frozen=True, slots=True)
class LinesPage:
    """A page of lines with the balances that it begins and ends with. `back` leads to the report
    that it was reached from."""

    title: str
    ground: Ground
    opening: Decimal
    lines: tuple[ShownLine, ...]
    closing: Decimal
    more: str
    back: str
    back_title: str
    shows_account: bool


def account_lines(
    session: Session, account_id: int, given: Mapping[str, str], language: str
) -> LinesPage:
    """The lines of an account; raises NotFound for one that is not there."""
    standing = _standing(session, given, language)
    account = next((one for one in standing.accounts if one.id == account_id), None)
    if account is None:
        raise NotFound(phrase("There is no such account."))
    query = LineQuery(standing.currency, account_ids=[account.id], branches=standing.branches)
    opening = _account_opening(standing, query, account, _place(given))
    url = f"/reporting/account/{account_id}"
    return _page(standing, standing.name(account), query, opening, url, given)


def partner_lines(session: Session, given: Mapping[str, str], language: str) -> LinesPage:
    """The lines of a partner on the accounts of receivables and payables."""
    standing = _standing(session, given, language)
    select = standing.definition.select if standing.definition.kind != "ledger" else ""
    chosen = parse_selection(select or _PARTNERS).choose(standing.accounts)
    written, name = given.get("partner", ""), given.get("name", "")
    partner_id = int(written) if written.isdecimal() and len(written) < 19 else None
    query = LineQuery(
        standing.currency,
        account_ids=[account.id for account in chosen],
        branches=standing.branches,
        partner_id=partner_id,
        partner=name if partner_id is None else None,
    )
    opening = _partner_opening(standing, query, _place(given))
    if partner_id is not None:
        first = posted_lines(session, query, "day", limit=1)
        if not first:
            raise NotFound(phrase("Nothing was posted for this partner."))
        name = first[0].partner
    page = _page(
        standing, name or phrase("Without a partner"), query, opening, "/reporting/partner", given
    )
    return replace(page, shows_account=True)


def _standing(session: Session, given: Mapping[str, str], language: str) -> Ground:
    report = given.get("report") or "general-ledger"
    definition = definition_named(session, report).definition
    kept = {name: given.get(name, "") for name in ("from", "to", "branch", "currency")}
    asked = asked_for(report, {**kept, "period": "custom"})
    return ground(session, definition, asked, language)


def _page(
    standing: Ground,
    title: str,
    query: LineQuery,
    opening: Decimal,
    url: str,
    given: Mapping[str, str],
) -> LinesPage:
    within = replace(query, start=standing.start, end=standing.end)
    lines = posted_lines(standing.session, within, "day", limit=PAGE + 1, after=_place(given))
    balance, shown = opening, []
    for line in lines[:PAGE]:
        balance += line.amount
        shown.append(ShownLine(line, balance))
    more = ""
    if len(lines) > PAGE:
        last = lines[PAGE - 1]
        more = f"{url}?{urlencode({**given, 'after': f'{last.date}:{last.id}'})}"
    return LinesPage(
        title=title,
        ground=standing,
        opening=opening,
        lines=tuple(shown),
        closing=balance,
        more=more,
        back=f"/reporting/view/{standing.definition.key}",
        back_title=title_in(standing.definition.titles, standing.language),
        shows_account=False,
    )


def _account_opening(
    standing: Ground, query: LineQuery, account: ReportAccount, after: Place | None
) -> Decimal:
    """Until the day before from the balances, so that no old line is read. Income and expenses
    open at nothing with the fiscal year of the first day."""
    day = standing.start if after is None else after[0]
    begin = None
    if standing.start is not None and is_result(account):
        begin = year_start(standing.session, standing.start)
    if day is None or day.toordinal() <= 1:
        opening = Decimal(0)
    else:
        span = DaySpan(begin, day - _ONE_DAY)
        read = movements(standing.session, [span], standing.currency, standing.branches)[span]
        found = read.get(account.id)
        opening = Decimal(0) if found is None else found.debit - found.credit
    if after is None:
        return opening
    return opening + sum_until(standing.session, replace(query, start=after[0]), after)


def _partner_opening(standing: Ground, query: LineQuery, after: Place | None) -> Decimal:
    if after is not None:
        return sum_until(standing.session, query, after)
    if standing.start is None or standing.start.toordinal() <= 1:
        return Decimal(0)
    return sum_until(standing.session, query, (standing.start - _ONE_DAY, 2**62))


def _place(given: Mapping[str, str]) -> Place | None:
    return place_in(given.get("after", ""))


def place_in(written: str) -> Place | None:
    """Where a page begins, out of an address: a day and a number."""
    if not written:
        return None
    day, _, number = written.partition(":")
    try:
        return date.fromisoformat(day), int(number[:18])
    except ValueError:
        raise InvalidInput.of("after", phrase("There is no such page.")) from None
