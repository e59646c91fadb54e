"""Trial balances that companies publish to a group, month by month, once a month is closed.

A snapshot is a text: the canonical JSON of the balances at the month's end, of the income and
expenses of the fiscal year so far, and of the result of earlier years, which together are zero.
Both sides keep it word for word with its SHA-256; who sent it is attested by the post office.
"""

from __future__ import annotations

import hashlib
import json
from datetime import date
from decimal import Decimal
from typing import Any, Final

from sqlalchemy import select
from sqlalchemy.dialects.postgresql import insert
from sqlalchemy.orm import Session

from addons.accounting.models import CompanyLink, FiscalYear, Period, TrialSnapshot
from addons.accounting.options import AccountingOptions
from addons.accounting.services.balances import balances
from addons.accounting.services.companies.links import CONSOLIDATION, links_in_force
from addons.accounting.services.exact import exact_sum
from core.api import Conflict, Letter, binding, options, phrase, send_letter

EARLIER: Final = "(earlier years)"
"""The code of the line with what was earned before the fiscal year and is in no equity account."""
_VERSION: Final = 1
_OF_THE_YEAR: Final = ("income", "expense")


def publish(session: Session) -> int:
    """Send each closed month that was not sent as it is now; returns how many were."""
    count = 0
    for link in links_in_force(session, "publishes"):
        closed = select(Period).where(Period.state != "open").order_by(Period.start_date)
        for period in session.scalars(closed):
            content = content_of(session, period)
            digest = hashlib.sha256(content.encode()).hexdigest()
            if _keep(session, link, "out", period.end_date, content, digest):
                key = f"{period.end_date}:{digest[:16]}"
                send_letter(session, link.company_id, CONSOLIDATION, key, content)
                count += 1
    return count


def content_of(session: Session, period: Period) -> str:
    """The snapshot of a month. Raises Conflict where lines are in several currencies: what they
    are worth together only the company itself can say."""
    currency = options(session, AccountingOptions).company_currency
    year = session.get_one(FiscalYear, period.fiscal_year_id)
    lines: list[list[str]] = []
    earlier: list[Decimal] = []
    for balance in balances(session, year.start_date, period.end_date):
        if balance.currency != currency and (balance.closing or balance.opening):
            raise Conflict(
                phrase(
                    "Account {code} has a balance in {currency}, not in {company}.",
                    code=balance.code,
                    currency=balance.currency,
                    company=currency,
                ),
                fix=phrase("Post it in the company's currency first."),
            )
        amount = balance.closing
        if balance.type in _OF_THE_YEAR:
            earlier.append(balance.opening)
            amount = exact_sum((balance.debit, -balance.credit))
        if amount:
            lines.append([balance.code, balance.name, balance.type, f"{amount:f}"])
    before = exact_sum(earlier)
    if before:
        lines.append([EARLIER, "Result of earlier years", "equity", f"{before:f}"])
    content: dict[str, Any] = {
        "version": _VERSION,
        "company": binding(session).tenant.title,
        "currency": currency,
        "fiscal_start": year.start_date.isoformat(),
        "period_end": period.end_date.isoformat(),
        "lines": sorted(lines),
    }
    return json.dumps(content, ensure_ascii=False, sort_keys=True, separators=(",", ":"))


def take_in(session: Session, letter: Letter) -> None:
    """Keep a snapshot that has arrived, if we consolidate its sender. Repeatable."""
    link = session.scalar(
        select(CompanyLink).where(
            CompanyLink.company_id == letter.sender_id,
            CompanyLink.role == "collects",
            CompanyLink.withdrawn_at.is_(None),
        )
    )
    content = json.loads(letter.content)
    if link is None or content.get("version") != _VERSION:
        return
    if exact_sum(Decimal(line[3]) for line in content["lines"]):
        raise Conflict(
            phrase("The trial balance of {company} does not balance.", company=link.title)
        )
    end = date.fromisoformat(content["period_end"])
    _keep(session, link, "in", end, letter.content, letter.digest)


def newest(session: Session, link_id: int, period_end: date) -> TrialSnapshot | None:
    """What a company published last for the month that ends on this day."""
    return session.scalar(
        select(TrialSnapshot)
        .where(
            TrialSnapshot.link_id == link_id,
            TrialSnapshot.direction == "in",
            TrialSnapshot.period_end == period_end,
        )
        .order_by(TrialSnapshot.id.desc())
        .limit(1)
    )


def _keep(
    session: Session, link: CompanyLink, direction: str, end: date, content: str, digest: str
) -> bool:
    """Whether it is new."""
    statement = insert(TrialSnapshot).values(
        link_id=link.id,
        direction=direction,
        period_end=end,
        currency=json.loads(content)["currency"],
        digest=digest,
        content=content,
    )
    kept = session.scalar(statement.on_conflict_do_nothing().returning(TrialSnapshot.id))
    return kept is not None
