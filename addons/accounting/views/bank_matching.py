"""The page where bank movements are matched, and the pieces that it fetches."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation
from itertools import zip_longest
from typing import Any, Final

import orjson
from sqlalchemy import func, select
from sqlalchemy.orm import Session

from addons.accounting.models import Account
from addons.accounting.models.bank import BankAccount, BankLine, BankRule
from addons.accounting.permissions import MATCH_BANK, VIEW_BOOKS
from addons.accounting.services.bank.accepting import accept, current_match
from addons.accounting.services.bank.accounts import bank_account
from addons.accounting.services.bank.assertions import failing_balances
from addons.accounting.services.bank.errors import BankLineNotFound
from addons.accounting.services.bank.matching.choice import Choice, ItemChoice, PartChoice
from addons.accounting.services.bank.matching.searching import search_items
from addons.accounting.services.bank.matching.suggesting import suggestions_for
from addons.accounting.services.bank.position import balance_on, open_count, position
from addons.accounting.services.bank.undoing import undo_match
from addons.accounting.services.dimensions.splits import read_split
from addons.contacts.api import find_contact
from core.api import Fragment, InvalidInput, Page, Redirect, Reply, Request, Route, phrase, today

_PART_FIELDS: Final = ("account", "part", "label", "tax_code", "dimensions")
PAGE: Final = 100
"""Lines that are drawn at once; more are fetched when the last one is reached."""


def overview(session: Session, request: Request) -> Page | Redirect:
    """All bank accounts, with what is left to do in each."""
    banks = session.scalars(
        select(BankAccount).where(BankAccount.active).order_by(BankAccount.name)
    ).all()
    failing = failing_balances(session)
    day = today(session)
    rows = [
        {
            "bank": bank,
            "balance": balance_on(session, bank, day),
            "open": open_count(session, bank),
            "failing": [item for item in failing if item.bank.id == bank.id],
        }
        for bank in banks
    ]
    proposed = session.scalar(select(func.count()).where(BankRule.state == "proposed"))
    return Page("accounting/bank/overview.html", {"rows": rows, "proposed": proposed or 0})


def reconcile(session: Session, request: Request) -> Page:
    """Movements on one side, what they could be on the other."""
    bank = bank_account(session, int(request.path_params["id"]))
    lines, found, more = _lines(session, bank, 0)
    accounts = session.scalars(select(Account).where(Account.active).order_by(Account.code)).all()
    return Page(
        "accounting/bank/reconcile.html",
        {
            "bank": bank,
            "lines": lines,
            "found": found,
            "more": more,
            "accounts": accounts,
            "failing": failing_balances(session, bank_account_id=bank.id),
            **_progress(session, bank),
        },
    )


def more_lines(session: Session, request: Request) -> Fragment:
    """The lines after one, with their best suggestions."""
    bank = bank_account(session, int(request.path_params["id"]))
    after = request.query.get("after", "0")
    lines, found, more = _lines(session, bank, int(after) if after.isdecimal() else 0)
    return Fragment(
        "accounting/bank/lines.html", {"bank": bank, "lines": lines, "found": found, "more": more}
    )


def line_detail(session: Session, request: Request) -> Fragment:
    """One movement: what it could be and why, or what it was matched with."""
    line = _line(session, request)
    bank = line.bank_account
    if line.state == "done":
        context: dict[str, Any] = {"match": current_match(session, line)}
    else:
        context = {
            "suggestions": suggestions_for(session, bank, [line])[line.id],
            "partner": find_contact(session, name=line.partner_name) if line.partner_name else None,
        }
    return Fragment(
        "accounting/bank/detail.html", {"line": line, "bank": bank, **context, "as_json": _as_json}
    )


def search(session: Session, request: Request) -> Fragment:
    """Open items by number, name, amount or text."""
    line = _line(session, request)
    wanted = request.query.get("q", "").strip()[:100]
    items = search_items(session, line.bank_account, line.amount, wanted) if wanted else []
    return Fragment("accounting/bank/items.html", {"items": items, "line": line, "wanted": wanted})


def accept_line(session: Session, request: Request) -> Reply:
    """Make of a movement what was suggested, or what was put together by hand."""
    line = _line(session, request)
    score = request.form.get("score", "0")
    accept(
        session,
        line.id,
        _choice(session, request),
        score=min(int(score), 100) if score.isdecimal() else 0,
        reason=request.form.get("reason", ""),
    )
    return _after(session, request, line)


def undo_line(session: Session, request: Request) -> Reply:
    """Take back what was made of a movement."""
    line = _line(session, request)
    undo_match(session, line.id)
    return _after(session, request, line)


def _after(session: Session, request: Request, line: BankLine) -> Reply:
    bank = line.bank_account
    if request.wants != "fragment":
        return Redirect(f"/accounting/bank/{bank.id}")
    session.refresh(line)
    found = {} if line.state == "done" else suggestions_for(session, bank, [line])
    return Fragment(
        "accounting/bank/line_done.html",
        {"bank": bank, "line": line, "found": found, **_progress(session, bank)},
    )


def _choice(session: Session, request: Request) -> Choice:
    """A suggestion as it was sent to the page, or the form's own items and parts. Both are
    checked again when they are accepted."""
    form = request.form
    if form.get("choice"):
        try:
            return Choice.from_json(orjson.loads(form["choice"]))
        except orjson.JSONDecodeError:
            return Choice.from_json(None)
    items = [
        ItemChoice(int(line_id), _amount(form.get(f"amount-{line_id}", ""), f"amount-{line_id}"))
        for line_id in form.getlist("item")
        if line_id.isdecimal()
    ]
    columns = [form.getlist(name) for name in _PART_FIELDS]
    parts = [
        PartChoice(
            account.strip(),
            _amount(amount, "part"),
            label.strip(),
            tax_code.strip(),
            analytic=read_split(session, split),
        )
        for account, amount, label, tax_code, split in zip_longest(*columns, fillvalue="")
        if account.strip()
    ]
    return Choice(items=tuple(items), parts=tuple(parts), partner_id=_partner(session, request))


def _partner(session: Session, request: Request) -> int | None:
    """The contact that was chosen, or whose name was typed."""
    chosen = request.form.get("partner_id", "")
    if chosen.isdecimal() and len(chosen) < 19:
        return int(chosen)
    typed = request.form.get("partner_id.text", "").strip()
    if not typed:
        return None
    found = find_contact(session, name=typed)
    if found is None:
        raise InvalidInput.of(
            "partner_id",
            phrase("Nothing is called “{text}”. Choose from the list.", text=typed[:80]),
        )
    return found.id


def _amount(written: str, field: str) -> Decimal:
    try:
        amount = Decimal(written.strip())
    except InvalidOperation:
        amount = Decimal("NaN")
    if not amount.is_finite() or not amount or abs(amount) >= 10**15:
        raise InvalidInput.of(field, phrase("{written} is not an amount.", written=written[:40]))
    return amount


def _lines(
    session: Session, bank: BankAccount, after: int
) -> tuple[list[BankLine], dict[int, Any], bool]:
    statement = select(BankLine).where(
        BankLine.bank_account_id == bank.id, BankLine.state == "open"
    )
    if after:
        last = session.get(BankLine, after)
        if last is not None:
            statement = statement.where(
                (BankLine.date > last.date)
                | ((BankLine.date == last.date) & (BankLine.id > last.id))
            )
    rows = list(session.scalars(statement.order_by(BankLine.date, BankLine.id).limit(PAGE + 1)))
    lines = rows[:PAGE]
    return lines, suggestions_for(session, bank, lines) if lines else {}, len(rows) > PAGE


def _progress(session: Session, bank: BankAccount) -> dict[str, Any]:
    """How far the account is: lines left, and by how much books and bank differ now."""
    total = session.scalar(select(func.count()).where(BankLine.bank_account_id == bank.id)) or 0
    left = open_count(session, bank)
    here = position(session, bank, today(session))
    return {"total": total, "left": left, "here": here, "swap": False}


def _line(session: Session, request: Request) -> BankLine:
    line = session.get(BankLine, int(request.path_params["id"]))
    if line is None:
        raise BankLineNotFound(phrase("There is no such bank line."))
    return line


def _as_json(choice: Choice) -> str:
    return orjson.dumps(choice.to_json()).decode()


ROUTES: Final = (
    Route("GET", "/bank", overview, VIEW_BOOKS),
    Route("GET", "/bank/{id:int}", reconcile, VIEW_BOOKS),
    Route("GET", "/bank/{id:int}/lines", more_lines, VIEW_BOOKS),
    Route("GET", "/bank/lines/{id:int}", line_detail, VIEW_BOOKS),
    Route("GET", "/bank/lines/{id:int}/items", search, VIEW_BOOKS),
    Route("POST", "/bank/lines/{id:int}/accept", accept_line, MATCH_BANK),
    Route("POST", "/bank/lines/{id:int}/undo", undo_line, MATCH_BANK),
)
